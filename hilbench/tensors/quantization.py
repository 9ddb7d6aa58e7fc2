"""The affine quantization of a tensor."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


def _no_scale() -> NDArray[np.float64]:
    return np.empty(0)


@dataclass(frozen=True)
class Quantization:
    """Affine quantization of one tensor: real = scale * (q - zero_point).

    `scale` has one element, or one per output channel for weights (TFLite's scheme), each
    representable in float32; it is empty for float tensors.
    """

    scale: NDArray[np.float64] = field(default_factory=_no_scale)
    zero_point: int = 0

    def matches(self, other: Quantization) -> bool:
        """Whether scales and zero point are equal."""
        return self.zero_point == other.zero_point and np.array_equal(self.scale, other.scale)
