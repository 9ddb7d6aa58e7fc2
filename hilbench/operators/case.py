"""The case: one operator at one shape, data type and variant, as plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hilbench.operators.record import WorkloadRecord
from hilbench.operators.tuning import UNTUNED, Tuning
from hilbench.operators.variants import REFERENCE
from hilbench.tensors import MOST_AXES, POINT, Activation, DType, TensorSpec, Window, Window2D

Attributes = tuple[tuple[str, int | tuple[int, ...]], ...]
"""Parameters that one operator has and others do not, as (name, value) in the order of their names."""


@dataclass(frozen=True, kw_only=True)
class OperatorCase:
    """One operator on inputs of given shapes, as it will be generated, run and verified: plain data.

    `Operator.case` makes one that the operator accepts, with the outputs that follow.

    Attributes:
        operator: name of what is computed.
        inputs: shapes and types of the inputs; images are NHWC.
        outputs: shapes and types of the outputs.
        window: that slides over the input; 1x1 for operators without one.
        attributes: further parameters of this operator, as the axis of a concatenation.
        usual_inputs: inputs of the operator's cases that do not list their own.
    """

    operator: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    window: Window2D = POINT
    groups: int = 1
    activation: Activation = Activation.NONE
    dtype: DType = DType.INT8
    attributes: Attributes = ()
    variant: str = REFERENCE
    tuning: Tuning = UNTUNED
    usual_inputs: int = 1

    @property
    def problem(self) -> OperatorCase:
        """The case without variant and tuning: what is computed, however that is done."""
        return replace(self, variant=REFERENCE, tuning=UNTUNED)

    @property
    def kernel_label(self) -> str:
        """The variant, and its tuning where there is any."""
        return " ".join(filter(None, (self.variant, str(self.tuning))))

    @property
    def in_h(self) -> int:
        """Height of the first input, or 1."""
        return self.inputs[0].padded_shape[1]

    @property
    def in_w(self) -> int:
        """Width of the first input, or 1."""
        return self.inputs[0].padded_shape[2]

    @property
    def in_c(self) -> int:
        """Channels of the first input: the length of its last axis."""
        return self.inputs[0].padded_shape[3]

    @property
    def out_c(self) -> int:
        """Channels of the first output: the length of its last axis."""
        return self.outputs[0].padded_shape[3]

    @property
    def out_h(self) -> int:
        """Height of the first output, or 1."""
        return self.outputs[0].padded_shape[1]

    @property
    def out_w(self) -> int:
        """Width of the first output, or 1."""
        return self.outputs[0].padded_shape[2]

    @property
    def kernel_h(self) -> int:
        """Height of the window."""
        return self.window.kernel[0]

    @property
    def kernel_w(self) -> int:
        """Width of the window."""
        return self.window.kernel[1]

    @property
    def stride_h(self) -> int:
        """Rows from one position of the window to the next."""
        return self.window.stride[0]

    @property
    def stride_w(self) -> int:
        """Columns from one position of the window to the next."""
        return self.window.stride[1]

    @property
    def windows(self) -> tuple[Window, Window]:
        """The vertical and the horizontal window over the first input."""
        return self.window.vertical(self.in_h), self.window.horizontal(self.in_w)

    def integer(self, name: str) -> int:
        """The value of an attribute that is one number.

        Raises:
            KeyError: the case has none of that name.
        """
        (value,) = self.integers(name)
        return value

    def integers(self, name: str) -> tuple[int, ...]:
        """The values of an attribute, of which there may be several.

        Raises:
            KeyError: the case has none of that name.
        """
        value = dict(self.attributes)[name]
        return value if isinstance(value, tuple) else (value,)

    @property
    def activation_bytes(self) -> int:
        """Bytes of all inputs and outputs."""
        return sum(spec.bytes for spec in (*self.inputs, *self.outputs))

    def parameters(self) -> dict[str, Any]:
        """The identity as plain data: what `digest` hashes, what the store keeps and grids say."""
        return {
            "operator": self.operator,
            **self._input_parameters(),
            "out_c": self.out_c,
            "kernel_h": self.kernel_h,
            "kernel_w": self.kernel_w,
            "stride": _one_or_both(self.window.stride),
            "padding": str(self.window.padding),
            "dilation": _one_or_both(self.window.dilation),
            "groups": self.groups,
            "activation": str(self.activation),
            "dtype": str(self.dtype),
            **{name: _written(value) for name, value in self.attributes if value != ()},
            "variant": self.variant,
            **({"tuning": self.tuning.changes} if self.tuning.changes else {}),
        }

    def _input_parameters(self) -> dict[str, Any]:
        """Height, width and channels where they say it all, else the shapes."""
        first = self.inputs[0]
        if len(first.shape) == MOST_AXES and first.shape[0] == 1 and self._has_usual_inputs:
            return {"in_h": self.in_h, "in_w": self.in_w, "in_c": self.in_c}
        return {"inputs": _listed_shapes(self.inputs)}

    @property
    def _has_usual_inputs(self) -> bool:
        """Whether there are as many inputs as the operator has by default, all of one shape."""
        return len(self.inputs) == self.usual_inputs and len(set(self.inputs)) == 1

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits that name this case for ever, on the device too."""
        return _digest(self.parameters())

    @cached_property
    def problem_digest(self) -> str:
        """Sixteen hex digits that name what is computed, by any variant and tuning."""
        return _digest({key: value for key, value in self.problem.parameters().items() if key != "variant"})

    @property
    def seed(self) -> int:
        """Seed (u32) of this case's input and weight data; all cases of one problem share it."""
        return int.from_bytes(bytes.fromhex(self.problem_digest)[:4], "little")

    @property
    def label(self) -> str:
        """Computation of the case in words, without the way it is implemented."""
        kernel = f" k{self.kernel_h}x{self.kernel_w}" if self.window.kernel != (1, 1) else ""
        extras = "".join(
            f" {tag}{value}"
            for tag, value in (
                ("s", _one_or_both(self.window.stride)),
                ("d", _one_or_both(self.window.dilation)),
                ("g", self.groups),
            )
            if value != 1
        )
        own = "".join(f" {name}={_written(value)}" for name, value in self.attributes if value != ())
        fused = "" if self.activation is Activation.NONE else f" {self.activation}"
        shapes = self._input_parameters().get("inputs", f"{self.in_h}x{self.in_w}x{self.in_c}")
        shape = f"{shapes}->{self.out_c}"
        return f"{self.operator} {shape}{kernel}{extras}{own} {self.window.padding}{fused} {self.dtype}"

    def __str__(self) -> str:
        return f"{self.label} {self.kernel_label}"

    def record(self, macs: int, weight_bytes: int) -> WorkloadRecord:
        """Facts for the store and for rows, of which the operator knows two."""
        return WorkloadRecord(
            digest=self.digest,
            problem_digest=self.problem_digest,
            label=self.label,
            variant=self.variant,
            tuning=str(self.tuning),
            parameters=self.parameters(),
            inputs=self.inputs,
            outputs=self.outputs,
            macs=macs,
            weight_bytes=weight_bytes,
            activation_bytes=self.activation_bytes,
        )


def _digest(identity: Mapping[str, Any]) -> str:
    """Sixteen hex digits of the SHA-256 of plain data."""
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _listed_shapes(tensors: Iterable[TensorSpec]) -> str:
    """Shapes as grids write them: 1x8x8x16,1x8x8x4."""
    return ",".join("x".join(map(str, tensor.shape)) for tensor in tensors)


def _written(value: int | tuple[int, ...]) -> int | str:
    """An attribute as grids write it: one number, or several like 0,3,1,2."""
    return value if isinstance(value, int) else ",".join(map(str, value))


def _one_or_both(pair: tuple[int, int]) -> int | str:
    """One number where both are equal, else height x width."""
    return pair[0] if pair[0] == pair[1] else f"{pair[0]}x{pair[1]}"
