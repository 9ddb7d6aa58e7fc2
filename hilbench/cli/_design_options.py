"""Options that say which network a design command is about."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from hilbench.design.families import Family, Task

if TYPE_CHECKING:
    from hilbench.design.nets.catalog import Hyperparameters


class ImageShape(click.ParamType[tuple[int, int, int]]):
    """Height, width and channels, as 160x160x3."""

    name = "HxWxC"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int, int]:
        """The three numbers that `value` says."""
        found = re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})x([1-9]\d{0,3})", str(value).strip())
        if found is None:
            self.fail(f"'{value}' is no image; write height, width and channels, as 160x160x3.", param, ctx)
        return int(found[1]), int(found[2]), int(found[3])


POSITIVE = click.FloatRange(min=0, min_open=True)

net_option = click.option(
    "--net", required=True, type=click.Choice([*map(str, Family)]), help="Family of networks."
)
input_option = click.option("--input", "shape", type=ImageShape(), help="Input, as 160x160x3.")
task_option = click.option("--task", type=click.Choice([*map(str, Task)]), help="Head.  [default: classify]")
classes_option = click.option(
    "--classes",
    type=click.IntRange(1, 10_000),
    help="Classes; length of an embedding.  [default: no head]",
)
lite_option = click.option("--lite", is_flag=True, help="The lite style-transfer network.")
relu_option = click.option("--relu", is_flag=True, help="ReLU6 in place of SiLU and h-swish.")


def hyperparameter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a network of which all is given."""
    options = (
        net_option,
        input_option,
        click.option("--alpha", type=POSITIVE, help="Factor of all widths."),
        click.option("--beta", type=POSITIVE, help="Growth of widths or expansion with depth."),
        click.option("--gamma", type=click.IntRange(2, 16), help="Compression (XiNet, style)."),
        click.option("--t0", "t_zero", type=POSITIVE, help="Expansion of the first block (PhiNet)."),
        click.option("--levels", type=click.IntRange(3, 12), help="Levels of XiNet, blocks of PhiNet."),
        task_option,
        classes_option,
        lite_option,
        relu_option,
    )
    return reduce(lambda inner, option: option(inner), reversed(options), command)


def hyperparameters(given: dict[str, Any]) -> Hyperparameters:
    """Hyperparameters that options say, taken out of `given`."""
    from hilbench.design.nets.catalog import Hyperparameters

    task = given.pop("task", None)
    return Hyperparameters(
        input=given.pop("shape", None),
        task=Task(task) if task else None,
        swish=not given.pop("relu", False),
        **{
            name: given.pop(name)
            for name in ("alpha", "beta", "gamma", "t_zero", "levels", "classes", "lite")
            if name in given
        },
    )
