"""A network as a workload whose code another tool made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from hilbench.deploy.c_package import CPackage
from hilbench.deploy.c_text import comment, template, template_text
from hilbench.deploy.network_workload import NetworkWorkload, joined
from hilbench.deploy.tensor_forms import TensorForm, from_model, spec_in_form, to_model
from hilbench.digests import digest
from hilbench.errors import ConfigError
from hilbench.networks.graph import Graph
from hilbench.networks.oracles import Oracle
from hilbench.operators.arena import ALIGNMENT, ArenaPlan, aligned
from hilbench.operators.record import WorkloadRecord
from hilbench.operators.workload import Source
from hilbench.tensors import Array, TensorSpec

SIZING_SENTENCE = "arena used: "
"""Beginning of what the device says of a program that is only prepared; the bytes follow."""
_TEMPLATE = "external_program.c.j2"
_CPP_SUFFIXES = frozenset({".cc", ".cpp", ".cxx"})
_SOURCE_SUFFIXES = {True: "cc", False: "c"}


@dataclass(frozen=True, eq=False, repr=False)
class ExternalProgram(NetworkWorkload):
    """A network with the code that a deployer made of it: a `Workload`.

    Attributes:
        graph: what the code has to compute.
        package: the code.
        deployer: name of who made it, the variant in rows.
        oracle: computes the outputs that it should give; None for the graph's interpreter.
        is_sizing: whether the code is only prepared, to say how much of its arena it needs.
    """

    graph: Graph
    package: CPackage
    deployer: str
    oracle: Oracle | None = None
    is_sizing: bool = False

    def __post_init__(self) -> None:
        glue = self.package.glue
        if len(glue.inputs) > len(self.graph.inputs) or len(glue.outputs) > len(self.graph.outputs):
            raise ConfigError(
                f"{self.deployer} describes {len(glue.inputs)} inputs and {len(glue.outputs)} outputs, "
                f"{self.graph.name} has {len(self.graph.inputs)} and {len(self.graph.outputs)}; "
                "describe those of the model."
            )
        if len(self.graph.outputs) > 1 and any(form.place for form in glue.outputs):
            raise ConfigError(
                f"{self.deployer} keeps several outputs in memory of its own; have its 'run' copy them."
            )

    def __str__(self) -> str:
        return f"{self.label} by {self.deployer}"

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits of the code and of the network's name and shapes."""
        return digest(
            [
                self.deployer,
                self.label,
                repr(self.inputs),
                repr(self.outputs),
                self._code,
                str(self.is_sizing),
            ]
        )[:16]

    @property
    def segments(self) -> tuple[str, ...]:
        """The whole as the only step."""
        return (self.name,)

    @cached_property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the inputs as the code takes them."""
        tensors = (self.graph.tensors[name] for name in self.graph.inputs)
        return tuple(map(spec_in_form, tensors, self._input_forms))

    @cached_property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the outputs as the code gives them."""
        tensors = (self.graph.tensors[name] for name in self.graph.outputs)
        return tuple(map(spec_in_form, tensors, self._output_forms))

    @property
    def least_constant_bytes(self) -> int:
        """Zero: another tool's constants are known once they are compiled."""
        return 0

    @cached_property
    def arena(self) -> ArenaPlan:
        """Places of inputs, outputs and the code's arena, one behind the other.

        Tensors that the code keeps in memory of its own have no other place.
        """
        glue = self.package.glue
        room = glue.arena_bytes + (glue.arena_alignment if glue.arena_alignment > ALIGNMENT else 0)
        own_output = any(form.place for form in self._output_forms)
        sizes = [
            *(
                0 if form.place else spec.bytes
                for spec, form in zip(self.inputs, self._input_forms, strict=True)
            ),
            0 if own_output else sum(spec.bytes for spec in self.outputs),
            room,
        ]
        *places, whole = accumulate(map(aligned, sizes), initial=0)
        return ArenaPlan(
            inputs=tuple(places[:-2]),
            output=places[-2],
            scratch=places[-1],
            scratch_bytes=room,
            bytes=whole,
            consumes_inputs=any(form.place for form in self._input_forms),
            is_prepared=self._is_prepared,
        )

    def reference(self, inputs: Sequence[Array]) -> Array:
        """The output for `inputs` by the oracle, both in the code's forms; several outputs flat."""
        taken = (self.graph.tensors[name] for name in self.graph.inputs)
        values = tuple(map(to_model, inputs, taken, self._input_forms))
        results = self._judge.run(values)
        given = (self.graph.tensors[name] for name in self.graph.outputs)
        return joined(tuple(map(from_model, results, given, self._output_forms)))

    def sizing(self) -> ExternalProgram | None:
        """The program that only says how much arena it needs; None where that is known."""
        return replace(self, is_sizing=True) if self.package.glue.arena_used else None

    def with_arena(self, size: int) -> ExternalProgram:
        """The program with another size of its arena, bytes."""
        glue = replace(self.package.glue, arena_bytes=aligned(size))
        return replace(self, package=replace(self.package, glue=glue))

    def sources(self, symbol: str) -> Mapping[str, Source]:
        """The glue, and a file for each of the package's that includes it where it lies."""
        package = self.package
        glue = template(_TEMPLATE).render(
            name=comment(self.name),
            deployer=comment(self.deployer),
            symbol=symbol,
            glue=package.glue,
            is_cpp=package.is_cpp,
            is_prepared=self._is_prepared,
            is_sizing=self.is_sizing,
            sizing_sentence=SIZING_SENTENCE,
            arena=_aligned_pointer(package.glue.arena_alignment),
            input_places=[(index, form.place) for index, form in enumerate(self._input_forms) if form.place],
            output_place=next((form.place for form in self._output_forms if form.place), ""),
            outputs=_output_pointers(self.outputs),
        )
        files = {f"glue.{_SOURCE_SUFFIXES[package.is_cpp]}": self._source(glue, cpp=package.is_cpp)}
        for index, path in enumerate(package.sources):
            text = f'#include "{path.resolve()}"\n'
            files[f"{index:03}_{path.name}"] = self._source(text, cpp=path.suffix in _CPP_SUFFIXES)
        return files

    def _source(self, text: str, *, cpp: bool) -> Source:
        flags = self.package.compiler_flags(cpp=cpp)
        return Source(text, flags, has_unused=True, libraries=self.package.libraries)

    def source_key(self) -> str:
        """Digest of the code and of the glue's template."""
        return digest([self.digest, self._code, template_text(_TEMPLATE)])

    def record(self) -> WorkloadRecord:
        """Facts for the store and for rows."""
        arena = self.package.glue.arena_bytes
        return self._record(self.deployer, 0, {"deployer": self.deployer, "arena_bytes": arena})

    @cached_property
    def _code(self) -> str:
        return self.package.digest()

    @property
    def _is_prepared(self) -> bool:
        forms = (*self._input_forms, *self._output_forms)
        return bool(self.package.glue.init) or any(form.place for form in forms)

    @property
    def _input_forms(self) -> tuple[TensorForm, ...]:
        return _filled(self.package.glue.inputs, len(self.graph.inputs))

    @property
    def _output_forms(self) -> tuple[TensorForm, ...]:
        return _filled(self.package.glue.outputs, len(self.graph.outputs))


def _filled(forms: tuple[TensorForm, ...], count: int) -> tuple[TensorForm, ...]:
    return forms + (TensorForm(),) * (count - len(forms))


def _output_pointers(outputs: Sequence[TensorSpec]) -> list[str]:
    """C expressions of the outputs' addresses, one behind the other."""
    offsets = accumulate((spec.bytes for spec in outputs[:-1]), initial=0)
    return [f"(uint8_t *)output + {offset}" for offset in offsets]


def _aligned_pointer(alignment: int) -> str:
    if alignment <= ALIGNMENT:
        return "scratch"
    return f"(void *)(((uintptr_t)scratch + {alignment - 1}u) & ~(uintptr_t){alignment - 1}u)"
