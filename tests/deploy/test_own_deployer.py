"""hilbench's own deployer where bands of layers take more flash than was expected."""

from __future__ import annotations

from pathlib import Path

from hilbench.chips import Placement, load_chip
from hilbench.deploy.deployer import Model
from hilbench.deploy.deployers.hilbench import GeneratedKernels
from hilbench.deploy.deployment import Deployment, deploy
from hilbench.deploy.site import Site
from hilbench.errors import DoesNotFit
from hilbench.image import Builder, find_toolchain
from hilbench.prediction.cost_model.model import load_cost_model
from hilbench.runner.build_config import BuildConfig
from tests.networks.small_networks import wide_chain

CHIP = load_chip("stm32h743")
RAM = 24_000
"""Too few for the tensors in the middle, of 27,648 and 18,432 bytes."""
PLENTY = 1_000_000
"""Bytes of flash in which any choice of kernels fits."""


def small_site(folder: Path, cache: Path, free: int) -> Site:
    """A site with so much free flash and little RAM, where the cost model says what a layer takes."""
    toolchain, flash = find_toolchain("auto"), CHIP.memories["flash"]
    firmware = flash.size - Builder(CHIP, toolchain, flags="-O3", cache_dir=cache).flash_bytes
    smaller = flash.model_copy(update={"size": firmware + free})
    chip = CHIP.model_copy(update={"memories": {**CHIP.memories, "flash": smaller}})
    return Site(
        chip=chip,
        configuration=BuildConfig(toolchain=toolchain, flags="-O3", placement=Placement.FLASH),
        builder=Builder(chip, toolchain, flags="-O3", cache_dir=cache),
        folder=folder,
        make_predictor=lambda: load_cost_model(CHIP.name),
        ram_limit=RAM,
    )


def first_choice(model: Model, site: Site) -> Deployment:
    return deploy(model.graph, site.registry, site.predictor, site.banks, site.builder.flash_bytes)


def linked_bytes(deployed: Deployment, site: Site) -> int:
    (image,) = site.builder.build([deployed.program]).images
    return image.workloads[0].code_bytes + image.workloads[0].constant_bytes


def test_kernels_are_chosen_anew_by_what_the_linker_lacks(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "chain.tflite"
    path.write_bytes(wide_chain((48, 32, 16)))
    model, roomy = Model(path), small_site(tmp_path, cache, PLENTY)
    wanted = first_choice(model, roomy)
    expected, linked = wanted.expected_flash, linked_bytes(wanted, roomy)
    assert wanted.is_banded
    assert expected < linked  # bands of a layer have more code than is expected of them
    free = (expected + linked) // 2
    site = small_site(tmp_path, cache, free)
    first = first_choice(model, site)
    (refused,) = [error for _, error in site.builder.build([first.program]).refused]
    assert isinstance(refused, DoesNotFit)
    assert refused.memory == "flash"
    assert site.lacking_flash(first.program) == refused.excess > 0
    chosen = GeneratedKernels().deploy(model, site)
    assert linked_bytes(chosen, site) <= free
    assert sum(chosen.predicted_cycles) > sum(first.predicted_cycles)
