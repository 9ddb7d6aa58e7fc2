"""Base of networks as workloads, whoever made their code."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from hilbench.deploy.input_seed import input_seed
from hilbench.networks.graph import Graph
from hilbench.networks.macs import total_macs
from hilbench.networks.oracles import Oracle, own_oracle
from hilbench.operators.input_fill import fill_inputs
from hilbench.operators.record import WorkloadRecord
from hilbench.results.network import NETWORK
from hilbench.tensors import Array, TensorSpec


class NetworkWorkload(ABC):
    """A network that is measured as a whole: the parts of a `Workload` that do not depend on its code.

    Attributes:
        graph: as it was imported.
        oracle: computes the outputs that it should give; None for the graph's interpreter.
    """

    graph: Graph
    oracle: Oracle | None

    @property
    @abstractmethod
    def digest(self) -> str:
        """Sixteen hex digits of the network and its code."""

    @property
    @abstractmethod
    def inputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the tensors that are put in."""

    @property
    @abstractmethod
    def outputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the tensors that are taken out."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.graph.name

    @property
    def label(self) -> str:
        """Computation in words."""
        return f"network {self.name}"

    @property
    def oracle_name(self) -> str:
        """Name of what the output is held against."""
        return self._judge.name

    @property
    def problem(self) -> Self:
        """The program itself: its reference is not another program."""
        return self

    @property
    def seed(self) -> int:
        """Seed (u32) of the input data, the same whatever the code."""
        return input_seed(self.graph)

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates of the network as it was imported, of operators with weights."""
        return total_macs(self.graph)

    def input_values(self) -> tuple[Array, ...]:
        """Values that the device generates as its inputs, in their shapes."""
        return fill_inputs(self.inputs, self.seed)

    @property
    def _judge(self) -> Oracle:
        return self.oracle or own_oracle(self.graph)

    def _record(self, variant: str, weight_bytes: int, parameters: dict[str, Any]) -> WorkloadRecord:
        """Facts for the store and for rows; the problem is the graph, whatever is made of it."""
        return WorkloadRecord(
            digest=self.digest,
            problem_digest=self.graph.digest[:16],
            label=self.label,
            variant=variant,
            tuning="",
            parameters={
                "operator": NETWORK,
                "name": self.name,
                **parameters,
                "oracle": self.oracle_name,
            },
            inputs=self.inputs,
            outputs=self.outputs,
            macs=self.macs,
            weight_bytes=weight_bytes,
            activation_bytes=sum(spec.bytes for spec in (*self.inputs, *self.outputs)),
        )


def joined(outputs: Sequence[Array]) -> Array:
    """One output as it is; several flat, one behind the other."""
    return outputs[0] if len(outputs) == 1 else np.concatenate([output.ravel() for output in outputs])
