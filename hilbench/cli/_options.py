"""Options that mean the same in several commands, and the layout of examples in help texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import click

from hilbench.chips import Placement
from hilbench.paths import BOARDS_FILE, DEFAULT_STORE

PATH = click.Path(path_type=Path)
REPORTS = Path("reports")

boards_option = click.option(
    "--boards", "boards_file", type=PATH, default=BOARDS_FILE, help="Another boards.yaml."
)
store_option = click.option(
    "--store",
    default=DEFAULT_STORE,
    show_default=True,
    envvar="HILBENCH_STORE",
    help="URL or path of the results; also by HILBENCH_STORE.",
)
out_option = click.option("--out", type=PATH, help="Folder of the report.  [default: reports/RUN]")
cost_model_option = click.option(
    "--cost-model", type=PATH, metavar="FILE", help="Cost model.  [default: that of the board's chip]"
)
operators_option = click.option("--operators", type=PATH, help="Folder of further operators.")
grid_option = click.option(
    "--grid", default="quick", show_default=True, help="quick, efficiency, kernels, full, or a YAML file."
)
require_hardware_option = click.option("--require-hardware", is_flag=True, help="Refuse the virtual twin.")
resume_option = click.option(
    "--resume",
    is_flag=False,
    flag_value="latest",
    metavar="[RUN]",
    help="Go on with an unfinished run; finished rows stay.",
)
allow_missing_option = click.option(
    "--allow-missing", is_flag=True, help="Let pass that cases or figures of the other side are missing."
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Virtual boards at a time; a board on the bench is one.  [default: one a processor]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name a user's inputs of networks."""
    options = (
        click.option(
            "--input", "input_path", type=PATH, help="An image, an array (.npy), or a folder of them."
        ),
        click.option(
            "--labels", type=PATH, help="Right classes of --input: a line `cat.png,3` each, or `3`."
        ),
        click.option(
            "--preprocess",
            type=click.Choice(["none", "0..1", "-1..1", "imagenet"]),
            default="none",
            show_default=True,
            help="Of pixels and real numbers: as they are, /255, /127.5 - 1, or as ImageNet's.",
        ),
    )
    return reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


class Size(click.ParamType[int]):
    """Bytes, as 65536, 64k or 64KiB."""

    name = "bytes"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes that `value` says."""
        found = re.fullmatch(r"(\d+)\s*([kKM]?)(?:i?B)?", str(value).strip())
        if found is None:
            self.fail(f"'{value}' is no size; write 65536, 64k or 64KiB.", param, ctx)
        return int(found[1]) << {"": 0, "k": 10, "M": 20}[found[2].replace("K", "k")]


board_option = click.option("--board", help="Board to run on, an entry of boards.yaml.")
ram_option = click.option(
    "--ram", type=Size(), help="RAM that tensors and scratch memory may take: 64k.  [default: all]"
)
representative_option = click.option(
    "--representative",
    type=PATH,
    metavar="PATH",
    help="Inputs by which a Keras model is quantised: a .npy or .npz file, or a folder of them.",
)
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

_COMPILERS = click.Choice(["auto", "gcc", "clang"])
_PLACEMENTS = click.Choice([str(placement) for placement in Placement])
toolchain_option = click.option(
    "--toolchain", type=_COMPILERS, default="auto", show_default=True, help="Compiler."
)
DEFAULT_FLAGS = "-O3"
flags_option = click.option("--flags", default=DEFAULT_FLAGS, show_default=True, help="Compiler flags.")
fitting_placement_option = click.option(
    "--placement",
    type=_PLACEMENTS,
    help="Where code and activations live.  [default: tcm where a network fits, else flash]",
)
placement_option = click.option(
    "--placement",
    type=_PLACEMENTS,
    default=str(Placement.FLASH),
    show_default=True,
    help="Where code and activations live.",
)


def build_axes(meaning: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compilers, flags and placements, each of which may be given more than once.

    Args:
        meaning: what more than one does, for the help.
    """
    options = (
        click.option(
            "--toolchain",
            "toolchains",
            type=_COMPILERS,
            multiple=True,
            default=["auto"],
            show_default=True,
            help=f"Compiler; {meaning}.",
        ),
        click.option(
            "--flags", multiple=True, default=["-O3"], show_default=True, help=f"Compiler flags; {meaning}."
        ),
        click.option(
            "--placement",
            "placements",
            type=_PLACEMENTS,
            multiple=True,
            default=[str(Placement.FLASH)],
            show_default=True,
            help=f"Where code and activations live; {meaning}.",
        ),
    )
    return lambda command: reduce(lambda inner, option: option(inner), reversed(options), command)


def examples(*commands: str) -> str:
    """Epilog of a command: the examples, one a line (click would fill them into a paragraph)."""
    return "\n".join(("\b", "Examples:", *(f"  {command}" for command in commands)))
