"""The firmware at the other end of the link: a method a command of hilbench's own."""

from __future__ import annotations

import contextlib

from hilbench.boards.limits import Limits
from hilbench.boards.link import SerialLink
from hilbench.boards.responses import (
    DeviceInfo,
    OutputReport,
    WindowReport,
    parse_clock,
    parse_environment,
    parse_frame,
    parse_instructions,
    parse_output,
    parse_samples,
    parse_selected,
    parse_steps,
    parse_window,
)
from hilbench.errors import LinkError

FRAME_BYTES = 256
"""Largest piece of a tensor in one answer."""
_FRAME_TRIES = 3


class Device:
    """One running image. Every method raises LinkError or DeviceFault as `SerialLink.command` does."""

    def __init__(self, link: SerialLink, limits: Limits) -> None:
        self._link = link
        self._limits = limits

    def environment(self) -> DeviceInfo:
        """Facts that the device states about itself."""
        return parse_environment(self._ask("env"))

    def select(self, index: int, digest: str) -> None:
        """Fill the inputs of workload `index` and clear its output; it must be the one with this digest."""
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

    def read_output(self, size: int) -> bytes:
        """The whole output tensor, in checked frames that are asked for again when damaged."""
        return b"".join(
            self._read_frame(offset, min(FRAME_BYTES, size - offset))
            for offset in range(0, size, FRAME_BYTES)
        )

    def _read_frame(self, offset: int, size: int) -> bytes:
        for _ in range(_FRAME_TRIES - 1):
            with contextlib.suppress(LinkError):
                return self._ask_frame(offset, size)
        return self._ask_frame(offset, size)

    def _ask_frame(self, offset: int, size: int) -> bytes:
        return parse_frame(self._ask(f"read out {offset} {size}"), offset, size)

    def _ask(self, command: str) -> list[str]:
        return self._link.command(command, self._limits.begin("link"))

    def _measure(self, command: str) -> list[str]:
        return self._link.command(command, self._limits.begin("measure"))
