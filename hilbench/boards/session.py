"""One attached, locked board: what sweeps, tests and later the deployment of networks call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from hilbench.boards.board import Board
from hilbench.boards.clock import check_real_clock, check_stated_clock
from hilbench.boards.debug import ConnectMode
from hilbench.boards.device import Device
from hilbench.boards.energy import energy_uncertainty_pct, measured_window, window_iterations
from hilbench.boards.identification import provenance_of, read_unique_id, wire_environment
from hilbench.boards.recovery import Recovery
from hilbench.boards.responses import DeviceInfo, OutputReport
from hilbench.boards.wires import Wires
from hilbench.chips import Chip
from hilbench.closing import Closing
from hilbench.deadline import Deadline
from hilbench.environment import Environment
from hilbench.errors import (
    BootError,
    FlashError,
    LinkError,
    MeasureError,
)
from hilbench.power import EnergyWindow, PowerTrace
from hilbench.provenance import Provenance

if TYPE_CHECKING:
    from hilbench.image import Image, PackedWorkload


class BoardSession(Closing):
    """A board with its wires open and its lock held. Use as a context manager, from `attach`.

    Attributes:
        name: its entry in boards.yaml.
        board: that entry.
        twin_of: name of the board that was asked for, when this is its virtual twin.
        provenance: by the chip itself, not by the configuration.
    """

    def __init__(self, board: Board, wires: Wires, *, twin_of: str | None = None) -> None:
        self.name = board.entry
        self.board = board
        self.twin_of = twin_of
        self._wires = wires
        self._info: DeviceInfo | None = None
        self._clock_deviation: float | None = None
        """Relative deviation from the host's clock, checked once for every time that the wires are opened."""
        self._identify()

    @property
    def chip(self) -> Chip:
        """Description of its chip."""
        return self.board.chip

    @property
    def provenance(self) -> Provenance:
        """Provenance: emulated when the chip's unique id says so, else measured."""
        return provenance_of(self._unique_id)

    @property
    def is_own(self) -> bool:
        """Whether it is an emulated board that was started for this process, so that there may be more."""
        return self.board.provider.starts_boards and self.provenance is Provenance.EMULATED

    @property
    def environment(self) -> Environment:
        """Facts that this board's numbers depend on: probe, meter, chip, and what the firmware states."""
        deviation = self._clock_deviation
        return replace(
            self._wire_environment,
            clock_against_host="" if deviation is None else f"{100 * deviation:+.2f} %",
            device=self._info.environment if self._info is not None else {},
        )

    @property
    def ladder(self) -> tuple[Recovery, ...]:
        """The rungs of recovery that this board has, gentlest first."""
        return tuple(
            rung for rung in Recovery if rung is not Recovery.POWER_CYCLE or self._wires.can_power_cycle
        )

    @property
    def clock_hz(self) -> int:
        """Clock of the core, as the firmware states it."""
        return self._booted.clock_hz

    def flash(self, image: Image) -> None:
        """Program an image.

        Raises:
            FlashError: the probe, its algorithm or the time failed.
        """
        self._info = None
        self._wires.debug.flash(image.elf, self._wires.limits.begin("flash"))

    def boot(self, image: Image) -> DeviceInfo:
        """Reset the chip and wait until `image` runs on it.

        Raises:
            BootError: silence, an error while starting, or another image than `image`.
            DeviceFault: it faulted while starting.
            MeasureError: its clock is not what the chip's description says or, on silicon, not what it says.
        """
        with self._starting():
            info = self._restart(self._wires.limits.begin("boot"))
        if info.image != image.digest:
            raise BootError(
                f"'{self.board.name}' runs image {info.image[:12]}, not the flashed {image.digest[:12]}.",
                board=self.board.name,
            )
        check_stated_clock(info, self.chip, self.board.name)
        if self.provenance is Provenance.MEASURED and self._clock_deviation is None:
            self._clock_deviation = check_real_clock(self._device, info, self.board.name)
        self._info = info
        return info

    def start_other_firmware(self) -> None:
        """Reset the chip and wait until a firmware that speaks MLPerf Tiny is ready.

        Raises:
            BootError: silence, or an error while starting.
            DeviceFault: it faulted while starting.
        """
        self._info = None
        with self._starting():
            self._reset(self._wires.limits.begin("boot"))

    def select(self, packed: PackedWorkload) -> None:
        """Make `packed` what the following calls are about; fills its inputs, clears its output."""
        self._device.select(packed.index, packed.workload.digest)

    def run(self, iterations: int, *, cold: bool = False) -> tuple[int, ...]:
        """Run the selected workload and return the cycles of each run, call overhead subtracted.

        Raises:
            MeasureError: the cycle counter does not advance.
        """
        overhead = self._booted.overhead_cycles
        raw = self._device.run(iterations, cold=cold)
        if min(raw) <= overhead:
            raise MeasureError(
                f"A run on '{self.board.name}' took {min(raw)} cycles, an empty call takes {overhead}: "
                "its cycle counter does not count.",
                board=self.board.name,
            )
        return tuple(cycles - overhead for cycles in raw)

    def steps(self, packed: PackedWorkload) -> tuple[int, ...]:
        """Cycles of each segment of `packed` in one warm run; it is selected for that.

        Raises:
            LinkError: it has several segments and no probes between them.
        """
        self.select(packed)
        return self._device.steps(len(packed.workload.segments))

    def output(self) -> OutputReport:
        """Checksum of the selected workload's output and its stack high-water mark.

        Raises:
            MeasureError: no memory of the chip holds such a stack.
        """
        report = self._device.output()
        if report.stack_bytes > max(memory.size for memory in self.chip.memories.values()):
            raise MeasureError(
                f"'{self.board.name}' says that a run took {report.stack_bytes} bytes of stack, more than "
                f"any memory of a {self.chip.name} has.",
                board=self.board.name,
            )
        return report

    def instructions(self) -> int | None:
        """Instructions of one run of the selected workload; None where the core cannot count them."""
        return self._device.instructions() if self._booted.counts_instructions else None

    def write_inputs(self, inputs: Sequence[bytes]) -> None:
        """Put these bytes into the selected workload's inputs.

        They stay until the next selection; where a run overwrites them, they are good for one.
        """
        for index, data in enumerate(inputs):
            self._device.write_input(index, data)

    def mlperf(self, command: str) -> list[str]:
        """Lines of the answer to a command of MLPerf Tiny, without checksums."""
        return self._device.mlperf(command)

    def run_until(self, segment: int) -> None:
        """Run the selected workload to the end of a segment, so that `read_arena` sees what that wrote.

        Raises:
            LinkError: it was built without probes.
        """
        self._device.run_until(segment)

    def read_arena(self, offset: int, size: int, bank: str = "") -> bytes:
        """Bytes of the arena, or of another bank by its name, as the last run left them."""
        return self._device.read_bank(bank or "arena", offset, size)

    def check_flash(self, packed: PackedWorkload) -> None:
        """Hold what `packed`, which is selected, has in flash against what was linked.

        Raises:
            FlashError: a bit has changed since.
        """
        found = self._device.flash()
        if (found.bytes, found.crc32) != (packed.flash.bytes, packed.flash.crc32):
            raise FlashError(
                f"The constants of {packed.workload} in the flash of '{self.board.name}' are not those of "
                f"its image: their CRC-32 is {found.crc32:08x} instead of {packed.flash.crc32:08x}.",
                board=self.board.name,
            )

    def read_output(self) -> bytes:
        """The selected workload's whole output tensor, for telling where it differs."""
        return self._device.read_output(self._device.output().bytes)

    def window_iterations(self, cycles: int) -> int:
        """Runs of `cycles` each that an energy window needs to be long enough; 0 without a meter."""
        if self._wires.meter is None:
            return 0
        return window_iterations(self._wires.meter, self._booted.clock_hz, cycles)

    def window(self, iterations: int) -> tuple[EnergyWindow, PowerTrace] | None:
        """Energy of `iterations` runs of the selected workload and what the meter saw; None without a meter.

        Raises:
            PowerError: lost samples, missing edges, too short, or clocks that disagree by over 1 %.
        """
        meter = self._wires.meter
        if meter is None:
            return None
        return measured_window(
            self._device,
            meter,
            self._wires.limits,
            iterations,
            clock_hz=self._booted.clock_hz,
            uncertainty_pct=energy_uncertainty_pct(self.board, self.provenance),
        )

    def recover(self, rung: Recovery) -> None:
        """Bring the wires back after a transport failure; `flash` and `boot` come next.

        Raises:
            HilbenchError: this rung did not help; try the next one.
        """
        self._info = self._clock_deviation = None
        match rung:
            case Recovery.REOPEN:
                self._wires.reopen()
            case Recovery.RESET:
                self._wires.reopen()
                self._wires.debug.reset()
            case Recovery.CONNECT_UNDER_RESET:
                self._wires.reopen(ConnectMode.UNDER_RESET)
            case Recovery.POWER_CYCLE:
                self._wires.power_cycle()
        self._identify()

    def abandon(self) -> None:
        """Make calls of other threads on a board that was started fail soon; `close` comes next."""
        self._wires.abandon()

    def close(self) -> None:
        """Let go of the wires, and of the reservation; safe to call twice."""
        self._wires.close()

    @property
    def _device(self) -> Device:
        return Device(self._wires.link, self._wires.limits)

    @property
    def _booted(self) -> DeviceInfo:
        if self._info is None:
            raise BootError(f"No image was booted on '{self.board.name}'.", board=self.board.name)
        return self._info

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Failures of the wires while the chip starts, as a BootError."""
        try:
            yield
        except (LinkError, FlashError) as error:
            raise BootError(f"'{self.board.name}' did not start: {error}", board=self.board.name) from error

    def _reset(self, deadline: Deadline) -> None:
        """Reset the chip and wait for the first line of what runs on it."""
        self._wires.link.expect_boot()
        self._wires.debug.reset()
        self._wires.link.await_boot(deadline)

    def _restart(self, deadline: Deadline) -> DeviceInfo:
        self._reset(deadline)
        serial = self.board.serial
        if serial is not None and serial.fast_baud is not None:
            self._wires.link.set_baud(serial.fast_baud, deadline)
        return self._device.environment()

    def _identify(self) -> None:
        """Read which chip is at the other end of the wires, and what they are."""
        self._unique_id = read_unique_id(self._wires.debug, self.board)
        self._wire_environment = wire_environment(
            self._wires, self.board, self._unique_id, is_own=self.is_own
        )
