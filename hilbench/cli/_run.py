"""Output of `hilbench virtual run`: what a program did."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hilbench.console import plain_console
from hilbench.errors import VirtualBoardError

if TYPE_CHECKING:
    from hilbench.virtual.programs.runner import RunReport


def print_report(report: RunReport, output: bytes | None) -> None:
    """Print to stdout as JSON with the program's `output` in it; without, to stderr for people."""
    if output is not None:
        text = output.decode("utf-8", "replace")
        click.echo(json.dumps({**asdict(report), "provenance": "emulated", "output": text}, indent=2))
        return
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("instructions", f"{report.instructions:,}")
    table.add_row("cycles", f"{report.cycles:,}")
    table.add_row("time", f"{report.seconds * 1e6:,.3f} µs, at last at {report.clock_hz / 1e6:g} MHz")
    table.add_row(
        "", f"{report.board_seconds * 1e6:,.3f} µs at the board's {report.board_clock_hz / 1e6:g} MHz"
    )
    percent = report.joules_uncertainty_pct
    sure = f" ±{percent:g} %" if percent is not None else ""
    table.add_row("energy", f"{report.joules * 1e6:,.3f} µJ{sure} at {report.volts:g} V (emulated)")
    for kind, count in sorted(report.by_class.items(), key=lambda item: -item[1]):
        table.add_row(f"  {kind}", f"{count:,}")
    console = plain_console(stderr=True)
    console.print()
    console.print(table)


def finish(report: RunReport, timeout: float) -> None:
    """Exit with the program's status.

    Raises:
        VirtualBoardError: it did not end as programs do that are done: by an exit, or asleep.
    """
    match report.end:
        case "exit":
            status = report.exit_status or 0
            sys.exit(status & 0xFF or int(status != 0))  # a byte; 256 failures are no success
        case "asleep":
            click.echo(f"The program sleeps, and nothing is left to wake it ({report.where}).", err=True)
        case "breakpoint":
            raise VirtualBoardError(
                f"The program stopped at a BKPT ({report.where}), which tells no status; "
                "see what it wanted, or end it by semihosting."
            )
        case "fault":
            raise VirtualBoardError(f"The program stopped in the handler of a fault: {report.where}.")
        case "lockup":
            raise VirtualBoardError(f"The core locked up: {report.where}; see what the program did there.")
        case "timeout":
            raise VirtualBoardError(_out_of_time(report, timeout))


def _out_of_time(report: RunReport, timeout: float) -> str:
    """The sentence for a program that has not ended, and perhaps never will."""
    late = f"The program did not end within {timeout:g} s"
    if report.polls is None:
        return f"{late} ({report.where}); give it more by --timeout."
    if report.polls.emulated:
        return f"{late}: {report.polls}; see what it waits for, or give it more by --timeout."
    return f"{late}: {report.polls}; have the program do without that peripheral."
