"""A board's images on an emulated chip in this process: what its models expect of the cases in them."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from hilbench.boards.config import Deadlines
from hilbench.boards.device import Device
from hilbench.boards.limits import Limits
from hilbench.boards.link import SerialLink
from hilbench.calibration.fit import Vector
from hilbench.calibration.observations import Key, Observation, Quantity
from hilbench.chips import Chip
from hilbench.image import Image, PackedWorkload
from hilbench.virtual.machine import Machine
from hilbench.virtual.parameters import with_parameters
from hilbench.virtual.power.timeline import Segment
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import load
from hilbench.virtual.serial_line import SerialLine

_BAUD = 115_200
"""Baud rate for a pty, which has none of its own."""
_WARM_RUNS = 3
"""Warm runs; the first of them may guess a branch by the case before."""
_WINDOW_RUNS = 5
"""Runs in an energy window; a meter needs more, to see them."""
_IDLE_US = 2000
"""Time asleep on either side of an energy window, µs."""


class ForwardModel:
    """ForwardModel that says what a chip's models expect of observations, by running the very cases observed.

    Every question is answered by a machine fresh from power-on, so that no answer depends on another.

    Args:
        chip: what is emulated, without calibration.
        images: where the observed cases are.
        volts: supply of the board, V.
    """

    def __init__(self, chip: Chip, images: Iterable[Image], volts: float) -> None:
        self._chip = chip
        self._volts = volts
        self._places = {
            (packed.workload.digest, str(image.placement)): (image, packed)
            for image in images
            for packed in image.workloads
        }

    def knows(self, seen: Observation) -> bool:
        """Whether the observed case is in an image."""
        return (seen.key.case_digest, seen.key.placement) in self._places

    def __call__(self, values: Mapping[str, float], seen: Sequence[Observation]) -> Vector:
        """Models' expectation of each observation, given values of their parameters.

        Raises:
            ConfigError: the chip has no such parameter.
        """
        chip = with_parameters(self._chip, values)
        work: defaultdict[str, list[tuple[PackedWorkload, Observation]]] = defaultdict(list)
        images: dict[str, Image] = {}
        for each in seen:
            image, packed = self._places[each.key.case_digest, each.key.placement]
            images[image.digest] = image
            work[image.digest].append((packed, each))
        expected: dict[Key, float] = {}
        for digest, pairs in work.items():
            with _Running(chip, images[digest], self._volts) as running:
                for packed, each in pairs:
                    expected[each.key] = self._expect(running, packed, each)
        return np.array([expected[each.key] for each in seen])

    def _expect(self, running: _Running, packed: PackedWorkload, seen: Observation) -> float:
        match seen.key.quantity:
            case Quantity.CYCLES:
                return running.cycles(packed).warm
            case Quantity.COLD_CYCLES:
                return running.cycles(packed).cold
            case Quantity.POWER:
                return self._volts * running.currents(packed).running
            case Quantity.IDLE_POWER:
                return self._volts * running.currents(packed).asleep


class _Cycles(NamedTuple):
    cold: float
    warm: float


class _Currents(NamedTuple):
    """Currents, A."""

    running: float
    asleep: float


class _Running:
    """One image on one emulated chip, from power-on until the context ends."""

    def __init__(self, chip: Chip, image: Image, volts: float) -> None:
        self._machine = Machine(chip)
        self._machine.set_supply(volts)
        self._line = SerialLine(self._machine.uart)
        load(self._machine, read_program(image.elf))
        self._cycles: dict[PackedWorkload, _Cycles] = {}
        self._currents: dict[PackedWorkload, _Currents] = {}

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            self._line.start()
            undo.callback(self._line.close)
            link = SerialLink(self._line.path, _BAUD, board=self._machine.chip.name)
            undo.callback(link.close)
            self._machine.start()
            undo.callback(self._machine.close)  # before the line, which it talks to
            limits = Limits(Deadlines(), self._machine.chip.name, time.process_time)
            link.await_boot(limits.begin("boot"))
            self._device = Device(link, limits)
            self._overhead = self._device.environment().overhead_cycles
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    def cycles(self, packed: PackedWorkload) -> _Cycles:
        """Cycles of a cold run and the median of warm ones, in a sweep's order: branches are remembered."""
        if packed not in self._cycles:
            self._device.select(packed.index, packed.workload.digest)
            (cold,) = self._device.run(1, cold=True)
            warm = statistics.median(self._device.run(_WARM_RUNS, cold=False))
            self._cycles[packed] = _Cycles(cold - self._overhead, warm - self._overhead)
        return self._cycles[packed]

    def currents(self, packed: PackedWorkload) -> _Currents:
        """Mean currents of an energy window and of the sleep before it, A."""
        if packed not in self._currents:
            self._device.select(packed.index, packed.workload.digest)
            self._machine.timeline.read()
            self._device.window(_WINDOW_RUNS, _IDLE_US)
            self._currents[packed] = _currents(self._machine.timeline.read())
        return self._currents[packed]


def _currents(segments: Sequence[Segment]) -> _Currents:
    """Mean current with the trigger low, and that of the longest stretch before."""
    start = next(index for index, segment in enumerate(segments) if not segment.trigger)
    window = [segment for segment in segments if not segment.trigger]
    charge = sum(segment.seconds * segment.current for segment in window)
    asleep = max(segments[:start], key=lambda segment: segment.seconds)
    return _Currents(charge / sum(segment.seconds for segment in window), asleep.current)
