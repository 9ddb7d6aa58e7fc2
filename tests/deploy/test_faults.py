"""Bits that flip in a network's constants: found by their checksum, or in the layer that they spoil."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from hilbench.boards import attach
from hilbench.chips import Placement
from hilbench.deploy.benchmark import NetworkResult, benchmark
from hilbench.deploy.deployment import Deployment
from hilbench.deploy.inputs import InputRequest
from hilbench.deploy.program import Program
from hilbench.deploy.session import Deployed, NetworkRequest, deployments
from hilbench.image import Builder, BuildResult, FlashContent, Image, find_toolchain
from hilbench.image.image import flash_contents
from hilbench.operators import Workload
from hilbench.results import Status
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.run_settings import RunSettings
from tests.networks.small_networks import small_network

BOARD = "stm32h7-virtual"
LAYER = 1
"""Second convolution of the network."""


class FlippedBits(Builder):
    """Builds as it should, and then changes a bit of the largest constant of a layer in each ELF."""

    folder: Path
    noticed = True
    """Whether what was linked is still known."""

    def build(self, workloads: Iterable[Workload]) -> BuildResult:
        built = super().build(workloads)
        return replace(built, images=tuple(self._flipped(image) for image in built.images))

    def _flipped(self, image: Image) -> Image:
        elf = self.folder / f"{image.digest}.elf"
        shutil.copy(image.elf, elf)
        program = image.workloads[0].workload
        assert isinstance(program, Program)
        flip_bits(elf, program.layers[LAYER].digest)
        if self.noticed:
            return replace(image, elf=elf)
        contents = flash_contents(elf, len(image.workloads))
        workloads = tuple(
            replace(packed, flash=FlashContent(len(content), zlib.crc32(content)))
            for packed, content in zip(image.workloads, contents, strict=True)
        )
        return replace(image, elf=elf, workloads=workloads)


def flip_bits(path: Path, layer: str) -> None:
    """Change a bit in the middle of the largest constant of each source file of a layer."""
    with path.open("r+b") as stream:
        elf = ELFFile(stream)
        files: list[list[Any]] = []
        wanted = False
        table: Any = elf.get_section_by_name(".symtab")
        for symbol in table.iter_symbols():
            if symbol["st_info"]["type"] == "STT_FILE":
                wanted = layer in symbol.name
                files += [[]] if wanted else []
            elif wanted and symbol["st_info"]["type"] == "STT_OBJECT":
                files[-1].append(symbol)
        assert files
        for symbols in files:
            largest = max(symbols, key=lambda each: each["st_size"])
            section = elf.get_section(largest["st_shndx"])
            address = largest["st_value"] + largest["st_size"] // 2
            stream.seek(section["sh_offset"] + address - section["sh_addr"])
            (byte,) = stream.read(1)
            stream.seek(-1, 1)
            stream.write(bytes([byte ^ 0x40]))


@pytest.fixture(scope="module", params=[Placement.FLASH, Placement.TCM])
def wanted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cache: Path
) -> Iterator[NetworkRequest]:
    """The small network on a virtual board."""
    model = tmp_path_factory.mktemp("model") / "small.tflite"
    model.write_bytes(small_network())
    configuration = BuildConfig(find_toolchain("gcc"), "-O2", request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HILBENCH_CACHE", str(cache))
        yield NetworkRequest(models=(model,), board=BOARD, configurations=(configuration,))


@pytest.fixture(scope="module")
def deployment(wanted: NetworkRequest, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The network made for the board."""
    (made,) = deployments(wanted, wanted.sites(tmp_path_factory.mktemp("site")))
    assert isinstance(made, Deployed)
    assert isinstance(made.deployment, Deployment)
    return made.deployment


def run(deployment: Deployment, request: NetworkRequest, folder: Path, *, noticed: bool) -> NetworkResult:
    """The network with flipped bits on the board."""
    (configuration,) = request.configurations
    chip, placement = request.boards[BOARD].chip, configuration.placement
    builder = FlippedBits(chip, configuration.toolchain, placement=placement)
    builder.folder, builder.noticed = folder, noticed
    settings = RunSettings(iterations=1, attempts=2, power=False)
    with attach(BOARD, boards=request.boards) as board, ExpectedOutputs() as references:
        return benchmark(
            deployment, board, builder, configuration, references, settings, InputRequest(count=20)
        )


def test_a_flipped_bit_is_found_by_the_checksum_of_the_constants(
    deployment: Deployment, wanted: NetworkRequest, tmp_path: Path
) -> None:
    row = run(deployment, wanted, tmp_path, noticed=True).measurement
    assert row.status is Status.FLASH_FAILED
    assert not row.verified
    assert "The constants of network small in the flash of 'stm32h7-virtual' are not those" in row.cause


def test_without_a_checksum_the_layer_is_named_with_its_worst_element(
    deployment: Deployment, wanted: NetworkRequest, tmp_path: Path
) -> None:
    result = run(deployment, wanted, tmp_path, noticed=False)
    row = result.measurement
    assert (row.status, row.cycles, result.verified_inputs < 20) == (Status.VERIFY_FAILED, (), True)
    program = deployment.program
    assert isinstance(program, Program)
    layer = program.layers[LAYER]
    assert f"The first layer that differs is {layer.name} (step {LAYER}, " in row.cause
    assert "most off is its element [0, " in row.cause
