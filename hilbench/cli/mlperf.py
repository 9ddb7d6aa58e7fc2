"""`hilbench mlperf`: the modes of MLPerf Tiny."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hilbench.cli._console import shown_status
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
    operators_option,
    ram_option,
    require_hardware_option,
    toolchain_option,
)
from hilbench.console import plain_console


@click.command(
    epilog=examples(
        "hilbench mlperf kws.tflite --board stm32h7 --mode performance",
        "hilbench mlperf kws.tflite --board stm32h7 --mode energy --input windows",
        "hilbench mlperf kws.tflite --board stm32h7 --mode accuracy --input set --labels y_labels.csv",
    )
)
@click.argument("model", type=PATH)
@board_option
@click.option("--mode", required=True, type=click.Choice(["performance", "energy", "accuracy"]))
@input_options
@click.option(
    "--window",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    help="Length of a window on the device, s; the rules ask for 10.",
)
@ram_option
@toolchain_option
@flags_option
@fitting_placement_option
@operators_option
@boards_option
@require_hardware_option
@jobs_option
@click.option("--out", type=PATH, help="Folder of log.txt and results.txt.  [default: reports/mlperf/...]")
def command(
    *,
    model: Path,
    board: str | None,
    mode: str,
    input_path: Path | None,
    labels: Path | None,
    preprocess: str,
    window: float,
    toolchain: str,
    flags: str,
    placement: str | None,
    boards_file: Path,
    require_hardware: bool,
    out: Path | None,
    **asked: Any,  # noqa: ANN401  # click's own
) -> None:
    """Run a network as MLPerf Tiny's runner does.

    Performance and energy are the median of five inputs, those of --input or random ones, in a window of at
    least 10 s and 10 inferences each. Accuracy is top-1 and the area under the ROC curve over --input.

    Writes log.txt and results.txt in the form of the runner, and prints the results.

    Exit status: 0 it ran right, 1 an output is wrong or the network does not fit, 2 wrong usage, 3 the board
    is missing or busy, 4 a tool failed.
    """
    from hilbench.boards import attach, load_boards
    from hilbench.deploy.inputs import InputRequest, Preprocessing
    from hilbench.deploy.mlperf import MlperfRequest, Mode, run_mlperf
    from hilbench.deploy.session import NetworkRequest, built_network
    from hilbench.image import find_toolchain

    boards = load_boards(boards_file)
    entry, compiler = required_board(board, boards), find_toolchain(toolchain)
    request = MlperfRequest(Mode(mode), InputRequest(input_path, Preprocessing(preprocess), labels), window)
    network = NetworkRequest(
        models=(model,),
        board=entry.name,
        configurations=tried_configurations(entry, compiler, flags, placement),
        boards_file=boards_file,
        **asked,
    )
    with shown_status(plain_console(stderr=True), "reading the model") as told:
        place = built_network(network, told)
        told(f"{model.stem}: {mode} on {entry.name}")
        open_board = attach(
            entry.name, boards=boards, require_hardware=require_hardware, command=typed_command()
        )
        with open_board as session:
            result = run_mlperf(request, session, place)
    paths = result.write(out or REPORTS / "mlperf" / entry.name / model.stem / mode)
    for line in (*result.results, *map(str, paths)):
        click.echo(line)
