"""Help of every command: it has examples, and these are commands that there are."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import takewhile

import click
import pytest

from hilbench.cli import cli


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Each command and group below `cli`, with its name as it is typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield " ".join((*path, name)), found
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


ALL = dict(commands())


@pytest.mark.parametrize("name", ALL)
def test_every_help_has_examples_of_itself(name: str) -> None:
    epilog = ALL[name].epilog or ""
    assert "Examples:" in epilog
    assert f"hilbench {name}" in epilog


@pytest.mark.parametrize("name", ALL)
def test_examples_have_options_that_there_are(name: str) -> None:
    for line in (ALL[name].epilog or "").splitlines():
        typed = line.strip()
        if not typed.startswith("hilbench "):
            continue
        words = list(takewhile(lambda word: word not in {"|", ">"}, shlex.split(typed)))[1:]
        command: click.Command = cli
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            inner = command.get_command(click.Context(command), words[0])
            if inner is None:
                break
            command = inner
            words = words[1:]
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
        asked = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert asked <= known | {"--help"}, typed
