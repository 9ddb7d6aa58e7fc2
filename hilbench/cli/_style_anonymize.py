"""`hilbench style anonymize`: whether a style hides who somebody is."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from hilbench.cli._console import print_table, shown_status, table_console
from hilbench.cli._options import PATH, examples, json_option
from hilbench.console import plain_console
from hilbench.errors import ConfigError


@click.command(
    epilog=examples(
        "hilbench style anonymize out/model.tflite --content PHOTOS",
        "hilbench style anonymize a.tflite b.tflite --content PHOTOS --n 500 --json",
    )
)
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option("--content", type=PATH, required=True, help="A folder of photographs with faces.")
@click.option(
    "--n", "count", type=click.IntRange(min=1), default=500, show_default=True, help="Most photographs."
)
@click.option(
    "--all", "whole", is_flag=True, help="Also photographs that a training on this folder has seen."
)
@json_option
def anonymize(*, models: tuple[str, ...], content: Path, count: int, whole: bool, as_json: bool) -> None:
    """Measure how well a style hides identity, and how much use it keeps.

    Of each face: whether its embedding still matches the person (distance below .6), whether the person is
    found first among all faces, and whether a face is still detected. Blur and pixelation of several
    strengths are in the same table. The recognizer knows where the face lies.

    A style that is trained for beauty does not anonymize by itself. Use no figure of this as a promise.
    """
    from hilbench.style.anonymity.evaluation import anonymity
    from hilbench.style.anonymity.faces import portraits_in
    from hilbench.style.models import model_file
    from hilbench.style.pictures import load_picture, picture_files, split
    from hilbench.style.stylizer import load_stylizer

    stylizers = [load_stylizer(model_file(name)) for name in models]
    sides = {each.side for each in stylizers}
    if len(sides) > 1:
        raise ConfigError(f"The models are of several sizes ({sorted(sides)}); measure them one by one.")
    files = picture_files(content)
    held_out = split(files)[1]
    taken = (files if whole or not held_out else held_out)[:count]
    portraits = []
    with shown_status(plain_console(stderr=True), "looking for faces") as told:
        for number, path in enumerate(taken, 1):
            portraits += portraits_in(load_picture(path), min(sides))
            told(f"{len(portraits)} faces in {number} of {len(taken)} photographs")
        found = anonymity(portraits, stylizers)
    if as_json:
        document = {
            "faces": len(portraits),
            "photographs": len(taken),
            "rows": [each.document() for each in found],
        }
        click.echo(json.dumps(document, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("", "matched ↓", "rank 1 ↓", "detected ↑"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for each in found:
        table.add_row(each.name, str(each.matched), str(each.first), str(each.detected))
    print_table(table_console(), table)
    click.echo(
        f"\n{len(portraits)} faces in {len(taken)} photographs; shares with 95 % intervals over faces."
    )
