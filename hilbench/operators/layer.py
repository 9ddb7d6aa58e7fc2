"""The layer: a case with its constants, which is all that a kernel is generated from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hilbench.digests import digest
from hilbench.operators.arena import ArenaPlan
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.input_fill import fill_inputs
from hilbench.operators.kernel import Kernel
from hilbench.operators.operator import Operator
from hilbench.operators.record import WorkloadRecord
from hilbench.operators.render import render
from hilbench.operators.shared_constants import ConstantArrays, static_array
from hilbench.operators.tuning import UNTUNED, Tuning
from hilbench.operators.variants import REFERENCE
from hilbench.operators.workload import ConstantMemory, Source
from hilbench.tensors import Array, TensorSpec

_FOLDED_BYTES = 5
"""Bytes a channel of multipliers and shifts, of which compilers make constants where all channels agree."""


@dataclass(frozen=True, eq=False, repr=False)
class Layer:
    """A case with its constants, the `Workload` of one operator.

    Attributes:
        operator: of the case, which it has accepted (`Operator.case`).
        own_constants: of a network; None for the synthetic ones that the case's seed gives.
        name: of the layer in its network; empty outside of one.
        constant_memory: memory that its kernel reads the constants from.
    """

    operator: Operator
    case: OperatorCase
    own_constants: Constants | None = None
    name: str = ""
    constant_memory: ConstantMemory = ConstantMemory.FLASH

    def __eq__(self, other: object) -> bool:
        """Layers are equal where their digests are, whatever they are called."""
        return isinstance(other, Layer) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __str__(self) -> str:
        return str(self.case)

    def __repr__(self) -> str:
        return f"<{self}>"

    @cached_property
    def constants(self) -> Constants:
        """Weights, bias and quantization."""
        return self.own_constants or self.operator.synthesize(self.case)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits: the case's where constants are synthetic, else of both; of copies their own."""
        found = self._with_constants(self.case.digest)
        if self.constant_memory is ConstantMemory.FLASH:
            return found
        return digest([found, self.constant_memory])[: len(found)]

    @property
    def label(self) -> str:
        """Computation in words, without the way it is implemented."""
        return self.case.label

    @property
    def kernel(self) -> Kernel:
        """The operator's kernel that computes it."""
        return self.operator.kernel(self.case.variant)

    @property
    def variant(self) -> str:
        """Name of the kernel."""
        return self.case.variant

    @property
    def tuning(self) -> Tuning:
        """Tuning of the kernel."""
        return self.case.tuning

    @property
    def kernel_label(self) -> str:
        """The variant, and its tuning where there is any."""
        return self.case.kernel_label

    @property
    def variants(self) -> tuple[str, ...]:
        """Names of the kernels that can compute it, the reference first."""
        return tuple(name for name in self.operator.variants if self.operator.supports(self.case, name))

    @cached_property
    def problem(self) -> Layer:
        """The layer without variant and tuning: what is computed, however that is done."""
        return self.with_kernel(REFERENCE)

    def with_kernel(self, variant: str, tuning: Tuning = UNTUNED) -> Layer:
        """The layer, computed in another way, its constants in flash.

        Raises:
            CaseError: the operator has no such variant, or it cannot compute the layer.
        """
        case = replace(self.case, variant=variant, tuning=tuning)
        self.operator.check(case)
        return replace(self, case=case, constant_memory=ConstantMemory.FLASH)

    def with_constants_in(self, memory: ConstantMemory) -> Layer:
        """The layer, reading its constants from another memory."""
        return replace(self, constant_memory=memory)

    def with_weights(self, weights: Array) -> Layer:
        """The layer with its weights in another order, as an algorithm reads them."""
        return replace(self, own_constants=replace(self.constants, weights=weights))

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the inputs."""
        return self.case.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the outputs."""
        return self.case.outputs

    @property
    def seed(self) -> int:
        """Seed (u32) of the input data; all layers of one problem share it."""
        return self.case.seed

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates of one run."""
        return self.operator.macs(self.case)

    @cached_property
    def weight_bytes(self) -> int:
        """Bytes of weights, bias and per-channel requantization constants, before the compiler."""
        return self.operator.weight_bytes(self.case)

    @property
    def least_constant_bytes(self) -> int:
        """Bytes of constants that are in an image whatever the compiler finds out about them."""
        channels = self.outputs[0].padded_shape[-1]
        return max(0, self.weight_bytes - _FOLDED_BYTES * channels)

    @cached_property
    def arena(self) -> ArenaPlan:
        """Places of its tensors, one behind the other."""
        return ArenaPlan.in_sequence(self.inputs, self.outputs, self.kernel.scratch_bytes(self))

    @property
    def segments(self) -> tuple[str, ...]:
        """The layer as the only step."""
        return (self.name or self.operator.name,)

    def input_values(self) -> tuple[Array, ...]:
        """Values that the device generates as its inputs, in their shapes."""
        return fill_inputs(self.inputs, self.seed)

    def reference(self, inputs: Sequence[Array]) -> Array:
        """The output for `inputs`, as `Operator.reference` computes it."""
        return self.operator.reference(self, inputs)

    def template_context(self) -> Mapping[str, Any]:
        """All names that the template of the layer's kernel reads in addition to `case` and `symbol`."""
        return {**self.operator.template_context(self), **self.kernel.template_context(self)}

    def sources(self, symbol: str) -> Mapping[str, Source]:
        """The kernel's C, with the compiler flags of its tuning.

        Raises:
            BuildError: the operator's Python or its template fails.
        """
        return {"layer.c": self.source(symbol)}

    def source(self, symbol: str, constants: ConstantArrays = static_array) -> Source:
        """The C file that `sources` consists of, with constant arrays as `constants` writes them.

        Raises:
            BuildError: the operator's Python or its template fails.
        """
        return Source(render(self, symbol, constants), self.tuning.flags, constants=self.constant_memory)

    def source_key(self) -> str:
        """Digest of the operator's folder and of the layer."""
        return digest([self.operator.source_digest, self.digest])

    def record(self) -> WorkloadRecord:
        """Facts for the store and for rows."""
        return replace(
            self.case.record(self.macs, self.weight_bytes),
            digest=self.digest,
            problem_digest=self._with_constants(self.case.problem_digest),
        )

    def _with_constants(self, case_digest: str) -> str:
        """A digest of the case, or of case and constants where these are the layer's own."""
        if self.own_constants is None:
            return case_digest
        both = f"{case_digest} {self.own_constants.digest}"
        return hashlib.sha256(both.encode()).hexdigest()[:16]
