"""Options of `hilbench bench` that say what makes the code, and what its output is held against."""

from __future__ import annotations

import click

_RUNTIMES = click.Choice(["litert", "tflm"])

deployer_option = click.option(
    "--deployer",
    "deployers",
    multiple=True,
    default=["hilbench"],
    show_default=True,
    metavar="NAME[:PATH]",
    help="Who makes the code: hilbench, bakenn, tflm:DIR, c:DIR, firmware:ELF. Several stand side by side.",
)
oracle_option = click.option(
    "--oracle",
    type=_RUNTIMES,
    help="What outputs are held against, bit for bit: LiteRT's reference kernels, or TFLite Micro.  "
    "[default: as --rounding]",
)
rounding_option = click.option(
    "--rounding",
    type=_RUNTIMES,
    default="litert",
    show_default=True,
    help="Rounding of hilbench's own fully connected layers: once as LiteRT, or twice as TFLite Micro.",
)
compare_option = click.option(
    "--compare",
    "compare",
    multiple=True,
    type=click.Choice(["litert", "xnnpack", "onnxruntime"]),
    help="Say how far LiteRT's optimised kernels, XNNPACK or ONNX Runtime are from the output.",
)
