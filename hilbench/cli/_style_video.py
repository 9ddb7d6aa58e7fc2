"""`hilbench style video`: a stylised video, and how much it flickers."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hilbench.cli._console import shown_status
from hilbench.cli._options import (
    PATH,
    board_option,
    boards_option,
    examples,
    json_option,
    require_hardware_option,
    store_option,
)
from hilbench.cli._style_request import HOST_BOARD, style_request
from hilbench.console import plain_console
from hilbench.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from hilbench.style.bench.outcome import Outcome
    from hilbench.style.video import Video


@click.command(
    epilog=examples(
        "hilbench style video walk.mp4 painted.mp4",
        "hilbench style video walk.mp4 painted.mp4 --board stm32h7-virtual --frames 4",
        "hilbench style video walk.mp4 painted.mp4 --model out/model.tflite --json",
    )
)
@click.argument("source", type=PATH, metavar="IN.mp4")
@click.argument("target", type=PATH, metavar="OUT.mp4")
@click.option("--model", help="A shipped model's name, or a .tflite or .keras file.")
@board_option
@click.option("--frames", type=click.IntRange(min=1), help="Most frames.  [default: all]")
@boards_option
@require_hardware_option
@store_option
@json_option
def video(
    *,
    source: Path,
    target: Path,
    model: str | None,
    board: str | None,
    frames: int | None,
    as_json: bool,
    **asked: Any,  # noqa: ANN401  # click's own
) -> None:
    """Stylise a video, frame by frame.

    On this computer unless a board is named; a board's frames are verified bit for bit. Frames are scaled to
    cover the model's square and cropped to it; sound is left out. Flicker is the error between two frames,
    moved by the content's optical flow, over the deviation of the stylised picture: 0 is none. That of the
    content itself, which optical flow and its noise cause, is printed, too.
    """
    from hilbench.style.frames import frame_rate, read_frames
    from hilbench.style.models import model_file
    from hilbench.style.stylizer import load_stylizer
    from hilbench.style.video import record, stylised_frames

    next(read_frames(source))  # what is no video is known before a board is asked for
    path = model_file(model)
    stylizer = load_stylizer(path)
    outcome = None
    with shown_status(plain_console(stderr=True), f"reading {source}") as told:
        if board in (None, HOST_BOARD):
            made = stylised_frames(source, stylizer, frames)
            written = record(made, target, source, lambda count: told(f"frame {count} is painted"))
        else:
            outcome, written = _on_board(path, stylizer.side, source, target, board, frames, told, asked)
    document = {
        "model": path.stem,
        "board": board or HOST_BOARD,
        "provenance": outcome.provenance if outcome else HOST_BOARD,
        "verified": outcome.verified if outcome else None,
        "seconds": outcome.seconds if outcome else None,
        "energy_mj": outcome.energy_mj if outcome else None,
        "video": str(target),
        "frames": written.frames,
        "frame_rate": float(frame_rate(source)),
        "flicker": asdict(written.flicker) if written.flicker else None,
        "flicker_of_content": asdict(written.content_flicker) if written.content_flicker else None,
    }
    if as_json:
        click.echo(json.dumps(document, indent=2))
    else:
        _print(written, document)
    if outcome and not outcome.verified:
        click.echo(f"{outcome.board}: {outcome.further['cause']}", err=True)
        sys.exit(ExitCode.VERDICT)


def _on_board(
    model: Path,
    side: int,
    source: Path,
    target: Path,
    board: str,
    frames: int | None,
    told: Callable[[str], None],
    asked: dict[str, Any],
) -> tuple[Outcome, Video]:
    """Frames through a board, written as they come back."""
    from hilbench.deploy.session import Refusal
    from hilbench.results import Store
    from hilbench.style.bench.board import bench_on_board, representative_of, scratch_folder
    from hilbench.style.video import VideoRecorder, square_frames

    with scratch_folder() as scratch, Store(asked.pop("store")) as store:
        sampled = (content for _, content in square_frames(source, side, frames))
        request = style_request(model, board, representative_of(model, sampled, Path(scratch)), asked)
        outcome, _ = bench_on_board(request, square_frames(source, side, frames), None, store, told)
    if isinstance(outcome, Refusal):
        raise outcome.error
    recorder = VideoRecorder(target, source)
    for each in outcome.paintings:
        recorder.add(each.content, each.device)
    return outcome, recorder.finish()


def _print(written: Video, document: dict[str, Any]) -> None:
    where = f"{document['model']} on {document['board']} ({document['provenance']})"
    click.echo(f"{where}: {written.frames} frames at {document['frame_rate']:g} frames/s in {written.path}")
    if document["seconds"]:
        click.echo(f"  time     {document['seconds']:.3g} s a frame")
    if document["energy_mj"]:
        click.echo(f"  energy   {document['energy_mj']:.4g} mJ a frame")
    if written.flicker and written.content_flicker:
        click.echo(
            f"  flicker  {written.flicker} by optical flow; of the content itself {written.content_flicker}"
        )
