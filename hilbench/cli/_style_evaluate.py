"""`hilbench style evaluate`: metrics of models on pictures, with controls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from hilbench.cli._console import print_table, shown_status, table_console
from hilbench.cli._options import PATH, examples, json_option
from hilbench.cli._style_train import weights_option
from hilbench.console import plain_console

if TYPE_CHECKING:
    from hilbench.style.metrics.evaluation import Evaluation
    from hilbench.style.metrics.table import Metric


@click.command(
    epilog=examples(
        "hilbench style evaluate starry_night --style starry_night.jpg --content PHOTOS",
        "hilbench style evaluate out/model.tflite --float out/network.keras --style s.jpg --content PHOTOS",
        "hilbench style evaluate seed0.tflite seed1.tflite --style s.jpg --content PHOTOS --json",
    )
)
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option("--style", "painting", type=PATH, required=True, help="The picture whose style it is.")
@click.option("--content", type=PATH, required=True, help="A folder of pictures, or one.")
@click.option(
    "--n", "count", type=click.IntRange(min=1), default=100, show_default=True, help="Most pictures."
)
@click.option("--all", "whole", is_flag=True, help="Also pictures that a training on this folder has seen.")
@click.option(
    "--float", "floats", type=PATH, multiple=True, help="The .keras file of each model, for PSNR and SSIM."
)
@click.option("--flicker", is_flag=True, help="Paint panned, zoomed and noisy pictures, too.")
@click.option("--fid", "with_fid", is_flag=True, help="FID by clean-fid, of weights in --weights.")
@click.option("--clip", "with_clip", is_flag=True, help="CLIP's cosines by open_clip, likewise.")
@weights_option
@click.option("--card", "with_card", is_flag=True, help="Write the metrics into each model's card, too.")
@json_option
def evaluate(
    *,
    models: tuple[str, ...],
    painting: Path,
    content: Path,
    count: int,
    whole: bool,
    floats: tuple[Path, ...],
    flicker: bool,
    with_fid: bool,
    with_clip: bool,
    weights: Path | None,
    with_card: bool,
    as_json: bool,
) -> None:
    """Measure how well models paint, and what controls reach.

    A judge network that no loss saw looks at the pictures. MODEL is a shipped model's name, a .tflite or a
    .keras file; several are taken for seeds of one recipe. Of a folder the pictures are those that `style
    train` keeps from training. Intervals are 95 %, by bootstrap over pictures, and over seeds.

    A blur keeps more content than most models: no metric counts alone.
    """
    from hilbench.style.metrics.evaluation import evaluate as evaluated
    from hilbench.style.metrics.pretrained import clip_features, inception_features
    from hilbench.style.models import model_file
    from hilbench.style.pictures import picture_files, split
    from hilbench.style.stylizer import load_stylizer
    from hilbench.style.training.model_files import write_metrics

    files = picture_files(content)
    held_out = split(files)[1]
    chosen = files if whole or not held_out else held_out
    paths = [model_file(name) for name in models]
    stylizers = [load_stylizer(path) for path in paths]
    references = [load_stylizer(path) for path in floats]
    with shown_status(plain_console(stderr=True), "loading the judge") as told:
        taken = _evenly(chosen, count)
        found = evaluated(
            stylizers,
            painting,
            taken,
            references,
            flicker=flicker,
            clip=clip_features(weights) if with_clip else None,
            inception=inception_features(weights) if with_fid else None,
            told=told,
        )
    if with_card:
        for path, row in zip(paths, found.rows, strict=False):
            write_metrics(path.with_suffix(".yaml"), row.estimates)
    if as_json:
        click.echo(json.dumps(found.document(), indent=2))
    else:
        _print(found)


def _evenly(files: list[Path], count: int) -> list[Path]:
    """Files evenly spaced among `files`, `count` at the most."""
    taken = min(count, len(files))
    return [files[index * len(files) // taken] for index in range(taken)]


def _print(found: Evaluation) -> None:
    from hilbench.style.metrics.evaluation import JUDGE
    from hilbench.style.metrics.table import FID

    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    metrics = list(found.rows[0].estimates)
    for metric in metrics:
        table.add_column(
            f"{metric.title} {'↓' if metric.less_is_better else '↑'}", justify="right", no_wrap=True
        )
    with_fid = found.rows[0].fid is not None
    if with_fid:
        table.add_column(f"{FID.title} ↓", justify="right", no_wrap=True)
    for row in found.rows:
        cells = [str(row.estimates.get(metric, "–")) for metric in metrics]
        distance = [] if not with_fid else ["–" if row.fid is None else f"{row.fid:.1f}"]
        table.add_row(row.name, *cells, *distance)
    console = table_console()
    print_table(console, table)
    console.print(
        f"\n{len(found.pictures)} pictures at {found.side}x{found.side}, style {found.style}; mean with 95 % "
        f"interval; judge: {JUDGE}.",
        highlight=False,
        soft_wrap=True,
    )
    legends = [*metrics, FID] if with_fid else metrics
    for sentence in (*map(_legend, legends), *found.notes):
        console.print(sentence, style="dim", highlight=False, soft_wrap=True)


def _legend(metric: Metric) -> str:
    return f"{metric.title}: {metric.meaning}"
