"""`hilbench sweep`: generate, flash, run, measure, report."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hilbench.chips import Placement
from hilbench.cli._invocation import required_board, typed_command
from hilbench.cli._options import (
    REPORTS,
    against_option,
    board_option,
    boards_option,
    build_axes,
    examples,
    flash_budget_option,
    grid_option,
    jobs_option,
    json_option,
    library_option,
    operators_option,
    out_option,
    ram_budget_option,
    require_hardware_option,
    resume_option,
    store_option,
)
from hilbench.console import plain_console
from hilbench.errors import ExitCode
from hilbench.results import Status

if TYPE_CHECKING:
    from rich.console import Console

    from hilbench.cli._artifacts import Artifacts
    from hilbench.results import RunRecord, Store
    from hilbench.sweeps import SweepRequest


@click.command(
    epilog=examples(
        "hilbench sweep --board stm32h7-virtual",
        "hilbench sweep --board stm32h7 --require-hardware --grid efficiency",
        "hilbench sweep --board stm32h7-virtual --toolchain gcc --toolchain clang --flags=-O2 --flags=-O3",
        "hilbench sweep --board stm32h7-virtual --operators my_operators --grid my_grid.yaml",
        "hilbench sweep --board stm32h7-virtual --grid kernels --variant all --against baselines.csv",
        "hilbench sweep --board stm32h7 --grid kernels --variant auto --ram-budget 48k",
        "hilbench sweep --board stm32h7-virtual --layouts 4",
        "hilbench sweep --board stm32h7-virtual --resume",
    )
)
@board_option
@grid_option
@build_axes("more than one makes an axis")
@click.option(
    "--variant",
    help="A variant (reference, dsp, ...), all that can compute a case, or auto for the fastest.  "
    "[default: auto, where the grid names none]",
)
@click.option(
    "--layouts",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="Layouts of the image that each case runs in; the interval of its cycles then spans them.",
)
@ram_budget_option
@flash_budget_option
@operators_option
@boards_option
@require_hardware_option
@resume_option
@click.option("--force", is_flag=True, help="With --resume, measure finished rows again.")
@out_option
@store_option
@click.option(
    "--iterations", type=click.IntRange(1, 1000), default=10, show_default=True, help="Warm samples."
)
@against_option
@library_option
@click.option("--no-power", is_flag=True, help="Leave the power meter alone.")
@jobs_option
@json_option
def command(
    *,
    store: str,
    out: Path | None,
    as_json: bool,
    baselines: Path | None,
    library: str,
    **asked: Any,  # noqa: ANN401  # click's own
) -> None:
    """Measure a grid of cases on a board and report it.

    Builds every case, flashes and runs it, verifies its output bit for bit, and stores a row.

    Exit status: 0 all cases passed or were skipped, 1 some failed, 2 wrong usage, 3 the board is
    missing or busy, 4 a tool failed, 130 interrupted (finished rows are kept; see --resume).
    """
    from hilbench.analysis import compare_with_library, read_baseline, spreads
    from hilbench.cli._report_folder import prepare_report
    from hilbench.cli._sweep_with_progress import how_to_go_on
    from hilbench.results import Store

    baseline = read_baseline(baselines, library) if baselines else None
    request = _request(**asked)
    if baseline:
        baseline.check_core(request.boards()[request.board].chip.core)
    prepare_report(out or REPORTS)
    with Store(store) as opened:
        run = _run(request, opened, plain_console(stderr=as_json))
        from hilbench.cli._artifacts import write_artifacts

        artifacts = write_artifacts(opened, run, out or REPORTS / run.run_id, baseline)
    statuses = Counter(map(Status, artifacts.frame["status"]))
    comparison = compare_with_library(artifacts.frame, baseline) if baseline else None
    efficiencies = spreads(artifacts.frame)
    if as_json:
        compared = {"against": comparison.document()} if comparison else {}
        efficiency = {"efficiency": [each.document() for each in efficiencies]}
        click.echo(json.dumps(_outcome(run, artifacts, statuses) | efficiency | compared))
    else:
        from hilbench.cli._efficiency import print_efficiencies

        print_efficiencies(efficiencies)
        if comparison:
            from hilbench.cli._library_table import print_comparison

            print_comparison(comparison)
        _conclude(artifacts, statuses)
    if any(status.is_failure for status in statuses):
        click.echo(how_to_go_on(request.command, run), err=True)
        sys.exit(ExitCode.VERDICT)


def _request(
    *,
    board: str | None,
    iterations: int,
    no_power: bool,
    ram_budget: int | None,
    flash_budget: int | None,
    **rest: Any,  # noqa: ANN401  # click's own
) -> SweepRequest:
    from hilbench.boards import load_boards
    from hilbench.sweeps import Budget, RunSettings, SweepRequest

    entry = required_board(board, load_boards(rest["boards_file"]))
    rest["placements"] = tuple(Placement(name) for name in rest["placements"])
    return SweepRequest(
        board=entry.name,
        settings=RunSettings(iterations=iterations, power=not no_power),
        budget=Budget(ram_budget, flash_budget),
        command=typed_command(),
        **rest,
    )


def _run(request: SweepRequest, store: Store, console: Console) -> RunRecord:
    from hilbench.cli._sweep_with_progress import sweep_with_progress

    return sweep_with_progress(request, store, console)


def _outcome(run: RunRecord, artifacts: Artifacts, statuses: Counter[Status]) -> dict[str, Any]:
    return {
        **run.document(),
        "statuses": {str(status): count for status, count in statuses.items()},
        "report": str(artifacts.report),
        "table": str(artifacts.table),
        "document": str(artifacts.document),
    }


def _conclude(artifacts: Artifacts, statuses: Counter[Status]) -> None:
    click.echo(", ".join(f"{count} {status}" for status, count in sorted(statuses.items())))
    for path in (artifacts.report, artifacts.table, artifacts.document):
        click.echo(path)
