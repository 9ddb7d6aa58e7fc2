"""The free parameters of a chip's models: figures of its description that no data sheet knows well enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hilbench.chips import Chip, Effect, Parameter
from hilbench.errors import ConfigError
from hilbench.suggestions import alternatives
from hilbench.virtual.timing.cores import HAS_CACHES, PIPELINES
from hilbench.virtual.timing.figures import figures

_MISS = (0.0, 1.0)
_BUS_CYCLES = (0.0, 50.0)
_SCALE = (0.2, 5.0)


def free_parameters(chip: Chip) -> tuple[Parameter, ...]:
    """Parameters that a calibration of `chip` may fit; wait states are none, for firmware sets them."""
    return (*_memory(chip), *_pipeline(chip), *_currents(chip))


def with_parameters(chip: Chip, values: Mapping[str, float]) -> Chip:
    """The chip as its description would be with these values of free parameters.

    Raises:
        ConfigError: it has no such parameter, or the value makes no sense.
    """
    known = {parameter.name: parameter for parameter in free_parameters(chip)}
    document = chip.model_dump()
    for name, value in values.items():
        if name not in known:
            raise ConfigError(f"{chip.name} has no parameter '{name}'{alternatives(name, known)}")
        if not known[name].lower <= value <= known[name].upper:
            bounds = f"{known[name].lower:g} and {known[name].upper:g}"
            raise ConfigError(f"{name} of {chip.name} must lie between {bounds}, not at {value:g}.")
        *path, last = name.split(".")
        part = document
        for key in path:
            part = part[key]
        part[last] = value
    return Chip.model_validate(document)


def _memory(chip: Chip) -> Iterator[Parameter]:
    largest = max(memory.size for memory in chip.memories.values() if memory.kind == "sram")
    for name, timing in chip.timing.items():
        memory = chip.memories[name]
        path = f"timing.{name}"
        if chip.core not in HAS_CACHES:
            yield Parameter(f"{path}.code_miss", Effect.TIME, timing.code_miss, *_MISS)
            yield Parameter(f"{path}.data_miss", Effect.TIME, timing.data_miss, *_MISS)
        elif memory.kind == "flash" or memory.size == largest:  # all that the firmware uses
            yield Parameter(f"{path}.bus_cycles", Effect.COLD_TIME, timing.bus_cycles, *_BUS_CYCLES)


def _pipeline(chip: Chip) -> Iterator[Parameter]:
    for name, value, bounds in figures(PIPELINES[chip.core]):
        yield Parameter(f"pipeline.{name}", Effect.TIME, chip.pipeline.get(name, value), *bounds)


def _currents(chip: Chip) -> Iterator[Parameter]:
    if chip.currents is not None:
        yield Parameter("currents.run_scale", Effect.POWER, chip.currents.run_scale, *_SCALE)
        yield Parameter("currents.sleep_scale", Effect.POWER, chip.currents.sleep_scale, *_SCALE)
