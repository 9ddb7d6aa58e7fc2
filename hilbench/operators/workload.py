"""The workload: what an image holds, a board runs and a row is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hilbench.operators.arena import ArenaPlan
from hilbench.operators.record import WorkloadRecord
from hilbench.tensors import Array, TensorSpec


class ConstantMemory(StrEnum):
    """Memory that a C file's constants are read from; where it is RAM, start-up copies them there."""

    FLASH = "flash"
    COUPLED = "coupled"
    """Data TCM, in addition to the arena."""
    SRAM = "sram"
    """The large SRAM, where the arena does not lie there."""


@dataclass(frozen=True)
class Source:
    """One C file of a workload.

    Attributes:
        text: the file.
        flags: of the compiler, in addition to those of all kernels.
        has_unused: whether it may define what the workload does not call, which is in no image then.
        libraries: of the compiler that it needs in addition to the runtime library, as `m`.
        constants: memory that its constants are read from.
    """

    text: str
    flags: tuple[str, ...] = ()
    has_unused: bool = False
    libraries: tuple[str, ...] = ()
    constants: ConstantMemory = ConstantMemory.FLASH


class Workload(Protocol):
    """A layer, or a network of them. It is hashable: two that have one digest are equal.

    `str()` of it names it in messages and progress.
    """

    @property
    def digest(self) -> str:
        """Sixteen hex digits that name it for ever, on the device too."""
        ...

    @property
    def label(self) -> str:
        """Computation in words, without the way it is implemented."""
        ...

    @property
    def problem(self) -> Workload:
        """Computation in plain C whose output it must give; itself where there is no other."""
        ...

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the inputs."""
        ...

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the outputs."""
        ...

    @property
    def seed(self) -> int:
        """Seed (u32) of the input data; the device generates input i from `seed` + i."""
        ...

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one run."""
        ...

    @property
    def least_constant_bytes(self) -> int:
        """Bytes of constants that are in an image whatever the compiler finds out about them.

        To be known without the constants themselves.
        """
        ...

    @property
    def arena(self) -> ArenaPlan:
        """Places of its tensors."""
        ...

    @property
    def segments(self) -> tuple[str, ...]:
        """Names of the steps that a run consists of; one for a layer.

        Where there are several, and `sources` has probes, its C calls `hb_segment(index)` at the end of each.
        """
        ...

    def input_values(self) -> tuple[Array, ...]:
        """Values that the device generates as its inputs, in their shapes."""
        ...

    def reference(self, inputs: Sequence[Array]) -> Array:
        """The output for `inputs` in its shape; several outputs flat, one behind the other.

        May raise anything.
        """
        ...

    def sources(self, symbol: str) -> Mapping[str, Source]:
        """C files by name (`layer.c`), of which the first defines the function `symbol` (`hb_kernel_t`).

        It calls functions of the others one after the other, so that their stacks need not add up.

        Raises:
            BuildError: the C cannot be generated.
        """
        ...

    def source_key(self) -> str:
        """Digest of all that `sources` depends on, but the generator's own code."""
        ...

    def record(self) -> WorkloadRecord:
        """Facts for the store and for rows."""
        ...
