"""The command line: a module a command, each thin, found by its file's name."""

from __future__ import annotations

import ast
import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

import click

from hilbench.errors import ExitCode, HilbenchError
from hilbench.extras import advice
from hilbench.suggestions import alternatives

_FOLDER = Path(__file__).parent
_OBJECTS_BEFORE_COLLECTION = 50_000
"""Objects made before Python looks for garbage cycles: after each 700, that takes 8 % of a sweep's time."""


class _Commands(click.Group):
    """Imports a command's module only when it is used, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(path.stem.replace("_", "-") for path in _FOLDER.glob("[a-z]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"hilbench.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(map(len, names))
        with formatter.section("Commands"):
            formatter.write_dl([(name, _named(name).get_short_help_str(limit)) for name in names])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # which click would end with the status of a verdict
            _drop_output()
            raise click.exceptions.Exit(ExitCode.READER_LEFT) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, known = args[0], self.list_commands(ctx)
        if not name.startswith("-") and name not in known:
            ctx.fail(f"No command '{name}'{alternatives(name, known)}")
        return super().resolve_command(ctx, args)


def _named(name: str) -> click.Command:
    """A command's name and help, read from its source: so none has to be imported to list them."""
    module = ast.parse((_FOLDER / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8"))
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    return click.Command(name, help=ast.get_docstring(functions["command"]))


_EPILOG = """\b
Exit status:
  0    fine
  1    a verdict: failed cases, regressions, errors beyond a limit
  2    wrong usage, file or configuration
  3    a board is missing or busy
  4    a tool failed: compiler, probe, store; or hilbench itself
  130  interrupted
  141  whoever read the output left

\b
Environment:
  HILBENCH_STORE  results, where no --store is given
  HILBENCH_CACHE  folder of what was built and predicted
  HILBENCH_LOCKS  folder of who holds which board
  HILBENCH_GCC    arm-none-eabi-gcc, where it is not on PATH
"""


@click.command(cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hilbench", prog_name="hilbench")
def cli() -> None:
    """Measure what neural-network operators really cost on microcontrollers."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: an error becomes one sentence and its exit code (`hilbench --help` lists them)."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a log in ASCII has a question mark where a dash would be
    try:
        status = cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="hilbench",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except HilbenchError as error:
        _complain(str(error), error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt) as interruption:
        click.echo("hilbench: interrupted.", err=True)
        _tell_notes(interruption)
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        _drop_output()
        sys.exit(ExitCode.READER_LEFT)
    except Exception as error:  # noqa: BLE001  # Python's own status for it is 1, which is a verdict
        _complain(_sentence(error), error)
        sys.exit(ExitCode.TOOL)
    if status:  # of a command that raised click's Exit
        sys.exit(status)


def _drop_output() -> None:
    """Let what is still buffered go nowhere, so that Python does not complain at its end."""
    with suppress(OSError), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk of the output or of temporary files is full; make room, and begin or --resume again."
    if isinstance(error, ModuleNotFoundError) and (sentence := advice(error.name or "")):
        return sentence
    from hilbench.cli._unforeseen import unforeseen

    return unforeseen(error)


def _complain(sentence: str, error: BaseException) -> None:
    from hilbench.console import plain_console

    plain_console(stderr=True).print(f"hilbench: {sentence}", style="red", highlight=False, soft_wrap=True)
    _tell_notes(error)


def _tell_notes(error: BaseException) -> None:
    """Print a command's last notes; of an interruption that carries them click makes an Abort."""
    for told in (error, error.__cause__):
        for note in getattr(told, "__notes__", ()):
            click.echo(note, err=True)
