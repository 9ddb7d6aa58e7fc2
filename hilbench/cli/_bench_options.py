"""Options of `hilbench bench` that say what makes the code, and what its output is held against."""

from __future__ import annotations

import click

deployer_option = click.option(
    "--deployer",
    "deployers",
    multiple=True,
    default=["hilbench"],
    show_default=True,
    metavar="NAME[:PATH]",
    help="Who makes the code: hilbench, bakenn, tflm:DIR, c:DIR. More than one stand side by side.",
)
