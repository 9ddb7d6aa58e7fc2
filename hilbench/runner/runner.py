"""Cases on an open board, one after the other, with recovery when a wire fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from hilbench.boards import BoardSession, Recovery
from hilbench.errors import BoardMissing, HilbenchError
from hilbench.image import Image, PackedWorkload
from hilbench.power import PowerTrace
from hilbench.prediction import Prediction
from hilbench.results import Attempt, Measurement
from hilbench.runner.events import CaseStarted, Flashing, Listener, Retrying, ignore
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.measure import glance, read_case
from hilbench.runner.rows import failed, measured
from hilbench.runner.run_settings import RunSettings
from hilbench.runner.verify import Difference

_LOG = logging.getLogger(__name__)


class _Readiness(IntEnum):
    """Progress of an image on the board."""

    NOTHING = 0
    FLASHED = 1
    BOOTED = 2


class MeasuredRow(NamedTuple):
    """The row of a case, what the power meter saw of its energy window, and a difference of its output."""

    row: Measurement
    trace: PowerTrace | None = None
    difference: Difference | None = None


class Runner:
    """One open board: an image is flashed and booted when a case of it has its turn.

    Every case becomes a Measurement, whatever happened to it. Only a board that went away, and that no
    recovery brings back, ends the work: with BoardMissing.
    """

    def __init__(
        self,
        board: BoardSession,
        references: ExpectedOutputs,
        settings: RunSettings | None = None,
        listener: Listener = ignore,
    ) -> None:
        self.board = board
        self._references = references
        self._settings = settings or RunSettings()
        self._listener = listener
        self._digest = ""
        self._readiness = _Readiness.NOTHING
        self._hopeless: dict[str, HilbenchError] = {}

    def measure(self, image: Image, packed: PackedWorkload) -> MeasuredRow:
        """Measure a case of an image.

        Raises:
            BoardMissing: the board went away.
        """
        if image.digest in self._hopeless:
            return MeasuredRow(failed(self.board, image, packed, self._hopeless[image.digest], ()))
        label = str(packed.workload)
        self._listener(CaseStarted(label))
        attempts: list[Attempt] = []
        while True:
            try:
                self._prepare(image)
                reading = read_case(self.board, packed, self._references, self._settings)
            except BoardMissing:
                raise
            except HilbenchError as error:
                recovery = self._recover(error, len(attempts))
                attempts.append(Attempt(len(attempts) + 1, error.stage, str(error), recovery or ""))
                if recovery is None:
                    return MeasuredRow(self._give_up(image, packed, error, attempts))
                self._listener(Retrying(label, attempts[-1]))
            else:
                attempts.append(Attempt(len(attempts) + 1, stage="", cause=""))
                row = measured(self.board, image, packed, reading, attempts)
                return MeasuredRow(row, reading.trace, reading.difference)

    def glance(self, image: Image, packed: PackedWorkload) -> Prediction | None:
        """Run a case a single time, to see what it takes; None where that fails.

        Raises:
            BoardMissing: the board went away.
        """
        if image.digest in self._hopeless:
            return None
        self._listener(CaseStarted(str(packed.workload)))
        try:
            self._prepare(image)
            return glance(self.board, packed)
        except BoardMissing:
            raise
        except HilbenchError as error:
            _LOG.info("a glance at %s failed: %s", packed.workload, error)
            self._readiness = min(self._readiness, _Readiness.FLASHED)
            return None

    def _prepare(self, image: Image) -> None:
        if image.digest != self._digest:
            self._digest, self._readiness = image.digest, _Readiness.NOTHING
        if self._readiness < _Readiness.FLASHED:
            self._listener(Flashing(image.digest, len(image.workloads)))
            self.board.flash(image)
            self._readiness = _Readiness.FLASHED
        if self._readiness < _Readiness.BOOTED:
            self.board.boot(image)
            self._readiness = _Readiness.BOOTED

    def _recover(self, error: HilbenchError, tried: int) -> Recovery | None:
        """Climb the ladder from rung `tried` up to the first that holds; None when there is no use."""
        in_case = self._readiness is _Readiness.BOOTED
        if not error.transport or (in_case and tried + 1 >= self._settings.attempts):
            return None
        worse: HilbenchError = error
        for rung in self.board.ladder[tried:]:
            try:
                self.board.recover(rung)
            except HilbenchError as failure:
                _LOG.info("recovery by %s failed: %s", rung, failure)
                worse = failure
            else:
                self._readiness = _Readiness.NOTHING
                return rung
        if isinstance(worse, BoardMissing):
            raise worse
        if self.board.board.pool:  # what no recovery brings back is no use to the pool
            name = self.board.board.name
            raise BoardMissing(f"'{name}' is not brought back by any recovery: {worse}", board=name)
        return None

    def _give_up(
        self, image: Image, packed: PackedWorkload, error: HilbenchError, attempts: list[Attempt]
    ) -> Measurement:
        if self._readiness is not _Readiness.BOOTED:
            # What does not start with this case does not start with the next.
            self._hopeless[image.digest] = error
        # Whatever a wrong or faulting kernel wrote where, the next case begins on a chip fresh from reset.
        self._readiness = min(self._readiness, _Readiness.FLASHED)
        return failed(self.board, image, packed, error, attempts)


class ImageRun:
    """One image on one open board: iterate to measure its cases in their order, as `Runner` does."""

    def __init__(
        self,
        board: BoardSession,
        image: Image,
        references: ExpectedOutputs,
        settings: RunSettings | None = None,
        listener: Listener = ignore,
    ) -> None:
        self._runner = Runner(board, references, settings, listener)
        self._image = image

    def __iter__(self) -> Iterator[Measurement]:
        for packed in self._image.workloads:
            yield self._runner.measure(self._image, packed).row
