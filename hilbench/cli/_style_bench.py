"""`hilbench style bench`: pictures through a board and back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from hilbench.cli._console import shown_status, table_console
from hilbench.cli._options import (
    PATH,
    REPORTS,
    board_option,
    boards_option,
    examples,
    fitting_placement_option,
    flags_option,
    jobs_option,
    json_option,
    operators_option,
    out_option,
    ram_option,
    require_hardware_option,
    store_option,
    toolchain_option,
)
from hilbench.cli._style_request import HOST_BOARD, style_request
from hilbench.console import plain_console
from hilbench.errors import ExitCode, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hilbench.deploy.session import Refusal
    from hilbench.style.bench.outcome import Outcome
    from hilbench.style.bench.page import Setting
    from hilbench.style.pictures import Picture
    from hilbench.style.stylizer import Stylizer


@click.command(
    epilog=examples(
        "hilbench style bench --board stm32h7-virtual --image cat.jpg",
        "hilbench style bench --board stm32h7 --image PHOTOS --model out/model.tflite --require-hardware",
        "hilbench style bench --board stm32h7-virtual --image cat.jpg --model out/network.keras --json",
        "hilbench style bench --board host --image clip.mp4 --frames 10",
    )
)
@board_option
@click.option("--image", type=PATH, help="A picture, a folder of pictures, or a video.")
@click.option("--camera", type=click.IntRange(min=0), help="Number of a camera, in place of --image.")
@click.option(
    "--frames", type=click.IntRange(min=1), default=1, show_default=True, help="Of a video or camera."
)
@click.option("--model", help="A shipped model's name, or a .tflite or .keras file; on the host also .onnx.")
@click.option("--style", "painting", type=PATH, help="The style picture, to be shown.")
@click.option("--float", "float_model", type=PATH, help="The model before it was quantised: a .keras file.")
@ram_option
@toolchain_option
@flags_option
@fitting_placement_option
@operators_option
@boards_option
@require_hardware_option
@out_option
@store_option
@click.option(
    "--iterations", type=click.IntRange(1, 1000), default=3, show_default=True, help="Warm samples."
)
@click.option("--no-power", is_flag=True, help="Leave the power meter alone.")
@jobs_option
@json_option
def bench(
    *,
    board: str | None,
    image: Path | None,
    camera: int | None,
    frames: int,
    model: str | None,
    painting: Path | None,
    float_model: Path | None,
    out: Path | None,
    as_json: bool,
    **asked: Any,  # noqa: ANN401  # click's own
) -> None:
    """Stylise pictures on a board and show what comes back.

    A picture goes over the serial line, the stylised one comes back, and must equal the host's reference bit
    for bit. Seconds, energy and memory are those of every network's benchmark; the page shows the pictures
    and the layers over time. `--board host` times LiteRT and ONNX Runtime on this computer instead.

    Pictures are scaled to cover the model's square and cropped to it. No camera was ever tried.

    Exit status: 0 all pictures are right, 1 one is not or the network does not fit, 2 wrong usage or a
    network that makes no picture, 3 the board is missing or busy, 4 a tool failed.
    """
    from hilbench.cli._report_folder import prepare_report
    from hilbench.deploy.session import Refusal
    from hilbench.style.bench.page import write_page
    from hilbench.style.bench.sources import pictures_of
    from hilbench.style.models import model_file
    from hilbench.style.pictures import load_picture
    from hilbench.style.stylizer import float_of, load_stylizer

    path = model_file(model)
    reference = float_of(path, float_model)
    side = (reference or load_stylizer(path)).side
    pictures = list(pictures_of(image, camera, frames, side))
    style = load_picture(painting, side) if painting else None
    prepare_report(out or REPORTS)
    with shown_status(plain_console(stderr=True), "reading the model") as told:
        run = _on_host if board == HOST_BOARD else _on_board
        outcome, setting, folder = run(path, pictures, reference, board, told, asked)
    if isinstance(outcome, Refusal):
        click.echo(outcome.sentence, err=True)
        if as_json:
            click.echo(json.dumps(outcome.document(), indent=2))
        sys.exit(ExitCode.USAGE if isinstance(outcome.error, ModelError) else ExitCode.VERDICT)
    page = write_page(outcome, setting, style, out or folder)
    written = outcome.save(page.parent)
    document = outcome.document() | {"report": str(page), "saved": list(map(str, written))}
    if as_json:
        click.echo(json.dumps(document, indent=2))
    else:
        _print(outcome, document)
        for each in (page, *written):
            click.echo(each)
    if outcome.verified is False:
        sys.exit(ExitCode.VERDICT)


def _on_host(
    model: Path,
    pictures: list[tuple[str, Picture]],
    reference: Stylizer | None,
    _board: str | None,
    told: Callable[[str], None],
    asked: dict[str, Any],
) -> tuple[Outcome, Setting, Path]:
    from hilbench.style.bench.host import bench_on_host, host_setting

    outcome = bench_on_host(model, pictures, reference, asked["iterations"], told=told)
    return outcome, host_setting(outcome), REPORTS / f"style-{outcome.model}-host"


def _on_board(
    model: Path,
    pictures: list[tuple[str, Picture]],
    reference: Stylizer | None,
    board: str | None,
    told: Callable[[str], None],
    asked: dict[str, Any],
) -> tuple[Outcome | Refusal, Setting, Path]:
    from hilbench.results import Store
    from hilbench.style.bench.board import bench_on_board, representative_of, scratch_folder
    from hilbench.style.bench.page import Setting, board_setting

    with scratch_folder() as scratch, Store(asked.pop("store")) as store:
        representative = representative_of(model, (each for _, each in pictures), Path(scratch))
        request = style_request(model, board, representative, asked)
        outcome, run = bench_on_board(request, pictures, reference, store, told)
        if run is None:
            return outcome, Setting({}, ""), REPORTS
        return outcome, board_setting(run, store), REPORTS / run.run_id


def _print(outcome: Outcome, document: dict[str, Any]) -> None:
    """Print the figures of a picture."""
    exact = {
        True: "equal to the host's reference, bit for bit",
        False: f"WRONG: {document.get('cause')}",
        None: "not compared bit for bit",
    }
    count = len(outcome.paintings)
    click.echo(
        f"{outcome.model} on {outcome.board} ({outcome.provenance}): {count} "
        f"picture{'s' if count != 1 else ''}, {exact[outcome.verified]}"
    )
    for name, text in _lines(outcome):
        click.echo(f"  {name:<8} {text}")
    if "runtimes" in document:
        table = Table(box=None, pad_edge=False)
        for heading in ("runtime", "threads", "ms", "mJ"):
            table.add_column(heading, justify="left" if heading == "runtime" else "right")
        for each in document["runtimes"]:
            energy = "–" if each["energy_mj"] is None else f"{each['energy_mj']:.1f}"
            table.add_row(each["runtime"], str(each["threads"]), f"{1e3 * each['seconds']:.2f}", energy)
        table_console().print(table)


def _lines(outcome: Outcome) -> list[tuple[str, str]]:
    rate, quality, ssim = outcome.frames_per_second, outcome.psnr_db, outcome.ssim
    lines = []
    if outcome.seconds and rate:
        lines.append(("time", f"{outcome.seconds:.3g} s a picture, {rate:.3g} frames/s"))
    energy = f"{outcome.energy_mj:.4g} mJ a picture" if outcome.energy_mj else "no meter that could be read"
    lines.append(("energy", energy))
    for name, size in (("RAM", outcome.ram_bytes), ("flash", outcome.flash_bytes)):
        if size is not None:
            lines.append((name, f"{size:,} bytes"))
    lines.append(("MACs", f"{outcome.macs:,}"))
    if quality is not None and ssim is not None:
        lines.append(("int8", f"PSNR {quality:.1f} dB, SSIM {ssim:.3f} against float"))
    return lines
