"""A virtual board: an emulated chip, its flash, and the three wires that lead to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from hilbench.chips import Chip
from hilbench.power.config import MeterConfig
from hilbench.power.instruments.lpm01a import Lpm01aConfig
from hilbench.power.instruments.ppk2 import Ppk2Config
from hilbench.virtual.debug.wire import serve_debug_port
from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.machine import Machine
from hilbench.virtual.meters import Lpm01a, MeterServer, Ppk2, TimelineSupply
from hilbench.virtual.meters.instrument import Instrument
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import load
from hilbench.virtual.serial_line import SerialLine


@dataclass(frozen=True)
class Endpoints:
    """Addresses of a virtual board's wires.

    Attributes:
        probe: what `pyocd -u` takes.
        serial: path of the serial port.
        power: path of the meter's port; None without a meter.
    """

    probe: str
    serial: str
    power: str | None


class VirtualBoard:
    """A board that runs while its context is open.

    Args:
        name: the board's; the serial number of its probe.
        chip: what is on it.
        meter: the power meter that watches it; None for none. One that is not emulated has no port here.
        seed: of the meter's calibration and noise.
        image: an ELF that is in its memories at power-on; None for a chip that is blank.
        fidelity: how closely the chip's loads and stores are followed.

    Raises:
        ConfigError: the image is no ELF for the chip.
    """

    def __init__(
        self,
        name: str,
        chip: Chip,
        meter: MeterConfig | None,
        seed: int = 0,
        *,
        image: Path | None = None,
        fidelity: Fidelity = Fidelity.BLOCK,
    ) -> None:
        self._machine = Machine(chip, fidelity=fidelity)
        if image is not None:
            load(self._machine, read_program(image))
        self._probe = serve_debug_port(self._machine, name)
        self._serial = SerialLine(self._machine.uart, lambda: self._machine.powered)
        self._meter = self._serve_meter(meter, np.random.default_rng(seed)) if meter else None

    @property
    def endpoints(self) -> Endpoints:
        """Addresses of the wires, while the context is open."""
        return Endpoints(
            probe=self._probe.address,
            serial=self._serial.path,
            power=self._meter.path if self._meter else None,
        )

    def __enter__(self) -> VirtualBoard:
        self._machine.start()
        self._serial.start()
        if self._meter:
            self._meter.start()
        self._probe.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._probe.stop()
        self._machine.close()
        if self._meter:
            self._meter.close()
        self._serial.close()

    def _serve_meter(self, config: MeterConfig, random: np.random.Generator) -> MeterServer | None:
        def switch(on: bool) -> None:
            self._machine.power(on=on)

        instrument: Instrument
        if isinstance(config, Ppk2Config):
            instrument = Ppk2(random, switch, self._machine.set_supply, config.trigger_input)
        elif isinstance(config, Lpm01aConfig):
            instrument = Lpm01a(random, switch, self._machine.set_supply)
        else:
            return None
        return MeterServer(instrument, TimelineSupply(self._machine.timeline), random)
