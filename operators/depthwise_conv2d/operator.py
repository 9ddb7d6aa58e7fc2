"""Depthwise convolution: each input channel is filtered by itself, `out_c / in_c` times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.cases.arithmetic.scaling import Scaling, plan_scaling, with_zero_point
from hilbench.cases.case import OperatorCase
from hilbench.cases.kernels.dsp import finishing
from hilbench.cases.kernels.planes import RowPlan, in_assembly, plan_filters, plan_planes
from hilbench.cases.kernels.scalar import ScalarDepthwise
from hilbench.cases.tensors import Array, Tensors
from hilbench.cases.variants import DSP


class DepthwiseConv2D(ScalarDepthwise):
    """TFLite's DEPTHWISE_CONV_2D; weights are (1, KH, KW, O)."""

    name = "depthwise_conv2d"

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """As many groups as input channels, and a channel multiplier of 1."""
        channels = parameters.get("in_c")
        return {} if channels is None else {"groups": channels, "out_c": channels}

    def check(self, case: OperatorCase) -> None:
        """One group per input channel."""
        super().check(case)
        self.require(case, case.groups == case.in_c, "groups must equal in_c; leave it out")

    def weight_shape(self, case: OperatorCase) -> tuple[int, ...]:
        """Shape of the weights, as TFLite has them."""
        return 1, case.kernel_h, case.kernel_w, case.out_c

    def grouped_weights(self, case: OperatorCase, weights: Array) -> Array:
        """Weights as (groups, depth, channel multiplier)."""
        return weights.reshape(self.depth(case), case.groups, -1).swapaxes(0, 1)

    def supports(self, case: OperatorCase, variant: str) -> bool:
        """`dsp` takes integers with neighbouring taps; in flash even int4 weights are widened."""
        if variant != DSP:
            return super().supports(case, variant)
        return case.dtype.quantized and case.dilation == 1

    def tunings(self, case: OperatorCase) -> Mapping[str, Sequence[int]]:
        """For `dsp` also the bands and the tiles."""
        if case.variant != DSP:
            return super().tunings(case)
        blocking = {"tile_pixels": (3, 4, 5, 6, 7, 8), "band_kib": (2, 4, 8, 16, 24)}
        return {**blocking, **super().tunings(case)}

    def scratch_bytes(self, case: OperatorCase) -> int:
        """A band of a few planes of int16 for `dsp`."""
        return plan_planes(case).size if case.variant == DSP else super().scratch_bytes(case)

    def c_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """For `dsp`: the planes, the plan of a kernel's row and a stream of constants for each channel."""
        context = super().c_context(case, tensors)
        if case.variant != DSP:
            return context
        planes = plan_planes(case)
        end = finishing(case, tensors)
        finished = partial(end["finish"], clamp=end["clamp"], out_bytes=case.out_c * case.dtype.bytes)
        filters = plan_filters(planes, finished, case.tuning.tile_pixels)
        plan = filters[0].plan
        channel_first = replace(tensors, weights=tensors.weights[0].transpose(2, 0, 1))
        scaling = plan_scaling(case, channel_first, self.rounding(case))
        self.require(case, not scaling.wide, "a sum of dsp takes 32 bits; use the reference")
        return {
            **context,
            "strip": planes,
            "plan": plan,
            "tiles": filters,
            "in_assembly": in_assembly(planes, filters),
            "output_step": case.out_c,
            **end,
            "scaling": scaling,
            "streams": _streams(channel_first, plan, scaling),
        }


def _streams(channel_first: Tensors, plan: RowPlan, scaling: Scaling) -> NDArray[np.uint32]:
    """Words of each channel: (O, words).

    The bias; the words of weights, row by row, doubled as a rule; multiplier, addend and shift.
    """
    weights = scaling.gain * channel_first.weights.astype(np.int64)
    with_none = np.pad(weights, ((0, 0), (0, 0), (0, 1)))  # NO_TAP is the last
    halves = with_none[:, :, np.array(plan.taps)] & 0xFFFF
    words = (halves[..., 0] | halves[..., 1] << 16).reshape(len(weights), -1)
    bias = scaling.gain * with_zero_point(channel_first)
    rows = np.column_stack([bias, words, scaling.multiplier, scaling.addend, scaling.shift])
    return rows.astype(np.uint32)
