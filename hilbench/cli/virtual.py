"""`hilbench virtual`: the emulated board, as a process of its own or for one program."""

from __future__ import annotations

from pathlib import Path

import click

from hilbench.cli._options import DEFAULT_FLAGS, PATH, boards_option, examples, json_option

calibration_option = click.option(
    "--calibration", type=PATH, help="Calibration file, in place of the one that the board's entry names."
)


fidelity_option = click.option(
    "--fidelity",
    type=click.Choice(["block", "cache"]),
    default="block",
    show_default=True,
    help="Data accesses: some stand for all, or each is looked up in the cache.",
)


@click.group(
    "virtual",
    epilog=examples(
        "hilbench virtual serve stm32h7-virtual",
        "hilbench virtual run image.elf --board stm32h7-virtual",
    ),
)
def command() -> None:
    """Run an emulated board."""


@command.command(
    "serve",
    epilog=examples(
        "hilbench virtual serve stm32h7-virtual",
        "pyocd load -u remote:127.0.0.1:PORT -t stm32h743xx image.elf",
        "hilbench virtual serve stm32h7-virtual --image image.elf",
        "hilbench virtual serve stm32h7-virtual --model network.tflite",
    ),
)
@click.argument("name")
@boards_option
@click.option("--seed", type=int, default=0, show_default=True, help="Of the meter's noise and calibration.")
@click.option("--image", type=PATH, help="An ELF that is in flash at power-on.  [default: a blank chip]")
@click.option("--model", type=PATH, help="A network that is in flash at power-on, and speaks MLPerf Tiny.")
@click.option("--until-stdin-closes", is_flag=True, help="Also stop when standard input ends.")
@fidelity_option
@calibration_option
def serve(
    name: str,
    boards_file: Path,
    seed: int,
    image: Path | None,
    model: Path | None,
    until_stdin_closes: bool,
    fidelity: str,
    calibration: Path | None,
) -> None:
    """Serve a virtual board behind its three wires.

    Offers board NAME behind a debug probe, a serial port and a power meter until stopped. Of a board on the
    bench it emulates the chip, and leaves the board alone.

    Prints one JSON line that says where they are; SIGTERM or Ctrl-C stops it.
    """
    from hilbench.boards.boards_file import get_board, load_boards
    from hilbench.calibration.document import calibrated_chip
    from hilbench.virtual.fidelity import Fidelity
    from hilbench.virtual.serve import VirtualBoard
    from hilbench.virtual.service import serve_until_stopped

    board = get_board(load_boards(boards_file), name)
    if not board.provider.starts_boards:
        click.echo(f"'{name}' is a board on the bench; this emulates its chip and leaves it alone.", err=True)
    if model is not None:
        image = _network_image(model, name, boards_file)
    meter = None if board.power == "none" else board.power
    chip = calibrated_chip(board, calibration)
    with VirtualBoard(name, chip, meter, seed, image=image, fidelity=Fidelity(fidelity)) as running:
        serve_until_stopped(running.endpoints, name, stop_with_stdin=until_stdin_closes)


def _network_image(model: Path, board: str, boards_file: Path) -> Path:
    """ELF of a network made for a board."""
    from hilbench.boards.boards_file import get_board, load_boards
    from hilbench.deploy.session import NetworkRequest, built_network
    from hilbench.image import find_toolchain
    from hilbench.runner.build_config import BuildConfig

    compiler, chip = find_toolchain("auto"), get_board(load_boards(boards_file), board).chip
    configurations = tuple(BuildConfig(compiler, DEFAULT_FLAGS, each) for each in chip.placements)
    request = NetworkRequest(
        models=(model,), board=board, configurations=configurations, boards_file=boards_file
    )
    return built_network(request).image.elf


@command.command(
    "run",
    epilog=examples(
        "hilbench virtual run firmware.elf --board stm32h7-virtual",
        "hilbench virtual run firmware.elf --board stm32h7-virtual --timeout 5 --json",
    ),
)
@click.argument("elf", type=PATH)
@click.option("--board", "name", required=True, help="Whose chip to run it on.")
@boards_option
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=60.0, show_default=True, help="Wall time, s."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, and the output in it.")
@click.option(
    "--caches",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="As the program finds them; after a reset they are off.",
)
@fidelity_option
@calibration_option
def run(
    elf: Path,
    name: str,
    boards_file: Path,
    timeout: float,
    as_json: bool,
    caches: str,
    fidelity: str,
    calibration: Path | None,
) -> None:
    """Run any bare-metal ELF at full speed.

    Shows what it sends by semihosting and over the UART; exits with the program's own status, or with
    4 at a BKPT that is none of semihosting's, in a fault or when time runs out. Energy is at the supply
    voltage that boards.yaml gives the board's meter.
    """
    from hilbench.boards.boards_file import get_board, load_boards
    from hilbench.calibration.document import calibrated_chip
    from hilbench.cli._run import finish, print_report
    from hilbench.virtual.fidelity import Fidelity
    from hilbench.virtual.power.energy import SUPPLY_VOLTS
    from hilbench.virtual.programs.runner import run_elf

    board = get_board(load_boards(boards_file), name)
    text = bytearray()

    def show(data: bytes) -> None:
        if as_json:
            text.extend(data)
        else:
            click.echo(data, nl=False)

    report = run_elf(
        calibrated_chip(board, calibration),
        elf,
        timeout=timeout,
        output=show,
        caches=caches == "on",
        fidelity=Fidelity(fidelity),
        volts=board.supply_volts or SUPPLY_VOLTS,
    )
    print_report(report, bytes(text) if as_json else None)
    finish(report, timeout)


@command.command(
    "explain",
    epilog=examples(
        "hilbench virtual explain firmware.elf --function main",
        "hilbench virtual explain firmware.elf --function main --core cortex-m4 --json",
    ),
)
@click.argument("elf", type=PATH)
@click.option("--function", "name", required=True, help="Which of its functions.")
@click.option("--board", "board_name", default="stm32h7-virtual", show_default=True, help="Whose chip.")
@click.option("--core", help="Another core, on memory that answers at once: cortex-m4, cortex-m33, ...")
@boards_option
@json_option
def explain(
    elf: Path, name: str, board_name: str, core: str | None, boards_file: Path, as_json: bool
) -> None:
    """Show a function's pipeline, cycle by cycle.

    Says when each instruction issues, what it waits for, and why.

    Each basic block is scheduled by the timing model that `virtual run` counts its cycles with.
    """
    from hilbench.boards.boards_file import get_board, load_boards
    from hilbench.calibration.document import calibrated_chip
    from hilbench.cli._explain import print_json, print_tables
    from hilbench.virtual.programs.symbols import read_function
    from hilbench.virtual.timing import bare_core_model, core_model
    from hilbench.virtual.timing.explain import explain as explain_function

    chip = calibrated_chip(get_board(load_boards(boards_file), board_name))
    function = read_function(elf, name)
    blocks = explain_function(function, bare_core_model(core) if core else core_model(chip))
    show = print_json if as_json else print_tables
    show(function, core or chip.core, blocks)
