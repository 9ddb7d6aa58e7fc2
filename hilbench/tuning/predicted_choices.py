"""Predictions of every variant of some cases on a board, and which one is chosen of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilbench.boards import Board, get_board, load_boards
from hilbench.chips import Placement
from hilbench.image import find_toolchain
from hilbench.operators import Layer
from hilbench.paths import BOARDS_FILE
from hilbench.prediction import Predictor, Watch
from hilbench.provenance import PredictedBy, Provenance
from hilbench.results import Measurement, Status
from hilbench.results.rows import to_frame
from hilbench.runner.build_config import BuildConfig
from hilbench.tuning.database import TunedCases
from hilbench.tuning.selection import Budget, Candidate, Choice, choose

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PredictedChoices:
    """A choice for each problem, and on which board and under which build it holds.

    Attributes:
        board: whose virtual twin ran the kernels.
        choices: candidates of each problem with their predictions.
        built: toolchain, flags and placement.
    """

    board: Board
    choices: tuple[Choice, ...]
    built: Mapping[str, str]

    @property
    def all_run(self) -> bool:
        """Whether every problem has a variant that builds and runs."""
        return all(choice.runs for choice in self.choices)

    def frame(self) -> pd.DataFrame:
        """A row for each prediction, as a sweep has them for measurements; `choice` marks those chosen."""
        return to_frame(self._measurements()).assign(
            choice=["chosen" if chosen else "" for _, chosen in self._predicted()]
        )

    def document(self) -> dict[str, Any]:
        """Plain data of all candidates."""
        return {
            "provenance": str(Provenance.PREDICTED),
            "board": self.board.name,
            "core": self.board.chip.core,
            **self.built,
            "shapes": [_shape(choice) for choice in self.choices],
        }

    def _predicted(self) -> Iterator[tuple[Candidate, bool]]:
        """Candidates that have a prediction, and whether each is chosen."""
        for choice in self.choices:
            for candidate in choice.candidates:
                if candidate.prediction is not None:
                    yield candidate, candidate is choice.best

    def _measurements(self) -> Iterator[Measurement]:
        board = self.board
        for candidate, _ in self._predicted():
            prediction = candidate.prediction
            if prediction is None:
                continue
            yield Measurement(
                workload=candidate.case.record(),
                board=board.name,
                chip=board.chip.name,
                core=board.chip.core,
                provenance=Provenance.PREDICTED,
                predictor=PredictedBy.EMULATOR,
                status=Status.OK,
                clock_hz=board.chip.clock_hz,
                cycles=(prediction.cycles,),
                instructions=prediction.instructions,
                code_bytes=prediction.code_bytes,
                constant_bytes=prediction.constant_bytes,
                ram_bytes=prediction.ram_bytes,
                scratch_bytes=prediction.scratch_bytes,
                toolchain=self.built["toolchain"],
                flags=self.built["flags"],
                placement=self.built["placement"],
            )


def predict_choices(
    cases: Iterable[Layer],
    board: str,
    *,
    toolchain: str = "auto",
    flags: str = "-O3",
    placement: Placement = Placement.FLASH,
    budget: Budget | None = None,
    boards_file: Path = BOARDS_FILE,
    jobs: int | None = None,
    watch: Watch = lambda *_: None,
) -> PredictedChoices:
    """Predict every variant of `cases`, and choose one for each as a sweep does.

    Args:
        cases: what is to be computed.
        board: an entry of boards.yaml; of one on the bench its virtual twin runs the kernels.
        toolchain: `auto`, `gcc` or `clang`.
        flags: compiler flags.
        placement: where code and activations live.
        budget: what a case may take; None for as much as the board has.
        boards_file: another boards.yaml.
        jobs: virtual boards at a time; None for as many as there are processors.
        watch: called with how many of how many kernels have run, whenever one has.

    Raises:
        ConfigError: there is no such board, or it has no virtual twin.
        ToolchainMissing: no such compiler.
        BuildError: the firmware itself does not build.
        BoardMissing: the virtual board does not start.
    """
    boards = load_boards(boards_file)
    entry = get_board(boards, board)
    configuration = BuildConfig(find_toolchain(toolchain), flags, placement)
    predictor = Predictor(
        entry, boards, configuration.toolchain, flags=flags, placement=placement, jobs=jobs, watch=watch
    )
    tuned = TunedCases(entry.chip.core, predictor.object_key)
    choices = choose(cases, predictor, budget or Budget(), lambda problem: tuned.find(problem, configuration))
    built = {"toolchain": str(configuration.toolchain), "flags": flags, "placement": str(placement)}
    return PredictedChoices(entry, choices, built)


def _shape(choice: Choice) -> dict[str, Any]:
    return {
        "parameters": choice.problem.case.parameters(),
        "macs": choice.problem.macs,
        "chosen": choice.best.case.kernel_label if choice.best else None,
        "candidates": [
            {
                "variant": each.case.kernel_label,
                "prediction": asdict(each.prediction) if each.prediction else None,
                "obstacle": each.obstacle,
            }
            for each in choice.candidates
        ],
    }
