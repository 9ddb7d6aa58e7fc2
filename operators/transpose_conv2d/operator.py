"""Transposed convolution: the upsampling twin of a convolution with the same kernel and stride."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hilbench.cases.arithmetic.scaling import plan_scaling
from hilbench.cases.case import DType, OperatorCase, Padding
from hilbench.cases.families.convolution import Convolution
from hilbench.cases.geometry import Window, patches
from hilbench.cases.kernels.dsp import BLOCKING, MOST_PIXELS, excess, finishing, plan_tiles, streams
from hilbench.cases.kernels.phases import Phases, phase_weights, plan_phases
from hilbench.cases.tensors import Array, Tensors
from hilbench.cases.variants import DSP


class TransposeConv2D(Convolution):
    """TFLite's TRANSPOSE_CONV with the output size that Keras gives it; weights are (O, KH, KW, I)."""

    name = "transpose_conv2d"
    dtypes = frozenset({DType.INT8, DType.FLOAT32})

    def check(self, case: OperatorCase) -> None:
        """No groups, no dilation."""
        super().check(case)
        self.require(case, case.groups == 1, "groups must be 1")
        self.require(case, case.dilation == 1, "dilation must be 1")

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """`stride` times the input; with padding valid also what the kernel reaches beyond it."""
        reach = 1 if case.padding is Padding.VALID else 0
        return (
            case.in_h * case.stride + reach * max(case.kernel_h - case.stride, 0),
            case.in_w * case.stride + reach * max(case.kernel_w - case.stride, 0),
        )

    def macs(self, case: OperatorCase) -> int:
        """Input elements times the products that each spreads."""
        return case.in_h * case.in_w * self.depth(case) * case.out_c

    def windows(self, case: OperatorCase) -> tuple[Window, Window]:
        """The windows of the convolution that this one transposes: from output to input."""
        return (
            Window(case.out_h, case.kernel_h, case.stride, 1, case.padding),
            Window(case.out_w, case.kernel_w, case.stride, 1, case.padding),
        )

    def supports(self, case: OperatorCase, variant: str) -> bool:
        """The `dsp` variant takes int8, whatever the shape."""
        return case.dtype is DType.INT8 if variant == DSP else super().supports(case, variant)

    def tunings(self, case: OperatorCase) -> Mapping[str, Sequence[int]]:
        """For `dsp` also bands, tiles and what is unrolled."""
        return BLOCKING if case.variant == DSP else super().tunings(case)

    def scratch_bytes(self, case: OperatorCase) -> int:
        """The strip for `dsp`, and what its last loads read beyond it; else nothing."""
        if case.variant != DSP:
            return 0
        phases = self._phases(case)
        return phases.strip.size + max(
            excess(phases.strip, phases.traversal(rows.taps, columns.taps), phases.first(rows, columns))
            for rows, columns in phases
        )

    def c_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """For `dsp`: the strip, a pass for each shape of kernel, the phases, their streams of constants."""
        context = super().c_context(case, tensors)
        if case.variant != DSP:
            return context
        phases = self._phases(case)
        scaling = plan_scaling(case, tensors, self.rounding(case))
        outputs = {phase.outputs for phase in phases.horizontal}
        plans = {
            shape: plan_tiles(
                "multiply_{}x{}".format(*shape),
                case,
                phases.strip,
                phases.traversal(*shape),
                phases.pixels,
                outputs,
            )
            for shape in phases.shapes
        }
        words = [
            streams(
                case,
                replace(tensors, weights=phase_weights(tensors.weights, case.stride, rows, columns)),
                plans[rows.taps, columns.taps],
                scaling,
            )
            for rows, columns in phases
        ]
        starts = np.cumsum([0, *(each.size for each in words[:-1])]).tolist()
        return {
            **context,
            "strip": phases.strip,
            "phases": [
                (rows, columns, plans[rows.taps, columns.taps], phases.first(rows, columns), start)
                for (rows, columns), start in zip(phases, starts, strict=True)
            ],
            "plans": list(plans.values()),
            "output_step": case.stride * case.out_c,
            "scaling": scaling,
            **finishing(case, tensors),
            "streams": np.concatenate(words),
        }

    def _phases(self, case: OperatorCase) -> Phases:
        wanted = min(case.tuning.tile_pixels or MOST_PIXELS, MOST_PIXELS)
        return plan_phases(case, self.windows(case), wanted)

    def grouped_patches(self, case: OperatorCase, image: Array) -> Array:
        """What each output position sees when zeros part the input's pixels: (1, OH * OW, depth)."""
        vertical, horizontal = self.windows(case)
        top, left = case.kernel_h - 1 - vertical.pad_before, case.kernel_w - 1 - horizontal.pad_before
        shape = (case.out_h + case.kernel_h - 1, case.out_w + case.kernel_w - 1, case.in_c)
        spread = np.zeros(shape, image.dtype)
        spread[top :: case.stride, left :: case.stride][: case.in_h, : case.in_w] = image
        dense = (
            Window(shape[0], case.kernel_h, 1, 1, Padding.VALID),
            Window(shape[1], case.kernel_w, 1, 1, Padding.VALID),
        )
        flipped = patches(spread, *dense, fill=0)[:, :, ::-1, ::-1]
        return flipped.reshape(1, -1, self.depth(case))
