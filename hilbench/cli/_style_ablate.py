"""`hilbench style ablate`: the part that each loss of a recipe has in what comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from hilbench.cli._console import print_table, table_console
from hilbench.cli._options import PATH, examples, json_option
from hilbench.cli._style_train import (
    content_option,
    painting_option,
    seed_option,
    threads_option,
    weights_option,
)
from hilbench.cli._training_progress import TrainingProgress
from hilbench.console import plain_console

if TYPE_CHECKING:
    from hilbench.style.ablation import AblationRow


@click.command(
    epilog=examples(
        "hilbench style ablate chroma_semantic --style wave.jpg --content PHOTOS/ --weights WEIGHTS/",
        "hilbench style ablate mine.yaml --style wave.jpg --content PHOTOS/ --iterations 800 --json",
    )
)
@click.argument("recipe")
@painting_option
@content_option
@click.option("--out", type=PATH, default=Path("style/ablation"), show_default=True, help="Folder.")
@click.option("--iterations", type=click.IntRange(min=10), help="Of each training.  [default: the recipe's]")
@click.option(
    "--seeds", type=click.IntRange(min=1), default=3, show_default=True, help="Trainings of a variant."
)
@seed_option
@weights_option
@threads_option
@json_option
def ablate(
    *,
    recipe: str,
    painting: Path,
    content: Path,
    out: Path,
    iterations: int | None,
    seeds: int,
    seed: int,
    weights: Path | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Train a recipe without one of its losses each, and compare.

    RECIPE is a shipped recipe's name or a YAML file. All variants are trained alike, with as many iterations
    and the same seeds, and judged on photographs that none saw, by a network that is in no loss. Style and
    content are in all of them. Trainings that are done stay; the same command goes on after an interruption.
    """
    from hilbench.style.ablation import ablate as ablated
    from hilbench.style.ablation import shortened
    from hilbench.style.recipe import load_recipe
    from hilbench.style.training.session import TrainingRequest

    chosen = load_recipe(recipe)
    if iterations is not None:
        chosen = shortened(chosen, iterations)
    request = TrainingRequest(chosen, painting, content, out, seed, weights, threads)
    with TrainingProgress(plain_console(stderr=True)) as progress:
        progress.begin(request)
        rows = ablated(request, seeds, lambda label, event: progress(event, label))
    if as_json:
        click.echo(json.dumps([row.document() for row in rows], indent=2))
    else:
        _print(rows)


def _print(rows: list[AblationRow]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for metric in rows[0].metrics:
        arrow = "↓" if metric.less_is_better else "↑"
        table.add_column(f"{metric.title} {arrow}", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(row.variant, *map(str, row.metrics.values()))
    console = table_console()
    print_table(console, table)
    first = rows[0]
    console.print(
        f"{first.iterations} iterations, {first.seeds} seeds, "
        f"{next(iter(first.metrics.values())).count} pictures; mean with 95 % interval over both.",
        highlight=False,
    )
