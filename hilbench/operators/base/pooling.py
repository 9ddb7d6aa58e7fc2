"""Base of poolings: a window over each channel, 2x2 with stride 2 unless said otherwise."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hilbench.operators.base.parameterless import Parameterless
from hilbench.operators.case import OperatorCase
from hilbench.operators.layer import Layer
from hilbench.operators.reuse import Reuse, first_seen, reuse_by_pixels
from hilbench.quantization.activation import activate
from hilbench.quantization.fixed_point import activation_bounds
from hilbench.tensors import Array, DType, Window


class Pooling(Parameterless):
    """A reduction of each window to one value; what lies in the padding does not count."""

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Defaults: as many output channels as input channels, a 2x2 window, stride 2."""
        return super().defaults(parameters) | {"kernel_h": 2, "kernel_w": 2, "stride": 2}

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Output height and width by TensorFlow's padding rules."""
        vertical, horizontal = case.windows
        return vertical.output, horizontal.output

    def macs(self, case: OperatorCase) -> int:
        """Elements read: output elements times the window's size."""
        return case.out_h * case.out_w * case.out_c * case.kernel_h * case.kernel_w

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """Reuse pixel by pixel."""
        return (reuse_by_pixels(case, *map(first_seen, case.windows)),)

    def row_window(self, case: OperatorCase) -> Window | None:
        """The vertical window."""
        return case.windows[0]

    @abstractmethod
    def pool(self, case: OperatorCase, image: Array) -> Array:
        """Reduce the windows of `image` (H, W, C) to (OH, OW, C), in the dtype of `image`."""

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The pooled windows, clamped by the activation."""
        case = layer.case
        pooled = self.pool(case, inputs[0][0])[np.newaxis]
        if case.dtype is DType.FLOAT32:
            return activate(pooled, case.activation)
        return np.clip(pooled, *activation_bounds(case.activation, layer.constants.output_quantization))

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Padding, and for int8 the bounds of the activation."""
        vertical, horizontal = layer.case.windows
        padding = {
            "pad_top": vertical.pad_before,
            "pad_left": horizontal.pad_before,
            "pad_bottom": vertical.pad_after,
            "pad_right": horizontal.pad_after,
        }
        return {**super().template_context(layer), **padding}
