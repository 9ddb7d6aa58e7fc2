"""`hilbench style`: style transfer from a folder of photographs to a picture from a board."""

from __future__ import annotations

import click

from hilbench.cli._options import examples
from hilbench.cli._style_ablate import ablate
from hilbench.cli._style_anonymize import anonymize
from hilbench.cli._style_bench import bench
from hilbench.cli._style_evaluate import evaluate
from hilbench.cli._style_train import train
from hilbench.cli._style_video import video


@click.group(
    epilog=examples(
        "hilbench style train --style starry_night.jpg --content PHOTOS/",
        "hilbench style train --style wave.jpg --content PHOTOS/ --board stm32h7-virtual --latency 1s",
        "hilbench style bench --board stm32h7-virtual --image cat.jpg",
        "hilbench style evaluate out/model.tflite --style starry_night.jpg --content PHOTOS/",
        "hilbench style video walk.mp4 painted.mp4",
    )
)
def command() -> None:
    """Transfer the style of a painting on a microcontroller.

    Training of a network that was designed for a board, its int8 file, and pictures that the board makes.
    """


command.add_command(anonymize)
command.add_command(bench)
command.add_command(evaluate)
command.add_command(ablate)
command.add_command(train)
command.add_command(video)
