"""The firmware at the other end of the link: a method a command of hilbench's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from hilbench.boards.frames import FRAME_BYTES, frame_to_device
from hilbench.boards.limits import Limits
from hilbench.boards.link import SerialLink
from hilbench.boards.responses import (
    DeviceInfo,
    FlashReport,
    OutputReport,
    WindowReport,
    parse_clock,
    parse_environment,
    parse_flash,
    parse_instructions,
    parse_output,
    parse_received,
    parse_samples,
    parse_selected,
    parse_steps,
    parse_tensor,
    parse_until,
    parse_window,
)
from hilbench.errors import LinkError

T = TypeVar("T")
_FRAME_TRIES = 4


class Device:
    """One running image. Every method raises LinkError or DeviceFault as `SerialLink.command` does."""

    def __init__(self, link: SerialLink, limits: Limits) -> None:
        self._link = link
        self._limits = limits

    def environment(self) -> DeviceInfo:
        """Facts that the device states about itself."""
        return parse_environment(self._ask("env"))

    def select(self, index: int, digest: str) -> None:
        """Fill the inputs of workload `index` and clear its output; it must be the one with this digest.

        Raises:
            MeasureError: the workload cannot be prepared.
        """
        selected = parse_selected(self._ask(f"case select {index}"))
        if selected != (index, digest):
            raise LinkError(f"Selected workload {index} ({digest}), the device chose {selected}.")

    def run(self, iterations: int, *, cold: bool) -> tuple[int, ...]:
        """Raw cycles of each run; cold ones start with invalidated caches, warm ones follow two warm-ups."""
        lines = self._measure(f"case {'cold' if cold else 'warm'} {iterations}")
        return parse_samples(lines, iterations)

    def steps(self, segments: int) -> tuple[int, ...]:
        """Cycles of each of so many segments in one warm run, without those of the probes between them."""
        return parse_steps(self._measure("case steps"), segments)

    def output(self) -> OutputReport:
        """Size and checksum of the output tensor, and the stack the runs took."""
        return parse_output(self._ask("case output"))

    def instructions(self) -> int:
        """Run once; the instructions that the kernel took."""
        return parse_instructions(self._measure("case instructions"))

    def window(self, iterations: int, idle_us: int) -> WindowReport:
        """An energy window: `idle_us` asleep, `iterations` runs with the trigger low, `idle_us` asleep."""
        report = parse_window(self._measure(f"case window {iterations} {idle_us}"))
        if report.iterations != iterations:
            raise LinkError(f"Asked for a window of {iterations} runs, the device made {report.iterations}.")
        return report

    def clock(self, cycles: int) -> tuple[int, float]:
        """Count `cycles` or a few more; how many, and how many seconds of the host's clock they took."""
        deadline = self._limits.begin("measure")
        timed = self._link.timed_command(f"clock {cycles}", deadline)
        counted = parse_clock([line for line, _ in timed])
        return counted, timed[-1][1] - timed[0][1]

    def write_input(self, index: int, data: bytes) -> None:
        """Put `data` into input `index`, in frames that are sent again when damaged or lost."""
        for offset in range(0, len(data), FRAME_BYTES):
            piece = data[offset : offset + FRAME_BYTES]
            self._again(partial(self._send_frame, index, offset, piece))

    def read_output(self, size: int) -> bytes:
        """The whole output tensor, in frames that are asked for again when damaged."""
        return self._read("out", 0, size)

    def read_bank(self, bank: str, offset: int, size: int) -> bytes:
        """Bytes of the arena or of another bank, in frames that are asked for again when damaged."""
        return self._read(bank, offset, size)

    def run_until(self, segment: int) -> None:
        """Run once, to the end of this segment and no further."""
        if (reached := parse_until(self._measure(f"case until {segment}"))) != segment:
            raise LinkError(f"Asked for a run until segment {segment}, the device ended in {reached}.")

    def flash(self) -> FlashReport:
        """Size and checksum of what the selected workload has in flash."""
        return parse_flash(self._measure("case flash"))

    def mlperf(self, command: str) -> list[str]:
        """Lines of the answer to a command of MLPerf Tiny, which may run the selected workload."""
        return self._measure(command)

    def _read(self, tensor: str, first: int, size: int) -> bytes:
        pieces = range(first, first + size, FRAME_BYTES)
        lengths = (min(FRAME_BYTES, first + size - offset) for offset in pieces)
        return b"".join(
            self._again(partial(self._ask_frame, tensor, offset, length))
            for offset, length in zip(pieces, lengths, strict=True)
        )

    def _again(self, attempt: Callable[[], T]) -> T:
        """Try, and try again where a wire fails, from a line that was quiet."""
        for _ in range(_FRAME_TRIES - 1):
            try:
                return attempt()
            except LinkError:
                self._link.end_frame(self._limits.begin("link"))
        return attempt()

    def _send_frame(self, index: int, offset: int, data: bytes) -> None:
        frame = frame_to_device(index, offset, data)
        received = parse_received(self._link.send_frame(frame, self._limits.begin("link")))
        if received != (index, offset, len(data)):
            raise LinkError(f"Sent {len(data)} bytes for {offset} of input {index}, arrived: {received}.")

    def _ask_frame(self, tensor: str, offset: int, size: int) -> bytes:
        deadline = self._limits.begin("link")
        line, frame = self._link.framed_command(f"send {tensor} {offset} {size}", deadline)
        return parse_tensor(line, frame, offset, size)

    def _ask(self, command: str) -> list[str]:
        return self._link.command(command, self._limits.begin("link"))

    def _measure(self, command: str) -> list[str]:
        return self._link.command(command, self._limits.begin("measure"))
