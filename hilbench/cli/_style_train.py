"""`hilbench style train`: from a painting and photographs to an int8 network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hilbench.cli._budget_options import Quantity
from hilbench.cli._options import PATH, boards_option, examples, json_option
from hilbench.cli._training_progress import TrainingProgress
from hilbench.console import plain_console

if TYPE_CHECKING:
    from hilbench.style.training.model_files import ModelFiles

content_option = click.option(
    "--content", required=True, type=PATH, help="Photographs: a folder, searched with its subfolders."
)
painting_option = click.option("--style", "painting", required=True, type=PATH, help="The painting.")
weights_option = click.option(
    "--weights",
    type=PATH,
    envvar="HILBENCH_WEIGHTS",
    help="Folder of weights that no package has, as squeezenet*.keras; also by HILBENCH_WEIGHTS.",
)
threads_option = click.option(
    "--threads", type=click.IntRange(min=1), help="Threads of the backend.  [default: one a processor]"
)
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of weights and crops."
)


@click.command(
    epilog=examples(
        "hilbench style train --style starry_night.jpg --content PHOTOS/",
        "hilbench style train --style wave.jpg --content PHOTOS/ --recipe chroma_semantic --weights WEIGHTS/",
        "hilbench style train --style wave.jpg --content PHOTOS/ --board stm32h7-virtual --latency 500ms",
        "hilbench style train --style wave.jpg --content PHOTOS/ --out style/wave --resume",
    )
)
@painting_option
@content_option
@click.option(
    "--recipe", default="plain", show_default=True, help="plain, chroma_semantic, quick, or a YAML file."
)
@click.option("--out", type=PATH, help="Folder of the model.  [default: style/PAINTING-RECIPE]")
@seed_option
@click.option("--board", help="Board whose memory and speed choose alpha, gamma and size.")
@click.option("--latency", type=Quantity("s", "500ms"), help="Longest run on it.  [default: 2s]")
@weights_option
@threads_option
@click.option("--resume", is_flag=True, help="Go on from the folder's checkpoint.")
@boards_option
@json_option
def train(
    *,
    painting: Path,
    content: Path,
    recipe: str,
    out: Path | None,
    seed: int,
    board: str | None,
    latency: float | None,
    weights: Path | None,
    threads: int | None,
    resume: bool,
    boards_file: Path,
    as_json: bool,
) -> None:
    """Train a network that paints photographs in a painting's style.

    Every fifth photograph is held out: it is for judging alone. The folder gets the network as .keras and, in
    int8, as .tflite, a model card, and a contact sheet that is updated every minute. It shows photographs
    first and strokes later, with --recipe quick the soonest. An interrupted training goes on with --resume.

    KERAS_BACKEND says with what it is trained: tensorflow, torch or jax.
    """
    from hilbench.errors import ConfigError
    from hilbench.style.board_choice import fitted
    from hilbench.style.recipe import load_recipe
    from hilbench.style.training.model_files import write_model
    from hilbench.style.training.session import Training, TrainingRequest

    if latency is not None and board is None:
        raise ConfigError("Only on a board is a latency known; give --board with --latency.")
    chosen = load_recipe(recipe)
    if board is not None:
        chosen = fitted(chosen, board, boards_file, latency)
    out = out or Path("style") / f"{painting.stem}-{chosen.name}"
    request = TrainingRequest(chosen, painting, content, out, seed, weights, threads, resume)
    with TrainingProgress(plain_console(stderr=True)) as progress:
        progress.begin(request)
        files = write_model(Training(request, progress).run(), request)
    if as_json:
        click.echo(json.dumps(files.document(), indent=2))
    else:
        _print(files)


def _print(files: ModelFiles) -> None:
    console = plain_console()
    figures = files.document()
    console.print(f"{files.tflite}: {figures['bytes']:,} bytes, {figures['parameters']:,} parameters")
    console.print(
        f"int8 against float, {figures['judged']} photographs: PSNR {figures['psnr_db']:.1f} dB mean, "
        f"{figures['worst_psnr_db']:.1f} dB worst"
    )
    console.print(f"trained in {figures['seconds']:,.0f} s of the processor; {files.sheet} shows it")
