"""Images onto the board, case after case, with recovery when a wire fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from enum import IntEnum

from hilbench.boards import OpenBoard, Recovery
from hilbench.build import Image, PackedCase
from hilbench.errors import BoardMissing, HilbenchError
from hilbench.results import Attempt, Measurement
from hilbench.sweep.events import CaseStarted, Flashing, Listener, Retrying, ignore
from hilbench.sweep.measure import read_case
from hilbench.sweep.outcome import failed, measured
from hilbench.sweep.references import References
from hilbench.sweep.settings import Settings

_LOG = logging.getLogger(__name__)


class _Readiness(IntEnum):
    """How far an image has come on the board."""

    NOTHING = 0
    FLASHED = 1
    BOOTED = 2


class ImageRun:
    """One image on one open board: iterate to flash it, boot it and measure its cases in their order.

    Every case becomes a Measurement, whatever happened to it. Only a board that went away, and that
    no recovery brings back, ends the iteration: with BoardMissing.
    """

    def __init__(
        self,
        board: OpenBoard,
        image: Image,
        references: References,
        settings: Settings | None = None,
        listener: Listener = ignore,
    ) -> None:
        self._board = board
        self._image = image
        self._references = references
        self._settings = settings or Settings()
        self._listener = listener
        self._readiness = _Readiness.NOTHING
        self._hopeless: HilbenchError | None = None

    def __iter__(self) -> Iterator[Measurement]:
        for packed in self._image.cases:
            if self._hopeless is None:
                yield self._measure(packed)
            else:
                yield failed(self._board, self._image, packed, self._hopeless, ())

    def _measure(self, packed: PackedCase) -> Measurement:
        label = str(packed.case)
        self._listener(CaseStarted(label))
        attempts: list[Attempt] = []
        while True:
            try:
                self._prepare()
                reading = read_case(self._board, packed, self._references, self._settings)
            except BoardMissing:
                raise
            except HilbenchError as error:
                recovery = self._recover(error, len(attempts))
                attempts.append(Attempt(len(attempts) + 1, error.stage, str(error), recovery or ""))
                if recovery is None:
                    return self._give_up(packed, error, attempts)
                self._listener(Retrying(label, attempts[-1]))
            else:
                attempts.append(Attempt(len(attempts) + 1, stage="", cause=""))
                return measured(self._board, self._image, packed, reading, attempts)

    def _prepare(self) -> None:
        if self._readiness < _Readiness.FLASHED:
            self._listener(Flashing(self._image.digest, len(self._image.cases)))
            self._board.flash(self._image)
            self._readiness = _Readiness.FLASHED
        if self._readiness < _Readiness.BOOTED:
            self._board.boot(self._image)
            self._readiness = _Readiness.BOOTED

    def _recover(self, error: HilbenchError, tried: int) -> Recovery | None:
        """Climb the ladder from rung `tried` up to the first that holds; None when there is no use."""
        in_case = self._readiness is _Readiness.BOOTED
        if not error.transport or (in_case and tried + 1 >= self._settings.attempts):
            return None
        worse: HilbenchError = error
        for rung in self._board.ladder[tried:]:
            try:
                self._board.recover(rung)
            except HilbenchError as failure:
                _LOG.info("recovery by %s failed: %s", rung, failure)
                worse = failure
            else:
                self._readiness = _Readiness.NOTHING
                return rung
        if isinstance(worse, BoardMissing):
            raise worse
        return None

    def _give_up(self, packed: PackedCase, error: HilbenchError, attempts: list[Attempt]) -> Measurement:
        if self._readiness is not _Readiness.BOOTED:
            self._hopeless = error  # what does not start with this case does not start with the next
        # Whatever a wrong or faulting kernel wrote where, the next case begins on a chip fresh from reset.
        self._readiness = min(self._readiness, _Readiness.FLASHED)
        return failed(self._board, self._image, packed, error, attempts)
