"""What several commands share: options that mean the same everywhere, and how examples are shown."""

from __future__ import annotations

import re
from pathlib import Path

import click

from hilbench.resources import BOARDS_FILE
from hilbench.results import DEFAULT_STORE

PATH = click.Path(path_type=Path)
REPORTS = Path("reports")

boards_option = click.option(
    "--boards", "boards_file", type=PATH, default=BOARDS_FILE, help="Another boards.yaml."
)
store_option = click.option(
    "--store", default=DEFAULT_STORE, show_default=True, help="URL or path of the results."
)
out_option = click.option("--out", type=PATH, help="Folder of the report.  [default: reports/RUN]")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")


class Size(click.ParamType[int]):
    """Bytes, as 65536, 64k or 64KiB."""

    name = "bytes"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes that `value` says."""
        found = re.fullmatch(r"(\d+)\s*([kKM]?)(?:i?B)?", str(value).strip())
        if found is None:
            self.fail(f"'{value}' is no size; write 65536, 64k or 64KiB.", param, ctx)
        return int(found[1]) << {"": 0, "k": 10, "M": 20}[found[2].replace("K", "k")]


ram_budget_option = click.option(
    "--ram-budget", type=Size(), help="Most that inputs, output and scratch of a case may take: 64k."
)
flash_budget_option = click.option(
    "--flash-budget", type=Size(), help="Most that code and constants of a case may take: 128k."
)
against_option = click.option(
    "--against",
    "baselines",
    type=PATH,
    metavar="CSV",
    help="Hold the kernels against a library's: ratios, and geometric means of each kind.",
)
library_option = click.option(
    "--library", default="cmsis_nn", show_default=True, help="Which library of the table of --against."
)


def examples(*commands: str) -> str:
    """Epilog of a command: the examples, one a line (click would fill them into a paragraph)."""
    return "\n".join(("\b", "Examples:", *(f"  {command}" for command in commands)))
