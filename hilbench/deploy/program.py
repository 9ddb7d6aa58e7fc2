"""A network as a workload: its kernels, and the function that runs one after the other in one arena."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.deploy import distinct_constants
from hilbench.deploy.c_text import comment, template, template_text
from hilbench.deploy.distinct_constants import constants_key, weight_bytes, with_distinct_constants
from hilbench.deploy.network_workload import NetworkWorkload, joined
from hilbench.deploy.placement import Placement, place
from hilbench.deploy.schedule import Schedule, Step
from hilbench.deploy.states import Update, updates
from hilbench.digests import digest
from hilbench.errors import ModelError
from hilbench.networks.graph import Graph
from hilbench.networks.oracles import Oracle
from hilbench.operators.arena import ArenaPlan, aligned
from hilbench.operators.c_literals import c_array
from hilbench.operators.layer import Layer
from hilbench.operators.record import WorkloadRecord
from hilbench.operators.shared_constants import SharedConstants, static_array
from hilbench.operators.workload import ConstantMemory, Source
from hilbench.tensors import Array, ElementType, TensorSpec

C_TYPES = {
    ElementType.INT8: "int8_t",
    ElementType.UINT8: "uint8_t",
    ElementType.INT16: "int16_t",
    ElementType.INT32: "int32_t",
    ElementType.FLOAT32: "float",
}
"""C types of elements."""
_SYMBOL_DIGITS = 8
_TEMPLATE = "program.c.j2"
_VARIANT = "selected"
"""Variant of a network in rows: each layer has the kernel that was selected for it; `layers` names them."""


@dataclass(frozen=True, eq=False, repr=False)
class Program(NetworkWorkload):
    """A network's layers, each with its kernel chosen, and the places of its tensors: a `Workload`.

    Attributes:
        graph: as it was imported, which the interpreter computes for reference.
        schedule: of the graph as the passes left it.
        placement: of the schedule's tensors.
        probes: whether the C tells the firmware of the end of every step.
        states: places in the arena, behind all others, of the states that a run leaves to the next; none
            where each run begins with the initial ones.
        oracle: computes the outputs that it must give; None for the graph's interpreter.
    """

    graph: Graph
    schedule: Schedule
    placement: Placement
    probes: bool = False
    states: Mapping[str, int] = field(default_factory=dict)
    oracle: Oracle | None = None

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.schedule.name

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Layers in the order in which they run."""
        return tuple(step.layer for step in self.schedule.steps)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits of all layers with their constants, and of the places of all tensors."""
        schedule, placement = self.schedule, self.placement
        names = [f"{step.inputs} {step.outputs}" for step in schedule.steps]
        constants = (data.tobytes() for data in schedule.constants.values())
        places = f"{placement.offsets} {placement.banks} {placement.scratch} {placement.output} {self.states}"
        layers = (layer.digest for layer in self.layers)
        return digest(
            (schedule.name, *layers, *names, str(schedule.parts), *constants, places, str(self.probes))
        )[:16]

    @property
    def segments(self) -> tuple[str, ...]:
        """Names of the steps."""
        return tuple(step.layer.name for step in self.schedule.steps)

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the tensors that are put in."""
        return tuple(self.schedule.tensors[name] for name in self.schedule.inputs)

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the tensors that are taken out."""
        return self.schedule.results

    @property
    def least_constant_bytes(self) -> int:
        """Bytes of constants that are in an image whatever the compiler finds out about them."""
        return sum(layer.least_constant_bytes for layer in with_distinct_constants(self.layers))

    @cached_property
    def arena(self) -> ArenaPlan:
        """Places of inputs and outputs, and bytes of other banks; the whole arena is scratch memory."""
        offsets = self.placement.offsets
        sizes = (aligned(self.schedule.tensors[name].bytes) for name in self.states)
        size = self.placement.arena_bytes + sum(sizes)
        return ArenaPlan(
            inputs=tuple(offsets[name] for name in self.schedule.inputs),
            output=self.placement.output,
            scratch=0,
            scratch_bytes=size,
            bytes=size,
            others=self.placement.others,
            consumes_inputs=self.placement.consumes_inputs,
        )

    def reference(self, inputs: Sequence[Array]) -> Array:
        """The output for `inputs` by the oracle; several outputs flat, one behind the other."""
        shaped = [
            values.reshape(self.graph.tensors[name].shape)
            for values, name in zip(inputs, self.graph.inputs, strict=True)
        ]
        output = joined(self._judge.run(shaped))
        return output.reshape(self.outputs[0].shape) if len(self.outputs) == 1 else output

    def with_probes(self) -> Program:
        """The program whose C tells the firmware of the end of every step."""
        return replace(self, probes=True)

    def with_states(self) -> Program:
        """The program whose runs leave their states to the next, once `<symbol>_begin` has set them.

        Raises:
            ModelError: some of them exchange places.
        """
        changing = [name for name, following in self.schedule.states if self._changes(name, following)]
        if len(updates(self.schedule)) < len(changing):
            raise ModelError(f"{self.name} has states that change places, which no C is generated for.")
        places: dict[str, int] = {}
        end = self.placement.arena_bytes
        for name, _ in self.schedule.states:
            if name in self.schedule.constants:  # else nothing reads it
                places[name] = end
                end += aligned(self.schedule.tensors[name].bytes)
        return replace(self, states=places)

    def in_one_bank(self) -> Program:
        """The program with all its tensors in the arena."""
        return replace(self, placement=place(self.schedule)) if self.placement.others else self

    def _changes(self, state: str, following: str) -> bool:
        return state in self.schedule.constants and self.schedule.place(following).whole != state

    def sources(self, symbol: str) -> Mapping[str, Source]:
        """C files by name: the function that runs the network, each kernel, and constants that several read.

        Raises:
            BuildError: an operator's Python or its template fails.
        """
        files = {"network.c": Source(self._network(symbol))}
        pools = {memory: SharedConstants(f"{symbol}_{memory}") for memory in ConstantMemory}
        layers = tuple(dict.fromkeys(self.layers))
        readers = Counter(map(constants_key, layers))
        for layer in layers:
            is_shared = readers[constants_key(layer)] > 1
            arrays = pools[layer.constant_memory].array if is_shared else static_array
            files[f"layer_{layer.digest}.c"] = layer.source(_kernel_symbol(symbol, layer), arrays)
        for memory, pool in pools.items():
            if text := pool.text():
                files[f"constants_{memory}.c"] = Source(text, constants=memory)
        return files

    def source_key(self) -> str:
        """Digest of all layers, the places and this generator."""
        own = (Path(file).read_text(encoding="utf-8") for file in (__file__, distinct_constants.__file__))
        return digest(
            [*own, template_text(_TEMPLATE), self.digest, *(layer.source_key() for layer in self.layers)]
        )

    def record(self) -> WorkloadRecord:
        """Facts for the store and for rows."""
        return self._record(
            _VARIANT,
            weight_bytes(self.layers),
            {"layers": [str(layer) for layer in self.layers], "arena_bytes": self.placement.bytes},
        )

    def _network(self, symbol: str) -> str:
        schedule = self.schedule
        return template(_TEMPLATE).render(
            name=comment(schedule.name),
            symbol=symbol,
            probes=self.probes,
            banks=sorted(self.placement.others),
            kernels=sorted({_kernel_symbol(symbol, layer) for layer in self.layers}),
            constants=[self._constant(symbol, name, data) for name, data in schedule.constants.items()],
            steps=[self._step(symbol, index, step) for index, step in enumerate(schedule.steps)],
            states=[self._state(symbol, name) for name in self.states],
        )

    def _state(self, symbol: str, name: str) -> dict[str, Any]:
        return {
            "place": f"arena + {self.states[name]}",
            "initial": self._constant_symbol(symbol, name),
            "bytes": self.schedule.tensors[name].bytes,
        }

    def _constant(self, symbol: str, name: str, data: Array) -> dict[str, str]:
        return {
            "name": comment(name),
            "symbol": self._constant_symbol(symbol, name),
            "type": C_TYPES[self.schedule.tensors[name].dtype],
            "elements": c_array(np.ascontiguousarray(data).reshape(-1)),
        }

    def _constant_symbol(self, symbol: str, name: str) -> str:
        return f"{symbol}_constant_{list(self.schedule.constants).index(name)}"

    def _step(self, symbol: str, index: int, step: Step) -> dict[str, Any]:
        bank, offset = self.placement.scratch[index]
        scratch = f"{_memory(bank)} + {offset}" if step.layer.arena.scratch_bytes else "0"
        return {
            "comment": comment(f"{index}: {step.layer}"),
            "kernel": _kernel_symbol(symbol, step.layer),
            "inputs": [self._address(symbol, name) for name in step.inputs],
            "output": self._address(symbol, step.outputs[0]),
            "scratch": scratch,
            "updates": [self._update(symbol, each) for each in self._updates if each.step == index],
        }

    @cached_property
    def _updates(self) -> tuple[Update, ...]:
        """Updates of the states that the program keeps."""
        return updates(self.schedule) if self.states else ()

    def _update(self, symbol: str, update: Update) -> dict[str, Any]:
        return {
            "place": self._address(symbol, update.state),
            "following": self._address(symbol, update.following),
            "bytes": self.schedule.tensors[update.state].bytes,
        }

    def _address(self, symbol: str, name: str) -> str:
        """C expression for the place of a tensor."""
        part = self.schedule.place(name)
        if part.whole in self.states:
            return f"arena + {self.states[part.whole] + part.offset}"
        if part.whole in self.schedule.constants:
            return f"(const uint8_t *){self._constant_symbol(symbol, part.whole)} + {part.offset}"
        bank = self.placement.banks.get(part.whole, "")
        return f"{_memory(bank)} + {self.placement.offsets[part.whole] + part.offset}"


def _memory(bank: str) -> str:
    """C expression for the first byte of a bank; of the arena for an empty name."""
    return f"hb_arena_{bank}" if bank else "arena"


def _kernel_symbol(symbol: str, layer: Layer) -> str:
    return f"{symbol}_{layer.digest[:_SYMBOL_DIGITS]}"
