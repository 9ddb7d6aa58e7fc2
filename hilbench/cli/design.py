"""`hilbench design`: from what operators cost to a network that fits a board."""

from __future__ import annotations

import click

from hilbench.cli._design_blocks import blocks
from hilbench.cli._design_correct import correct
from hilbench.cli._design_fit import fit
from hilbench.cli._design_scale import scale
from hilbench.cli._design_show import show
from hilbench.cli._options import examples


@click.group(
    epilog=examples(
        "hilbench design show --net xinet --alpha .4 --gamma 4 --board stm32h7-virtual",
        "hilbench design show --net style --lite --alpha .75 --export style.tflite",
        "hilbench design scale --board stm32h7-virtual --net xinet --latency 500ms --verify",
        "hilbench design blocks --board stm32h7-virtual --measure",
    )
)
def command() -> None:
    """Design networks that fit a board.

    Descriptions of networks, what they would cost, and files of them, without training any.
    """


command.add_command(blocks)
command.add_command(correct)
command.add_command(fit)
command.add_command(scale)
command.add_command(show)
