"""`hilbench doctor`: what is installed, what is attached, and what to do about the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hilbench.cli._console import print_table, table_console
from hilbench.cli._options import examples, json_option

if TYPE_CHECKING:
    from hilbench.boards.diagnostics import Check

_MARKS = {"good": ("✓", "green"), "optional": ("-", "yellow"), "bad": ("✗", "red")}


@click.command(
    "doctor",
    epilog=examples(
        "hilbench doctor",
        "hilbench doctor --json",
    ),
)
@json_option
def command(as_json: bool) -> None:
    """Check what is installed and say what to do.

    Looks at compilers, probes, ports and permissions.

    Exit code 4 when something that every use needs is missing.
    """
    from rich.table import Table
    from rich.text import Text

    from hilbench import __version__
    from hilbench.boards.diagnostics import Check, Verdict, check_machine
    from hilbench.deploy.deployers import DEPLOYERS
    from hilbench.errors import ExitCode

    checks = [Check("hilbench", Verdict.GOOD, __version__), *_compilers(), *check_machine(DEPLOYERS)]
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        table = Table("", "what", "found", "to do", box=None, pad_edge=False)
        for check in checks:
            table.add_row(Text(*_MARKS[check.verdict]), check.subject, check.found, check.advice)
        print_table(table_console(), table)
    if any(check.verdict is Verdict.BAD for check in checks):
        raise click.exceptions.Exit(ExitCode.TOOL)


def _compilers() -> Iterator[Check]:
    from hilbench.boards.diagnostics import Check, Verdict
    from hilbench.errors import ToolchainMissing
    from hilbench.image import find_toolchain

    found = 0
    for choice in ("gcc", "clang"):
        try:
            toolchain = find_toolchain(choice)
        except ToolchainMissing as error:
            yield Check(choice, Verdict.OPTIONAL, "not found", str(error))
        else:
            found += 1
            yield Check(choice, Verdict.GOOD, toolchain.version)
    if not found:
        yield Check("compiler", Verdict.BAD, "none", "install one of the two above")
