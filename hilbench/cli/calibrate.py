"""`hilbench calibrate`: fit the models of a board's virtual twin to what micro-kernels take on the board."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hilbench.chips import load_chip
from hilbench.cli._console import shown_status, table_console
from hilbench.cli._invocation import required_board, typed_command
from hilbench.cli._options import (
    PATH,
    boards_option,
    examples,
    json_option,
    require_hardware_option,
    resume_option,
    store_option,
    toolchain_option,
)
from hilbench.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from hilbench.calibration.document import Calibration
    from hilbench.results import Measurement, RunRecord, Store
    from hilbench.sweeps import SweepRequest


@click.command(
    epilog=examples(
        "hilbench calibrate --board stm32l4 --require-hardware",
        "hilbench calibrate --board stm32l4-virtual --out twin.yaml",
        "hilbench calibrate --board stm32l4 --resume",
        "hilbench calibrate --run latest --out again.yaml --json",
    )
)
@click.option("--board", help="Board to measure on, an entry of boards.yaml.")
@click.option("--run", "stored", metavar="RUN", help="Fit a stored run of `calibrate`; no board is touched.")
@click.option("--out", type=PATH, help="The calibration file.  [default: BOARD.calibration.yaml]")
@toolchain_option
@boards_option
@require_hardware_option
@resume_option
@click.option("--no-power", is_flag=True, help="Leave the power meter alone, and the currents as they are.")
@store_option
@json_option
def command(*, stored: str | None, out: Path | None, store: str, as_json: bool, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Fit a board's models to what micro-kernels take on it.

    Measures micro-kernels and some operators on the board as `hilbench sweep` does, fits the free
    parameters of its chip's models to the former, judges them by the latter, and writes a calibration
    file, which the entry of a virtual board names under `calibration` in boards.yaml.

    Exit status: 0 a file was written, 1 the same but some cases failed, 2 wrong usage, 3 the board is
    missing or busy, 4 a tool failed, 130 interrupted (finished rows are kept; see --resume).
    """
    from hilbench.calibration.document import write_calibration
    from hilbench.calibration.fit import require_solver
    from hilbench.cli._calibration_view import show
    from hilbench.results import Store

    require_solver()
    if out is not None and not out.parent.is_dir():
        raise ConfigError(f"There is no folder {out.parent} for the calibration file.")
    console = table_console(stderr=as_json)
    with Store(store, create=stored is None) as opened:
        run = _stored(opened, stored, asked["board"]) if stored else _measure(opened, console, **asked)
        rows = opened.measurements(run.run_id)
    calibration = _fit(run, rows, asked["boards_file"], console)
    path = out or Path(f"{run.board}.calibration.yaml")
    write_calibration(calibration, path)
    if as_json:
        click.echo(json.dumps({"file": str(path), **calibration.model_dump(mode="json")}))
    else:
        show(calibration, console)
        click.echo(path)
    if any(row.status.is_failure for row in rows):
        sys.exit(ExitCode.VERDICT)


def _measure(store: Store, console: Console, **asked: Any) -> RunRecord:  # noqa: ANN401  # click's own
    from hilbench.cli._sweep_with_progress import sweep_with_progress

    return sweep_with_progress(_request(**asked), store, console)


def _request(
    *,
    board: str | None,
    toolchain: str,
    no_power: bool,
    boards_file: Path,
    **rest: Any,  # noqa: ANN401  # click's own
) -> SweepRequest:
    from hilbench.boards import load_boards
    from hilbench.calibration.observations import GRID, OPERATORS
    from hilbench.runner.build_config import AS_NAMED
    from hilbench.sweeps import RunSettings, SweepRequest

    entry = required_board(board, load_boards(boards_file))
    return SweepRequest(
        board=entry.name,
        grid=str(GRID),
        operators=OPERATORS,
        toolchains=(toolchain,),
        flags=("-O2",),
        variant=AS_NAMED,
        placements=entry.chip.placements,
        boards_file=boards_file,
        settings=RunSettings(power=not no_power),
        command=typed_command(),
        **rest,
    )


def _stored(store: Store, name: str, board: str | None) -> RunRecord:
    from hilbench.calibration.observations import GRID

    run = store.run(name)
    if Path(run.grid).name != GRID.name:  # wherever hilbench was installed then
        raise ConfigError(f"Run {run.run_id} was no calibration; name one of `hilbench calibrate`.")
    if run.finished is None:
        raise ConfigError(
            f"Run {run.run_id} was interrupted; finish it with: {run.command} --resume {run.run_id}"
        )
    if board not in {None, run.board, run.twin_of}:
        raise ConfigError(f"Run {run.run_id} was on '{run.board}', not on '{board}'.")
    return run


def _fit(run: RunRecord, rows: Sequence[Measurement], boards_file: Path, console: Console) -> Calibration:
    from hilbench.boards import get_board, load_boards
    from hilbench.calibration.calibrate import calibrate
    from hilbench.virtual.power.energy import SUPPLY_VOLTS

    volts = get_board(load_boards(boards_file), run.board).supply_volts or SUPPLY_VOLTS
    with shown_status(console, "fitting") as show, _noting_how_to_fit_again(run):
        return calibrate(
            run,
            rows,
            load_chip(run.chip),
            volts,
            lambda runs: show(f"fitting: ran the models {runs} times"),
        )


@contextmanager
def _noting_how_to_fit_again(run: RunRecord) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"Every row is kept; fit them with: hilbench calibrate --run {run.run_id}", err=True)
        raise
