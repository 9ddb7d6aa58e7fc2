"""Prediction of cycles by running what would run, on the virtual board of the chip; each thing once."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import hilbench
from hilbench.boards import Board, get_board
from hilbench.chips import Placement
from hilbench.digests import digest, digest_files
from hilbench.errors import ConfigError, HilbenchError, VerifyError
from hilbench.image import Builder, Image, Toolchain
from hilbench.image.cache import BuildCache
from hilbench.operators import Workload
from hilbench.prediction.prediction import Prediction
from hilbench.prediction.station import Outcome, Station
from hilbench.provenance import PredictedBy
from hilbench.sharing import cores, share

_FILE = "prediction.json"
_KIND = "prediction 3"
"""Kind of cache entry, which changes with what a prediction holds."""
_WORKLOADS_A_BOARD = 4
"""Fewest workloads a board; for fewer another virtual board takes longer to start than it saves."""


W = TypeVar("W", bound=Workload)

Watch = Callable[[int, int], None]
"""Called with how much of how much is done."""
Predictions = Mapping[Workload, Prediction | HilbenchError]
"""Prediction of each workload, or the reason why nobody can make one."""


class Predictor:
    """Predictor for one chip under one toolchain, set of flags and placement.

    Args:
        board: of that chip; a board on the bench is predicted on its virtual twin.
        boards: where the twin is.
        toolchain: compiles the kernels.
        flags: of the kernels, as typed.
        placement: where code and activations live.
        cache_dir: where objects and predictions are kept; default as `default_cache_dir`.
        jobs: virtual boards at a time; None for as many as there are processors.
        watch: called with how many of how many workloads have run, whenever one has.

    Attributes:
        predicted_by: kind of the predictor.

    Raises:
        ConfigError: the board has no virtual twin.
    """

    predicted_by = PredictedBy.EMULATOR

    def __init__(
        self,
        board: Board,
        boards: Mapping[str, Board],
        toolchain: Toolchain,
        *,
        flags: str = "-O3",
        placement: Placement = Placement.FLASH,
        cache_dir: Path | None = None,
        jobs: int | None = None,
        watch: Watch = lambda *_: None,
    ) -> None:
        self._watch = watch
        self._jobs = jobs or cores()
        self._twin = _twin(board, boards)
        self._builder = Builder(board.chip, toolchain, flags=flags, placement=placement, cache_dir=cache_dir)
        models = (board.chip.model_dump_json(), self._twin.calibration_digest or "")
        self._setting = (_KIND, _emulator_digest(), *models, str(placement))
        self._cache = BuildCache(cache_dir)

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        """Predictions of all workloads; what was predicted before is not run again.

        A variant whose output is not the reference variant's, bit for bit, is a VerifyError.

        Raises:
            BuildError: the firmware itself does not build.
            BoardMissing: the virtual board does not start.
        """
        asked = tuple(dict.fromkeys(workloads))
        wanted: dict[Workload, None] = dict.fromkeys(asked)
        wanted.update((workload.problem, None) for workload in asked)
        known = {workload: found for workload in wanted if (found := self.recall(workload)) is not None}
        result = self._builder.build(workload for workload in wanted if workload not in known)
        outcomes: dict[Workload, Prediction | HilbenchError] = {**known, **dict(result.refused)}
        outcomes.update(self._run_all(result.images))
        return {workload: _verified(outcomes[workload], outcomes[workload.problem]) for workload in asked}

    def recall_all(self, workloads: Iterable[W]) -> Mapping[W, Prediction]:
        """Predictions that were made before; nothing is built or run.

        Those are left out of which the reference variant gives another output.
        """
        found = {}
        for workload in dict.fromkeys(workloads):
            prediction, reference = self.recall(workload), self.recall(workload.problem)
            if prediction and reference and prediction.crc32 == reference.crc32:
                found[workload] = prediction
        return found

    def recall(self, workload: Workload) -> Prediction | None:
        """Earlier prediction of a workload; None where there is none."""
        entry = self._cache.find(self._key(workload))
        return Prediction(**json.loads((entry / _FILE).read_text(encoding="utf-8"))) if entry else None

    def keep(self, workload: Workload, prediction: Prediction) -> None:
        """Remember what a workload took on such a board."""
        text = json.dumps(asdict(prediction))
        self._cache.entry(self._key(workload), lambda folder: _write(folder, text))

    def object_key(self, workload: Workload) -> str:
        """Digest of everything that the objects of `workload` are built from."""
        return self._builder.object_key(workload)

    def _run_all(self, images: Sequence[Image]) -> Predictions:
        """Outcome of all images' workloads, spread over as many virtual boards as there is work for."""
        units = [(image, packed) for image in images for packed in image.workloads]
        outcomes: dict[Workload, Prediction | HilbenchError] = {}

        def keep(told: Outcome) -> None:
            workload, outcome = told
            outcomes[workload] = outcome
            self._watch(len(outcomes), len(units))
            if isinstance(outcome, Prediction):
                self.keep(workload, outcome)

        self._watch(0, len(units))
        with ExitStack() as stack:
            count = max(1, min(self._jobs, -(-len(units) // _WORKLOADS_A_BOARD)))
            stations = [stack.enter_context(Station(self._twin)) for _ in range(count)]
            share(stations, units, keep)
        return outcomes

    def _key(self, workload: Workload) -> str:
        return digest([*self._setting, self._builder.object_key(workload)])


def _verified(
    outcome: Prediction | HilbenchError, reference: Prediction | HilbenchError
) -> Prediction | HilbenchError:
    if isinstance(outcome, HilbenchError) or isinstance(reference, HilbenchError):
        return outcome
    if outcome.crc32 != reference.crc32:
        return VerifyError("Its output is not that of the reference variant.")
    return outcome


def _write(folder: Path, text: str) -> None:
    (folder / _FILE).write_text(text, encoding="utf-8")


def _twin(board: Board, boards: Mapping[str, Board]) -> Board:
    """The virtual board that stands for `board`: itself, or the one that its entry names."""
    if board.provider.starts_boards:
        return board
    if board.virtual is None:
        raise ConfigError(
            f"'{board.name}' has no virtual twin to predict with; name one as its 'virtual' in boards.yaml.",
            board=board.name,
        )
    return get_board(boards, board.virtual)


def can_predict(board: Board, boards: Mapping[str, Board]) -> bool:
    """Whether there is a virtual board of the chip of `board`, and what it takes to run it."""
    if not board.provider.starts_boards and board.virtual is None:
        return False
    return all(find_spec(package) for package in _twin(board, boards).provider.packages)


@cache
def _emulator_digest() -> str:
    """Digest of the timing model and all that it rests upon; read and not imported, which costs a second."""
    sources = (Path(hilbench.__file__).parent / "virtual").rglob("*.py")
    return digest([digest_files(sources), *map(_version, ("unicorn", "capstone"))])


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
