"""`hilbench bench`: whole networks on a board."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._bench_options import compare_option, deployer_option, oracle_option, rounding_option
from hilbench.cli._invocation import required_board, tried_configurations, typed_command
from hilbench.cli._options import (
    PATH,
    REPORTS,
    board_option,
    boards_option,
    examples,
    fitting_placement_option,
    flags_option,
    input_options,
    jobs_option,
    json_option,
    operators_option,
    out_option,
    ram_option,
    representative_option,
    require_hardware_option,
    store_option,
    toolchain_option,
)
from hilbench.console import plain_console
from hilbench.errors import ExitCode, ModelError
from hilbench.results import Status

if TYPE_CHECKING:
    from hilbench.deploy.benchmark import NetworkResult
    from hilbench.deploy.session import NetworkRequest
    from hilbench.results import RunRecord, Store


@click.command(
    epilog=examples(
        "hilbench bench model.tflite --board stm32h7-virtual",
        "hilbench bench kws.tflite vww.tflite --board stm32l4 --require-hardware --json",
        "hilbench bench model.tflite --board stm32l4-virtual --ram 48k",
        "hilbench bench model.keras --representative samples.npy --board stm32h7-virtual",
        "hilbench bench model.tflite --board stm32l4-virtual --save-c network",
        "hilbench bench model.tflite --board stm32l4-virtual --deployer hilbench --deployer c:onnx2c",
        "hilbench bench model.tflite --board stm32h7-virtual --inputs 50",
        "hilbench bench model.tflite --board stm32h7-virtual --input pictures --preprocess 0..1",
    )
)
@click.argument("models", nargs=-1, required=True, type=PATH, metavar="MODEL...")
@board_option
@deployer_option
@click.option("--save-c", type=PATH, metavar="DIR", help="New folder for the C of what ran right.")
@oracle_option
@rounding_option
@compare_option
@representative_option
@ram_option
@click.option("--keep-dead-channels", is_flag=True, help="Leave channels that are proved constant.")
@input_options
@click.option(
    "--inputs",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    help="Random inputs to verify, without --input.",
)
@click.option("--dump-layers", type=PATH, help="Folder for what each layer gives for the first input (.npy).")
@toolchain_option
@flags_option
@fitting_placement_option
@operators_option
@boards_option
@require_hardware_option
@out_option
@store_option
@click.option(
    "--iterations", type=click.IntRange(1, 1000), default=5, show_default=True, help="Warm samples."
)
@click.option("--no-power", is_flag=True, help="Leave the power meter alone.")
@jobs_option
@json_option
def command(
    *,
    models: tuple[Path, ...],
    board: str | None,
    toolchain: str,
    flags: str,
    placement: str | None,
    boards_file: Path,
    save_c: Path | None,
    oracle: str | None,
    rounding: str,
    compare: tuple[str, ...],
    out: Path | None,
    store: str,
    iterations: int,
    no_power: bool,
    as_json: bool,
    input_path: Path | None,
    inputs: int,
    labels: Path | None,
    preprocess: str,
    **asked: Any,  # noqa: ANN401  # click's own
) -> None:
    """Run quantised networks on a board, verified bit for bit.

    Makes C of each network, of the same kernels that a sweep measures, the fastest for each layer by
    prediction. Builds, flashes and runs it, compares its output with the reference interpreter's, stores a
    row, and writes a report.

    Exit status: 0 all networks ran right, 1 one failed or does not fit, 2 wrong usage or an operator that no
    kernel computes, 3 the board is missing or busy, 4 a tool failed.
    """
    from hilbench.boards import load_boards
    from hilbench.cli._deployer_table import print_side_by_side
    from hilbench.cli._network_table import print_result
    from hilbench.cli._report_folder import prepare_report
    from hilbench.cli._work_progress import WorkProgress
    from hilbench.deploy.comparison import ComparedRuntime
    from hilbench.deploy.export import require_new_folder
    from hilbench.deploy.inputs import InputRequest, Preprocessing
    from hilbench.deploy.session import NetworkRequest, Refusal, run_networks
    from hilbench.image import find_toolchain
    from hilbench.networks.oracles import OracleChoice
    from hilbench.networks.rounding import RoundingChoice
    from hilbench.results import Store
    from hilbench.runner.run_settings import RunSettings

    entry = required_board(board, load_boards(boards_file))
    compiler = find_toolchain(toolchain)
    progress = WorkProgress(plain_console(stderr=True), "kernels predicted")
    request = NetworkRequest(
        models=models,
        board=entry.name,
        configurations=tried_configurations(entry, compiler, flags, placement),
        settings=RunSettings(iterations=iterations, power=not no_power),
        inputs=InputRequest(input_path, Preprocessing(preprocess), labels, inputs),
        command=typed_command(),
        boards_file=boards_file,
        oracle=OracleChoice(oracle or rounding),
        rounding=RoundingChoice(rounding),
        compare=tuple(map(ComparedRuntime, compare)),
        watch=progress,
        **asked,
    )
    is_comparison = len(request.deployers) > 1
    results: list[NetworkResult] = []
    refusals: list[Refusal] = []

    def done(outcome: NetworkResult | Refusal) -> None:
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
            click.echo(outcome.sentence, err=True)
            return
        results.append(outcome)
        if not as_json and not is_comparison:
            print_result(outcome)

    prepare_report(out or REPORTS)
    if save_c:
        require_new_folder(save_c)
    with Store(store) as opened:
        with progress:
            progress.stage("reading the models")
            run = run_networks(request, opened, progress.stage, done)
        paths = _written(opened, run, out) if run else ()
    written = {"run_id": run.run_id, "report": str(paths[0])} if run else {}
    headers = [_saved(result, request, save_c) for result in results]
    documents = [
        result.document() | written | ({"saved_c": str(header)} if header else {})
        for result, header in zip(results, headers, strict=True)
    ]
    documents += [refusal.document() for refusal in refusals]
    if as_json:
        click.echo(json.dumps(documents, indent=2))
    else:
        if is_comparison:
            print_side_by_side(documents)
        for path in (*paths, *filter(None, headers)):
            click.echo(path)
    if not results and all(isinstance(refusal.error, ModelError) for refusal in refusals):
        sys.exit(ExitCode.USAGE)
    if refusals or any(result.measurement.status is not Status.OK for result in results):
        sys.exit(ExitCode.VERDICT)


def _saved(result: NetworkResult, request: NetworkRequest, folder: Path | None) -> Path | None:
    """Header of a network that ran right, whose C is written; of several models each has its own folder."""
    from hilbench.deploy.export import write_package
    from hilbench.deploy.program import Program

    program = result.deployment.program
    if folder is None or not isinstance(program, Program) or result.measurement.status is not Status.OK:
        return None
    own = folder / program.name if len(request.models) > 1 else folder
    chip = request.boards[request.board].chip
    return write_package(program, own, chip=chip.name, flags=request.configurations[0].flags)


def _written(store: Store, run: RunRecord, out: Path | None) -> tuple[Path, ...]:
    """Paths of the report and of the same rows for programs, which are written."""
    from hilbench.cli._artifacts import write_artifacts

    artifacts = write_artifacts(store, run, out or REPORTS / run.run_id)
    return artifacts.report, artifacts.table, artifacts.document
