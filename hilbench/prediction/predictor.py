"""Predicts cycles by running what would run, on the virtual board of the chip; each thing once."""

from __future__ import annotations

import importlib.metadata
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import hilbench
from hilbench.boards import Board, DeviceInfo, get_board
from hilbench.boards.device import Device
from hilbench.build import Builder, Image, PackedCase, Toolchain
from hilbench.build.cache import BuildCache, digest, digest_files
from hilbench.cases import OperatorCase
from hilbench.chips import Placement
from hilbench.errors import BoardMissing, ConfigError, HilbenchError, VerifyError
from hilbench.prediction.emulated_image import EmulatedImage

_FILE = "prediction.json"
_KIND = "prediction 2"
"""Changes with what a prediction holds."""


@dataclass(frozen=True)
class Prediction:
    """What one run of a case takes, by the timing model; sizes in bytes as in `PackedCase`."""

    cycles: int
    instructions: int | None
    code_bytes: int
    constant_bytes: int
    ram_bytes: int
    scratch_bytes: int
    crc32: int
    """Of the output."""

    @property
    def flash_bytes(self) -> int:
        """Code and constants."""
        return self.code_bytes + self.constant_bytes


Predictions = Mapping[OperatorCase, Prediction | HilbenchError]
"""For each case what it takes, or why nobody can say."""


class Predictor:
    """Predicts for one chip under one toolchain, set of flags and placement.

    Args:
        board: of that chip; a board on the bench is predicted on its virtual twin.
        boards: where the twin is.
        toolchain: compiles the kernels.
        flags: of the kernels, as typed.
        placement: where code and activations live.
        cache_dir: where objects and predictions are kept; default as `default_cache_dir`.

    Raises:
        ConfigError: the board has no virtual twin.
    """

    def __init__(
        self,
        board: Board,
        boards: Mapping[str, Board],
        toolchain: Toolchain,
        *,
        flags: str = "-O2",
        placement: Placement = Placement.FLASH,
        cache_dir: Path | None = None,
    ) -> None:
        self._twin = _twin(board, boards)
        self._builder = Builder(board.chip, toolchain, flags=flags, placement=placement, cache_dir=cache_dir)
        models = (board.chip.model_dump_json(), self._twin.calibration_digest or "")
        self._setting = (_KIND, _emulator_digest(), *models, str(placement))
        self._cache = BuildCache(cache_dir)

    def predict(self, cases: Iterable[OperatorCase]) -> Predictions:
        """Predictions of all cases; what was predicted before is not run again.

        A variant whose output is not the reference variant's, bit for bit, is a VerifyError.

        Raises:
            BuildError: the firmware itself does not build.
            BoardMissing: the virtual board does not start.
        """
        asked = tuple(dict.fromkeys(cases))
        wanted = tuple(dict.fromkeys((*asked, *(case.shape for case in asked))))
        known = {case: found for case in wanted if (found := self._recall(case)) is not None}
        result = self._builder.build(case for case in wanted if case not in known)
        outcomes: dict[OperatorCase, Prediction | HilbenchError] = {**known, **dict(result.refused)}
        for image in result.images:
            outcomes.update(self._run(image))
        return {case: _verified(outcomes[case], outcomes[case.shape]) for case in asked}

    def kernel_key(self, case: OperatorCase) -> str:
        """Digest of everything that the kernel of `case` is built from."""
        return self._builder.kernel_key(case)

    def _run(self, image: Image) -> Iterator[tuple[OperatorCase, Prediction | HilbenchError]]:
        """Every case of an image; after one that fails the next begins on a fresh board."""
        left = deque(image.cases)
        while left:
            try:
                with EmulatedImage(self._twin, image.elf) as device:
                    info = device.environment()
                    while left:
                        prediction = _run_once(device, info, left[0])
                        self._keep(left[0].case, prediction)
                        yield left.popleft().case, prediction
            except BoardMissing:
                raise
            except HilbenchError as error:
                yield left.popleft().case, error

    def _keep(self, case: OperatorCase, prediction: Prediction) -> None:
        text = json.dumps(asdict(prediction))
        self._cache.entry(self._key(case), lambda folder: _write(folder, text))

    def _recall(self, case: OperatorCase) -> Prediction | None:
        entry = self._cache.find(self._key(case))
        return Prediction(**json.loads((entry / _FILE).read_text(encoding="utf-8"))) if entry else None

    def _key(self, case: OperatorCase) -> str:
        return digest([*self._setting, self._builder.kernel_key(case)])


def _run_once(device: Device, info: DeviceInfo, packed: PackedCase) -> Prediction:
    device.select(packed.index, packed.case.digest)
    (cycles,) = device.run(1, cold=False)
    return Prediction(
        cycles=cycles - info.overhead_cycles,
        instructions=device.instructions() if info.counts_instructions else None,
        code_bytes=packed.code_bytes,
        constant_bytes=packed.weight_bytes,
        ram_bytes=packed.ram_bytes,
        scratch_bytes=packed.scratch_bytes,
        crc32=device.output().crc32,
    )


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
    if board.launch:
        return board
    if board.virtual is None:
        raise ConfigError(
            f"'{board.name}' has no virtual twin to predict with; name one as its 'virtual' in boards.yaml.",
            board=board.name,
        )
    return get_board(boards, board.virtual)


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
