"""`hilbench chip`: descriptions of chips."""

from __future__ import annotations

from pathlib import Path

import click

from hilbench.cli._options import PATH, examples

_CORES = ("cortex-m0+", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33")


@click.group(
    "chip", invoke_without_command=True, epilog=examples("hilbench chip", "hilbench chip new --help")
)
@click.pass_context
def command(context: click.Context) -> None:
    """List the chips that are described, and begin a description."""
    from hilbench.chips import chip_names, load_chip

    if context.invoked_subcommand is not None:
        return
    for name in chip_names():
        chip = load_chip(name)
        click.echo(f"{name:12}  {chip.core}, {chip.clock_hz / 1e6:g} MHz, family {chip.family}")


@command.command(
    "new",
    epilog=examples(
        "hilbench chip new --from-pyocd stm32f429xi --core cortex-m4",
        "hilbench chip new --from-pyocd stm32f429xi --core cortex-m4 --out chips/stm32f429.yaml",
    ),
)
@click.option(
    "--from-pyocd", "target", required=True, metavar="TARGET", help="Target, as pyocd list --targets."
)
@click.option("--core", type=click.Choice(_CORES), required=True, help="Core, which pyOCD does not say.")
@click.option("--out", type=PATH, help="File to write.  [default: standard output]")
def new(*, target: str, core: str, out: Path | None) -> None:
    """Write a first description of a chip from pyOCD's memory map.

    What pyOCD does not know is marked `fill in`. An entry of boards.yaml names the file as its chip, relative
    to boards.yaml: `chip: chips/stm32f429.yaml`.
    """
    from hilbench.boards.pyocd_target import describe_target
    from hilbench.errors import ConfigError

    text = describe_target(target, core)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"Cannot write {out}: {error.strerror}; name another file with --out.") from error
    click.echo(out)
