"""The case: one operator at one shape, data type and variant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hilbench.cases.tuning import UNTUNED, Tuning
from hilbench.cases.variants import REFERENCE

if TYPE_CHECKING:
    from hilbench.cases.kernel import Kernel
    from hilbench.cases.operator import Operator


class DType(StrEnum):
    """Data types of activations and weights, named as TFLite names them."""

    INT8 = "int8"
    FLOAT32 = "float32"
    INT16X8 = "int16x8"
    """int16 activations and int8 weights."""
    INT8X4 = "int8x4"
    """int8 activations and int4 weights, two to a byte."""

    @property
    def quantized(self) -> bool:
        """Whether integers stand for real numbers."""
        return self is not DType.FLOAT32

    @property
    def activation(self) -> str:
        """NumPy's name of the type of inputs and outputs."""
        return {DType.INT16X8: "int16", DType.INT8X4: "int8"}.get(self, str(self))

    @property
    def bytes(self) -> int:
        """Size of one element of inputs and outputs."""
        return {"int8": 1, "int16": 2}.get(self.activation, 4)

    @property
    def weight_bits(self) -> int:
        """Size of one weight."""
        return {DType.INT8X4: 4, DType.FLOAT32: 32}.get(self, 8)


class Activation(StrEnum):
    """Activation fused into the operator."""

    NONE = "none"
    RELU = "relu"
    RELU6 = "relu6"


class Padding(StrEnum):
    """TensorFlow's padding schemes."""

    SAME = "same"
    VALID = "valid"


@dataclass(frozen=True, kw_only=True)
class OperatorCase:
    """One operator on one NHWC input shape (N = 1), as it will be generated, run and verified.

    Raises:
        CaseError: the operator refuses the parameters; the sentence says which and why.
    """

    operator: Operator
    in_h: int
    in_w: int
    in_c: int
    out_c: int
    kernel_h: int = 1
    kernel_w: int = 1
    stride: int = 1
    padding: Padding = Padding.SAME
    dilation: int = 1
    groups: int = 1
    activation: Activation = Activation.NONE
    dtype: DType = DType.INT8
    variant: str = REFERENCE
    tuning: Tuning = UNTUNED

    def __post_init__(self) -> None:
        self.operator.check(self)

    @property
    def shape(self) -> OperatorCase:
        """What is computed, however: the reference variant of it."""
        return replace(self, variant=REFERENCE, tuning=UNTUNED)

    @property
    def implementation(self) -> str:
        """The variant, and its tuning where there is any."""
        return " ".join(filter(None, (self.variant, str(self.tuning))))

    @property
    def kernel(self) -> Kernel:
        """The operator's kernel that the variant names."""
        return self.operator.kernel(self.variant)

    @property
    def out_h(self) -> int:
        """Output height."""
        return self.operator.out_hw(self)[0]

    @property
    def out_w(self) -> int:
        """Output width."""
        return self.operator.out_hw(self)[1]

    @property
    def input_bytes(self) -> int:
        """Bytes of one input; all inputs of an operator have one shape."""
        return self.in_h * self.in_w * self.in_c * self.dtype.bytes

    @property
    def output_bytes(self) -> int:
        """Bytes of the output."""
        return self.out_h * self.out_w * self.out_c * self.dtype.bytes

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates of one run (padding counted as if it were data, as is usual)."""
        return self.operator.macs(self)

    @cached_property
    def weight_bytes(self) -> int:
        """Bytes of weights, bias and per-channel requantisation constants."""
        return self.operator.weight_bytes(self)

    @cached_property
    def activation_bytes(self) -> int:
        """Bytes of all inputs and the output."""
        return self.operator.activation_bytes(self)

    @cached_property
    def scratch_bytes(self) -> int:
        """Bytes of working memory that the variant is handed, 16-byte aligned."""
        return self.kernel.scratch_bytes(self)

    def parameters(self) -> dict[str, Any]:
        """The identity as plain data: what `digest` hashes and what the store keeps."""
        return {
            "operator": self.operator.name,
            "in_h": self.in_h,
            "in_w": self.in_w,
            "in_c": self.in_c,
            "out_c": self.out_c,
            "kernel_h": self.kernel_h,
            "kernel_w": self.kernel_w,
            "stride": self.stride,
            "padding": str(self.padding),
            "dilation": self.dilation,
            "groups": self.groups,
            "activation": str(self.activation),
            "dtype": str(self.dtype),
            "variant": self.variant,
            **({"tuning": self.tuning.changes} if self.tuning.changes else {}),
        }

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits that name this case for ever, on the device too."""
        return _digest(self.parameters())

    @cached_property
    def problem(self) -> str:
        """Sixteen hex digits that name what is computed, by any variant and tuning."""
        return _digest({key: value for key, value in self.shape.parameters().items() if key != "variant"})

    @property
    def seed(self) -> int:
        """Seed (u32) of this case's input and weight data; all cases of one problem share it."""
        return int.from_bytes(bytes.fromhex(self.problem)[:4], "little")

    @property
    def computation(self) -> str:
        """What is computed, in words, without how."""
        kernel = f" k{self.kernel_h}x{self.kernel_w}" if (self.kernel_h, self.kernel_w) != (1, 1) else ""
        extras = "".join(
            f" {tag}{value}"
            for tag, value, default in (
                ("s", self.stride, 1),
                ("d", self.dilation, 1),
                ("g", self.groups, 1),
            )
            if value != default
        )
        fused = "" if self.activation is Activation.NONE else f" {self.activation}"
        shape = f"{self.in_h}x{self.in_w}x{self.in_c}->{self.out_c}"
        return f"{self.operator.name} {shape}{kernel}{extras} {self.padding}{fused} {self.dtype}"

    def __str__(self) -> str:
        return f"{self.computation} {self.implementation}"


def _digest(identity: Mapping[str, Any]) -> str:
    """Sixteen hex digits of the SHA-256 of plain data."""
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
