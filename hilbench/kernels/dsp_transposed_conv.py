"""The `dsp` transposed convolution: one dense convolution for each phase of its outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilbench.kernels.dsp import BLOCKING, CHANNELS, MOST_PIXELS, excess, finishing, plan_tiles, streams
from hilbench.kernels.requantization import MOST_GAIN, plan_scaling
from hilbench.kernels.transposed_conv import Phases, phase_weights, plan_phases
from hilbench.operators.base.convolution import convolution_rounding
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse
from hilbench.operators.variants import DSP
from hilbench.tensors import DType, Window


def transposed_windows(case: OperatorCase) -> tuple[Window, Window]:
    """The windows of the convolution that a transposed one transposes: from output to input."""
    return case.window.vertical(case.out_h), case.window.horizontal(case.out_w)


@dataclass(frozen=True)
class DspTransposedConvolution(Kernel):
    """A transposed convolution by SMLAD, phase by phase over one widened strip."""

    name: str = DSP

    def supports(self, case: OperatorCase) -> bool:
        """Whether the case is int8, whatever the shape."""
        return case.dtype is DType.INT8

    def search_space(self, case: OperatorCase) -> Mapping[str, Sequence[int]]:
        """Bands, tiles and steps without a loop."""
        return BLOCKING

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes of the strip, and of those beyond it that its last loads read."""
        phases = _phases(layer.case)
        return phases.strip.size + max(
            excess(phases.strip, phases.traversal(rows.taps, columns.taps), phases.first(rows, columns))
            for rows, columns in phases
        )

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Reuse band by band, with the outputs of all phases."""
        case = layer.case
        strip = _phases(case).strip
        return (strip.spread_reuse(case, (case.out_h, case.out_w), case.window.stride),)

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The strip, a pass for each shape of kernel, the phases, their streams of constants."""
        case = layer.case
        phases = _phases(case)
        scaling = plan_scaling(layer, convolution_rounding(case), most_gain=MOST_GAIN, together=CHANNELS)
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
                layer.with_weights(phase_weights(layer.constants.weights, case.window.stride, rows, columns)),
                plans[rows.taps, columns.taps],
                scaling,
            )
            for rows, columns in phases
        ]
        starts = np.cumsum([0, *(each.size for each in words[:-1])]).tolist()
        return {
            "strip": phases.strip,
            "phases": [
                (rows, columns, plans[rows.taps, columns.taps], phases.first(rows, columns), start)
                for (rows, columns), start in zip(phases, starts, strict=True)
            ],
            "plans": list(plans.values()),
            "output_step": case.stride_w * case.out_c,
            "output_row": case.stride_h * case.out_w * case.out_c,
            "scaling": scaling,
            **finishing(layer),
            "streams": np.concatenate(words),
        }


def _phases(case: OperatorCase) -> Phases:
    wanted = min(case.tuning.tile_pixels or MOST_PIXELS, MOST_PIXELS)
    return plan_phases(case, transposed_windows(case), wanted)
