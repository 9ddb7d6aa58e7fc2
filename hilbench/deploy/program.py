"""A network as C: its kernels, and the function that runs one after the other in one arena."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hilbench.deploy.placement import Placement
from hilbench.deploy.schedule import Schedule, Step
from hilbench.operators import Layer
from hilbench.operators.render import c_array, render
from hilbench.tensors import Array, ElementType, TensorSpec

if TYPE_CHECKING:
    import jinja2

_C_TYPES = {ElementType.INT8: "int8_t", ElementType.INT16: "int16_t", ElementType.FLOAT32: "float"}


@dataclass(frozen=True, eq=False)
class Program:
    """A network's layers, each with its variant chosen, and the places of its tensors."""

    schedule: Schedule
    placement: Placement

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the tensors that are put in."""
        return tuple(self.schedule.tensors[name] for name in self.schedule.inputs)

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """Shapes and types of the tensors that are taken out; they lie one behind the other."""
        return tuple(self.schedule.tensors[name] for name in self.schedule.outputs)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Layers in the order in which they run."""
        return tuple(step.layer for step in self.schedule.steps)

    def sources(self, symbol: str, *, probes: bool = False) -> dict[str, str]:
        """C files by their names: one for each kernel, and one that calls them.

        Args:
            symbol: name of the function that runs the network.
            probes: whether the firmware is told of every step that begins.
        """
        kernels = {layer.digest: layer for layer in self.layers}
        files = {f"layer_{digest}.c": render(layer, f"layer_{digest}") for digest, layer in kernels.items()}
        return files | {"network.c": self._network(symbol, probes=probes)}

    def _network(self, symbol: str, *, probes: bool) -> str:
        schedule = self.schedule
        return _template().render(
            name=schedule.name,
            symbol=symbol,
            probes=probes,
            kernels=sorted({f"layer_{layer.digest}" for layer in self.layers}),
            constants=[self._constant(symbol, name, data) for name, data in schedule.constants.items()],
            steps=[self._step(symbol, index, step) for index, step in enumerate(schedule.steps)],
            input_count=len(schedule.inputs),
            unused_inputs=0,
        )

    def _constant(self, symbol: str, name: str, data: Array) -> dict[str, str]:
        return {
            "name": name.replace("*/", "* /"),
            "symbol": self._constant_symbol(symbol, name),
            "type": _C_TYPES[self.schedule.tensors[name].dtype],
            "elements": c_array(np.ascontiguousarray(data).reshape(-1)),
        }

    def _constant_symbol(self, symbol: str, name: str) -> str:
        return f"{symbol}_constant_{list(self.schedule.constants).index(name)}"

    def _step(self, symbol: str, index: int, step: Step) -> dict[str, Any]:
        return {
            "comment": f"{index}: {step.layer.case.label}".replace("*/", "* /"),
            "kernel": f"layer_{step.layer.digest}",
            "inputs": [self._address(symbol, name) for name in step.inputs],
            "output": self._address(symbol, step.outputs[0], constant=False),
            "scratch": f"arena + {self.placement.scratch[index]}" if step.layer.case.scratch_bytes else "0",
        }

    def _address(self, symbol: str, name: str, *, constant: bool = True) -> str:
        """C expression for the place of a tensor."""
        part = self.schedule.place(name)
        if part.whole in self.schedule.inputs:
            base = f"(const uint8_t *)inputs[{self.schedule.inputs.index(part.whole)}]"
        elif part.whole in self.schedule.constants:
            base = f"(const uint8_t *){self._constant_symbol(symbol, part.whole)}"
        elif (found := self._output_offset(part.whole)) is not None:
            return f"out + {found + part.offset}"
        else:
            return f"arena + {self.placement.offsets[part.whole] + part.offset}"
        return f"{base} + {part.offset}"

    def _output_offset(self, whole: str) -> int | None:
        """First byte of an output among all of them; None of other tensors."""
        wholes = [self.schedule.place(name).whole for name in self.schedule.outputs]
        if whole not in wholes:
            return None
        return sum(self.schedule.tensors[name].bytes for name in wholes[: wholes.index(whole)])


@lru_cache
def _template() -> jinja2.Template:
    import jinja2  # late: most commands generate nothing

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=jinja2.select_autoescape(enabled_extensions=()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("program.c.j2")
