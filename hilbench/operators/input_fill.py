"""Input data by a counter-based hash, so that the device generates what the host verifies.

The firmware has the same in `firmware/common/fill.c`. Mixing function: Chris Wellons, "Prospecting
for Hash Functions" (lowbias32 with the constants 0x7FEB352D, 0x846CA68B).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from hilbench.tensors import Array, ElementType, TensorSpec

_GOLDEN_RATIO = np.uint32(0x9E3779B9)


def hash_words(seed: int, count: int) -> NDArray[np.uint32]:
    """The first `count` words of stream `seed` (taken modulo 2**32)."""
    words = np.arange(count, dtype=np.uint32) * _GOLDEN_RATIO
    words += np.uint32(seed & 0xFFFF_FFFF)
    words ^= words >> np.uint32(16)
    words *= np.uint32(0x7FEB352D)
    words ^= words >> np.uint32(15)
    words *= np.uint32(0x846CA68B)
    words ^= words >> np.uint32(16)
    return words


def fill(dtype: ElementType, seed: int, count: int) -> Array:
    """`count` activations: integers over their whole range, float32 over [-1, 1) in steps of 2**-23."""
    words = hash_words(seed, count)
    if dtype.quantized:
        return words.astype(f"u{dtype.bits // 8}").view(dtype)
    signed = (words >> np.uint32(8)).astype(np.float32)
    return signed * np.float32(2.0**-23) - np.float32(1.0)


def fill_inputs(inputs: Iterable[TensorSpec], seed: int) -> tuple[Array, ...]:
    """All input tensors in their shapes; input i is stream `seed` + i."""
    return tuple(
        fill(spec.dtype, seed + index, spec.elements).reshape(spec.shape) for index, spec in enumerate(inputs)
    )
