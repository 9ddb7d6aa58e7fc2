"""hilbench's own deployer where bands of layers take more flash than was expected."""

from __future__ import annotations

from pathlib import Path

from hilbench.chips import Placement, load_chip
from hilbench.deploy.deployer import Model
from hilbench.deploy.deployers.hilbench import GeneratedKernels
from hilbench.deploy.deployment import deploy
from hilbench.deploy.site import Site
from hilbench.errors import DoesNotFit
from hilbench.image import Builder, find_toolchain
from hilbench.prediction.cost_model.model import load_cost_model
from hilbench.runner.build_config import BuildConfig
from tests.networks.small_networks import wide_chain

CHIP = load_chip("stm32h743")
RAM = 24_000
"""Too few for the tensors in the middle, of 27,648 and 18,432 bytes."""
FLASH = 45_000
"""Enough for the kernels of whole layers, not for those of all their bands."""


def small_site(folder: Path, cache: Path) -> Site:
    """A site of so much flash and RAM, where the cost model says what a layer takes."""
    toolchain, flash = find_toolchain("auto"), CHIP.memories["flash"]
    firmware = flash.size - Builder(CHIP, toolchain, flags="-O3", cache_dir=cache).flash_bytes
    smaller = flash.model_copy(update={"size": firmware + FLASH})
    chip = CHIP.model_copy(update={"memories": {**CHIP.memories, "flash": smaller}})
    return Site(
        chip=chip,
        configuration=BuildConfig(toolchain=toolchain, flags="-O3", placement=Placement.FLASH),
        builder=Builder(chip, toolchain, flags="-O3", cache_dir=cache),
        folder=folder,
        make_predictor=lambda: load_cost_model(CHIP.name),
        ram_limit=RAM,
    )


def test_kernels_are_chosen_anew_by_what_the_linker_lacks(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "chain.tflite"
    path.write_bytes(wide_chain((48, 32, 16)))
    model, site = Model(path), small_site(tmp_path, cache)
    first = deploy(model.graph, site.registry, site.predictor, site.banks, site.builder.flash_bytes)
    assert first.is_banded
    assert first.expected_flash <= FLASH
    (refused,) = [error for _, error in site.builder.build([first.program]).refused]
    assert isinstance(refused, DoesNotFit)
    assert refused.memory == "flash"
    assert site.lacking_flash(first.program) == refused.excess > 0
    chosen = GeneratedKernels().deploy(model, site)
    (image,) = site.builder.build([chosen.program]).images
    assert image.workloads[0].code_bytes + image.workloads[0].constant_bytes <= FLASH
    assert sum(chosen.predicted_cycles) > sum(first.predicted_cycles)
