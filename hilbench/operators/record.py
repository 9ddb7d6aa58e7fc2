"""The record of a workload: plain facts, to be read when the operator's own folder is long gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hilbench.tensors import TensorSpec


@dataclass(frozen=True)
class WorkloadRecord:
    """Facts of one workload.

    Attributes:
        digest: sixteen hex digits that name it.
        problem_digest: those of what is computed, whatever the variant and its tuning.
        label: computation in words.
        variant: way in which it is computed.
        tuning: changes to that way, as `name=value`; empty where there are none.
        parameters: the identity as plain data; of a layer `OperatorCase.parameters`.
        inputs: shapes and types of the inputs.
        outputs: shapes and types of the outputs.
        macs: multiply-accumulates of one run.
        weight_bytes: weights, bias and per-channel requantization constants, before the compiler.
        activation_bytes: all inputs and outputs.
    """

    digest: str
    problem_digest: str
    label: str
    variant: str
    tuning: str
    parameters: Mapping[str, Any]
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    macs: int
    weight_bytes: int
    activation_bytes: int

    @property
    def operator(self) -> str:
        """Name of the operator."""
        return str(self.parameters["operator"])

    @property
    def kernel_label(self) -> str:
        """The variant, and its tuning where there is any."""
        return " ".join(filter(None, (self.variant, self.tuning)))

    def __str__(self) -> str:
        return f"{self.label} {self.kernel_label}"
