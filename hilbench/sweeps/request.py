"""Request of a sweep, and what it means: which cases, on which board, in which run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hilbench.boards import Board, get_board, load_boards
from hilbench.chips import Placement
from hilbench.errors import ConfigError
from hilbench.grids import load_also, load_grid
from hilbench.image import find_toolchain
from hilbench.operators import Layer
from hilbench.operators.registry import load_operators
from hilbench.paths import BOARDS_FILE
from hilbench.results import RunRecord, Store
from hilbench.runner.build_config import AS_NAMED, AUTO_VARIANT, BuildConfig, configurations, with_variants
from hilbench.runner.run_settings import RunSettings
from hilbench.tuning.selection import Budget

LATEST = "latest"
"""Resume the latest run of the same board and grid that is unfinished, or has failed rows."""


@dataclass(frozen=True)
class ResolvedRequest:
    """Meaning of a request before a board is seen.

    Attributes:
        cases: of the grid.
        axes: how they are built.
        also: variants that the grid wants measured in addition to chosen ones.
    """

    cases: tuple[Layer, ...]
    axes: tuple[BuildConfig, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SweepRequest:
    """Everything the command line of a sweep can say.

    Attributes:
        board: entry of boards.yaml.
        grid: a grid of hilbench's own, or the path of a YAML file; of `cases` their name in the run's record.
        cases: what is measured in place of a grid; none for the grid.
        toolchains: `auto`, `gcc` or `clang`, an axis.
        flags: compiler flags, an axis.
        placements: where code and activations live, an axis.
        variant: a variant, `all`, `auto` for the fastest, or None for `auto` where the grid names none.
        layouts: how many layouts of its image a case runs in; 1 for the standard one alone.
        budget: what a case may take under `auto`.
        operators: folder of further operators.
        resume: id of a run to go on with, `latest`, or None for a new run.
        force: measure rows of a resumed run again though they stand.
        jobs: virtual boards at a time; None for as many as there are processors.
        command: the command line as typed, for the run's record.
    """

    board: str
    grid: str = "quick"
    cases: tuple[Layer, ...] = ()
    toolchains: tuple[str, ...] = ("auto",)
    flags: tuple[str, ...] = ("-O3",)
    placements: tuple[Placement, ...] = (Placement.FLASH,)
    variant: str | None = None
    layouts: int = 1
    budget: Budget = field(default_factory=Budget)
    operators: Path | None = None
    boards_file: Path = BOARDS_FILE
    require_hardware: bool = False
    resume: str | None = None
    force: bool = False
    jobs: int | None = None
    settings: RunSettings = field(default_factory=RunSettings)
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
            mine = (run for run in reversed(store.runs()) if self._is_mine(run))
            left = (run for run in mine if run.finished is None or store.failed_keys(run.run_id))
            if (latest := next(left, None)) is None:
                raise ConfigError(
                    f"No unfinished run of '{self.grid}' on '{self.board}' to resume, "
                    "and none with failed rows; leave --resume out."
                )
            return latest
        run = store.run(self.resume)
        if not self._is_mine(run):
            raise ConfigError(
                f"Run {run.run_id} is of '{run.grid}' on '{run.board}'; name these with --grid and --board."
            )
        return run

    def resolve(self) -> ResolvedRequest:
        """Cases and configurations that the request means; nothing but files is read.

        Raises:
            ConfigError: an operator, grid or variant is wrong.
            ToolchainMissing: no such compiler.
        """
        cases = self.cases or load_grid(self.grid, load_operators(self.operators))
        if self.variant not in {None, AUTO_VARIANT, AS_NAMED}:
            with_variants(cases, self.variant)
        axes = configurations(map(find_toolchain, self.toolchains), self.flags, self.placements)
        return ResolvedRequest(cases, axes, () if self.cases else load_also(self.grid))

    def _is_mine(self, run: RunRecord) -> bool:
        return self.board in {run.board, run.twin_of} and run.grid == self.grid
