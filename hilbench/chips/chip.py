"""The description of a chip: its core, its memories, its clock, its name to pyOCD."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from hilbench.chips.currents import Currents
from hilbench.chips.nordic_setup import NordicSetup
from hilbench.chips.setup import Setup
from hilbench.chips.timing import MemoryTiming
from hilbench.errors import ConfigError
from hilbench.files import own_yaml, problem, read_yaml

_FOLDER = Path(__file__).parent


class Placement(StrEnum):
    """Memories that hold code and activations of a case."""

    FLASH = "flash"
    """Code and weights in flash (cached where the chip caches), activations in the large SRAM."""
    TCM = "tcm"
    """Kernel code in instruction TCM, activations in data TCM, weights in flash."""


class Memory(BaseModel):
    """One block of memory."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: int
    size: int
    kind: str = Field(pattern="^(flash|itcm|dtcm|sram)$")


class Identification(BaseModel):
    """Addresses at which a chip states over the debug wire what it is and which of its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    idcode: int
    """Address of the identity word (ST: DBGMCU_IDCODE; Nordic: FICR.INFO.PART)."""
    device: int
    """Bits 11:0 of the identity word on this chip."""
    unique_id: tuple[int, int, int]
    """Addresses of the three words of the 96-bit unique identifier; in a file, one address where they
    stand in a row."""

    @field_validator("unique_id", mode="before")
    @classmethod
    def _in_a_row(cls, value: object) -> object:
        return (value, value + 4, value + 8) if isinstance(value, int) else value

    def split(self, identifier: bytes) -> tuple[tuple[int, bytes], ...]:
        """The three words of an identifier with their addresses."""
        return tuple((address, identifier[4 * n : 4 * n + 4]) for n, address in enumerate(self.unique_id))


class Chip(BaseModel):
    """One microcontroller, as its data sheet and reference manual describe it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    vendor: str
    core: str = Field(pattern=r"^cortex-m(0\+|3|4|7|33)$")
    fpu: bool
    dsp: bool
    family: str
    """Folder below `firmware/` with start-up, clocks and UART."""
    pyocd_target: str
    clock_hz: int
    identification: Identification
    memories: dict[str, Memory]
    timing: dict[str, MemoryTiming] = {}
    """Timing of memories, by name; the others answer at once."""
    pipeline: dict[str, float] = {}
    """Figures of the core's pipeline where the chip's differ from the model's own, by name."""
    way_bytes: int = Field(default=8, ge=8)
    """Bytes of a way of the largest cache before the flash, a power of two: addresses that are equal modulo
    this compete for the same lines. Where its ways are not known, of all the cache; without one, of the
    widest fetch."""
    currents: Currents | None = None
    """Supply currents; None where nobody modelled the chip's energy."""
    sources: list[str]
    """Documents the figures come from."""
    setup: Setup | NordicSetup | None = None
    """Pins and clocks of a user's own board; None for the board that the firmware is made for."""
    overlay: Path | None = None
    """Folder of firmware that takes the place of files of the same name; None for none."""

    @property
    def placements(self) -> tuple[Placement, ...]:
        """Placements that it has memories for, the fastest first."""
        coupled = any(memory.kind == "itcm" for memory in self.memories.values())
        return (Placement.TCM, Placement.FLASH) if coupled else (Placement.FLASH,)

    @property
    def ram_banks(self) -> tuple[str, ...]:
        """Names of the memories for data, the fastest first."""

        def cycles(name: str) -> float:
            timing = self.timing.get(name)
            return timing.bus_cycles + timing.wait_states * timing.clock_divider if timing else 0

        names = (name for name, memory in self.memories.items() if memory.kind in ("dtcm", "sram"))
        return tuple(sorted(names, key=cycles))

    @field_validator("way_bytes")
    @classmethod
    def _is_a_power_of_two(cls, value: int) -> int:
        if value & (value - 1):
            raise ValueError(f"{value} is no power of two")
        return value

    @model_validator(mode="after")
    def _times_memories_that_exist(self) -> Chip:
        if unknown := self.timing.keys() - self.memories.keys():
            raise ValueError(f"there is no memory {', '.join(sorted(unknown))} to time")
        return self


def chip_names() -> tuple[str, ...]:
    """Every chip that is described, by name."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def load_chip(name: str) -> Chip:
    """The chip called `name`.

    Raises:
        ConfigError: there is no description of it, or the description is malformed.
    """
    path = _FOLDER / f"{name}.yaml"
    if name not in chip_names():
        raise ConfigError(
            f"No chip '{name}' is described; there are: {', '.join(chip_names())}. `hilbench chip new` "
            "begins a description; 'Add a chip' in docs/virtual-board.md says what else it takes."
        )
    try:
        return Chip.model_validate(own_yaml(path))
    except ValidationError as error:
        raise ConfigError(f"{path.name} does not describe a chip: {error}") from error


@cache
def load_chip_file(path: Path) -> Chip:
    """The chip that a user's file describes.

    Raises:
        ConfigError: it cannot be read, or does not describe a chip.
    """
    try:
        return Chip.model_validate(read_yaml(path, str(path)))
    except ValidationError as error:
        raise ConfigError(f"{path} does not describe a chip: {problem(error)}.") from error
