"""Constants of a layer: weights, bias, and the quantization of all its tensors."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np

from hilbench.tensors import Array, Quantization


def _nothing() -> Array:
    return np.empty(0)


@dataclass(frozen=True, eq=False, repr=False)
class Constants:
    """Everything but its inputs that an operator reads; what it has not is empty.

    Weights are shaped as TFLite has them: (O, KH, KW, I/groups), depthwise (1, KH, KW, O), fully connected
    (O, I); the bias is (O,). Integer data is int8 with int32 bias, or int16 with int8 weights and int64 bias;
    int4 weights lie in int8.
    """

    weights: Array = field(default_factory=_nothing)
    bias: Array = field(default_factory=_nothing)
    input_quantization: tuple[Quantization, ...] = ()
    weight_quantization: Quantization = field(default_factory=Quantization)
    output_quantization: Quantization = field(default_factory=Quantization)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits of the SHA-256 of all of them."""
        hashed = hashlib.sha256()
        for each in fields(self):
            value = getattr(self, each.name)
            for part in value if isinstance(value, tuple) else (value,):
                array = part.scale if isinstance(part, Quantization) else part
                zero_point = part.zero_point if isinstance(part, Quantization) else 0
                hashed.update(f"{each.name} {array.dtype.str} {array.shape} {zero_point} ".encode())
                hashed.update(np.ascontiguousarray(array).tobytes())
        return hashed.hexdigest()[:16]
