"""Commands start with no more than they need: what takes long to import is imported where it is used."""

from __future__ import annotations

import importlib
import subprocess
import sys

import click
import pytest

from hilbench.cli import cli

IMPORTED = """
import sys
from hilbench.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def imported(*arguments: str) -> set[str]:
    """Modules that a command has imported at its end."""
    command = [sys.executable, "-c", IMPORTED, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return set(done.stderr.splitlines()[-1].split())


def test_the_list_of_commands_needs_none_of_them() -> None:
    modules = imported("--help")
    assert not modules & {"numpy", "pydantic", "yaml", "rich", "sqlalchemy", "hilbench.cli.sweep"}


@pytest.mark.parametrize("arguments", [["serve", "--help"], ["run", "no.elf", "--board", "stm32h7-virtual"]])
def test_a_virtual_board_needs_no_store_no_templates_and_no_compiler(arguments: list[str]) -> None:
    modules = imported("virtual", *arguments)
    assert "hilbench.cli.virtual" in modules
    assert not modules & {"sqlalchemy", "jinja2", "numba", "scipy", "matplotlib", "pandas"}


def test_the_list_shows_each_command_s_own_help() -> None:
    context = click.Context(cli)
    formatter = click.HelpFormatter(width=80)
    cli.format_commands(context, formatter)
    for name in cli.list_commands(context):
        command = importlib.import_module(f"hilbench.cli.{name}").command
        assert f"{name:9}  {command.get_short_help_str(60)}\n" in formatter.getvalue()
