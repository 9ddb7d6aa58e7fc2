"""What somebody asks of a sweep, and what that means: which jobs, on which board, in which run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hilbench.boards import Board, get_board, load_boards
from hilbench.build import find_toolchain
from hilbench.cases import OperatorCase
from hilbench.cases.grids import load_grid
from hilbench.cases.registry import load_operators
from hilbench.chips import Placement
from hilbench.errors import ConfigError
from hilbench.prediction import Predictor
from hilbench.resources import BOARDS_FILE
from hilbench.results import RunRecord, Store
from hilbench.sweep.choice import Budget, choose
from hilbench.sweep.configuration import (
    AUTO_VARIANT,
    Configuration,
    Job,
    configurations,
    plan,
    with_variants,
)
from hilbench.sweep.events import Chosen, LeftOut, Listener, Predicting, ignore
from hilbench.sweep.settings import Settings
from hilbench.sweep.tuned import TunedCases

LATEST = "latest"
"""Resume the latest unfinished run of the same board and grid."""


@dataclass(frozen=True, kw_only=True)
class SweepRequest:
    """Everything the command line of a sweep can say.

    Attributes:
        board: entry of boards.yaml.
        grid: a grid of hilbench's own, or the path of a YAML file.
        toolchains: `auto`, `gcc` or `clang`, an axis.
        flags: compiler flags, an axis.
        placements: where code and activations live, an axis.
        variant: a variant, `all`, `auto` for the one with the fewest predicted cycles, or None for those that
            the grid names.
        budget: what a case may take under `auto`.
        operators: folder of further operators.
        resume: id of a run to go on with, `latest`, or None for a new run.
        force: measure rows of a resumed run again though they stand.
        command: the command line as typed, for the run's record.
    """

    board: str
    grid: str = "quick"
    toolchains: tuple[str, ...] = ("auto",)
    flags: tuple[str, ...] = ("-O2",)
    placements: tuple[Placement, ...] = (Placement.FLASH,)
    variant: str | None = None
    budget: Budget = field(default_factory=Budget)
    operators: Path | None = None
    boards_file: Path = BOARDS_FILE
    require_hardware: bool = False
    resume: str | None = None
    force: bool = False
    settings: Settings = field(default_factory=Settings)
    command: str = "hilbench sweep"

    def boards(self) -> dict[str, Board]:
        """Boards of the file.

        Raises:
            ConfigError: the file is wrong, or has no such board.
        """
        boards = dict(load_boards(self.boards_file))
        get_board(boards, self.board)
        return boards

    def resumed_run(self, store: Store) -> RunRecord | None:
        """The run to go on with; None for a new one.

        Raises:
            ConfigError: there is none, or it was made on another board or grid.
        """
        if self.resume is None:
            return None
        if self.resume == LATEST:
            unfinished = [run for run in store.runs() if run.finished is None and self._is_mine(run)]
            if not unfinished:
                raise ConfigError(
                    f"No unfinished run of '{self.grid}' on '{self.board}' to resume; leave --resume out."
                )
            return unfinished[-1]
        run = store.run(self.resume)
        if not self._is_mine(run):
            raise ConfigError(
                f"Run {run.run_id} is of '{run.grid}' on '{run.board}'; name these with --grid and --board."
            )
        return run

    def jobs(self, store: Store, resumed: RunRecord | None, listener: Listener = ignore) -> tuple[Job, ...]:
        """What is to be built and run, without the rows that stand.

        Raises:
            ConfigError: an operator, grid or variant is wrong, or nothing can predict for the board.
            ToolchainMissing: no such compiler.
            BuildError: the firmware itself does not build.
            BoardMissing: the virtual board that predicts does not start.
        """
        cases = load_grid(self.grid, load_operators(self.operators))
        axes = configurations(map(find_toolchain, self.toolchains), self.flags, self.placements)
        if self.variant == AUTO_VARIANT:
            jobs = [Job(axis, self._chosen(cases, axis, listener)) for axis in axes]
        else:
            wanted = self._with_variant(cases, listener)
            jobs = [Job(axis, wanted) for axis in axes]
        if not any(job.cases for job in jobs):
            raise ConfigError("No case is left to run; ask for another variant, or for a larger budget.")
        stands = resumed is not None and not self.force
        return plan(jobs, store.finished_keys(resumed.run_id) if resumed and stands else frozenset())

    def _with_variant(self, cases: tuple[OperatorCase, ...], listener: Listener) -> tuple[OperatorCase, ...]:
        if self.variant is None:
            return cases
        wanted = with_variants(cases, self.variant)
        shapes = {case.shape for case in wanted}
        for case in dict.fromkeys(case.shape for case in cases):
            if case not in shapes:
                listener(LeftOut(str(case), f"it has no variant '{self.variant}'"))
        return wanted

    def _chosen(
        self, cases: Sequence[OperatorCase], axis: Configuration, listener: Listener
    ) -> tuple[OperatorCase, ...]:
        """The best variant of each shape that has one within the budget."""
        boards = self.boards()
        predictor = Predictor(
            boards[self.board], boards, axis.toolchain, flags=axis.flags, placement=axis.placement
        )
        listener(Predicting(str(axis), len(cases)))
        chosen = []
        tuned = TunedCases(boards[self.board].chip.core, predictor.kernel_key)
        for choice in choose(cases, predictor, self.budget, lambda shape: tuned.find(shape, axis)):
            if choice.best is None and choice.obstacle:
                listener(LeftOut(str(choice.shape), choice.obstacle))
            else:  # what cannot run at all says so in a row
                chosen.append(choice.best.case if choice.best else choice.shape)
        listener(Chosen(str(axis), Counter(case.implementation for case in chosen)))
        return tuple(chosen)

    def _is_mine(self, run: RunRecord) -> bool:
        return self.board in {run.board, run.twin_of} and run.grid == self.grid
