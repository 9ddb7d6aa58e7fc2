"""The `dsp` depthwise convolution: planes of one channel, and a stream of constants for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.kernels.depthwise_buffer import Planes, RowPlan, in_assembly, plan_filters, plan_planes
from hilbench.kernels.dsp import finishing
from hilbench.kernels.requantization import MOST_GAIN, Scaling, plan_scaling, with_zero_point
from hilbench.operators.base.convolution import convolution_rounding
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse
from hilbench.operators.variants import DSP


@dataclass(frozen=True)
class DspDepthwise(Kernel):
    """A depthwise convolution by words of two neighbouring pixels."""

    name: str = DSP

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case has integers and neighbouring taps; in flash even int4 weights are widened."""
        return case.dtype.quantized and case.window.dilation == (1, 1)

    def search_space(self, case: OperatorCase) -> Mapping[str, Sequence[int]]:
        """Values worth trying for bands and tiles, and for the parameters of every kernel."""
        blocking = {"tile_pixels": (3, 4, 5, 6, 7, 8), "band_kib": (2, 4, 8, 16, 24)}
        return {**blocking, **super().search_space(case)}

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes of a band of a few planes of int16."""
        return self.planes(layer.case).size

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Reuse band by band.

        Channels of a band are read and written in turn: where there are as many outputs as inputs, each must
        lie over its own.
        """
        case = layer.case
        planes = self.planes(case)
        if case.out_c == case.in_c:
            return (replace(planes.input_reuse(case), multiple=case.in_c * case.dtype.bytes),)
        return (planes.input_reuse(case, buffered=False),)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The planes, the plan of a kernel's row and a stream of constants for each channel.

        Raises:
            CaseError: a sum needs more than 32 bits.
        """
        case = layer.case
        planes = self.planes(case)
        end = finishing(layer)
        finished = partial(end["finish"], clamp=end["clamp"], out_bytes=case.out_c * case.dtype.bytes)
        filters = plan_filters(planes, finished, case.tuning.tile_pixels)
        plan = filters[0].plan
        channel_first = layer.with_weights(layer.constants.weights[0].transpose(2, 0, 1))
        scaling = plan_scaling(channel_first, convolution_rounding(case), most_gain=MOST_GAIN)
        layer.operator.require(case, not scaling.wide, "a sum of dsp takes 32 bits; use the reference")
        return {
            "strip": planes,
            "plan": plan,
            "tiles": filters,
            "in_assembly": in_assembly(planes, filters),
            "output_step": case.out_c,
            **end,
            "scaling": scaling,
            "streams": _streams(channel_first.constants, plan, scaling),
        }

    def planes(self, case: OperatorCase) -> Planes:
        """The bands of widened channels that it reads."""
        return plan_planes(case)


def _streams(channel_first: Constants, plan: RowPlan, scaling: Scaling) -> NDArray[np.uint32]:
    """Words of each channel: (O, words).

    The bias; the words of weights, row by row, doubled as a rule; multiplier, addend and shift.
    """
    weights = scaling.gain[:, None, None] * channel_first.weights.astype(np.int64)
    with_none = np.pad(weights, ((0, 0), (0, 0), (0, 1)))  # NO_TAP is the last
    halves = with_none[:, :, np.array(plan.taps)] & 0xFFFF
    words = (halves[..., 0] | halves[..., 1] << 16).reshape(len(weights), -1)
    bias = scaling.gain * with_zero_point(channel_first)
    rows = np.column_stack([bias, words, scaling.multiplier, scaling.addend, scaling.shift])
    return rows.astype(np.uint32)
