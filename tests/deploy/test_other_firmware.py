"""Images that speak MLPerf Tiny as a deployer: one of hilbench's own, which knows those commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.chips import load_chip
from hilbench.deploy.deployer import Model
from hilbench.errors import ConfigError
from hilbench.image import Builder, find_toolchain
from tests.deploy.host_program import program_of
from tests.deploy.test_deployers import bench, documents, model

__all__ = ["model"]


@pytest.fixture
def elf(model: Path, tmp_path: Path, cache: Path) -> Path:
    """An image with the model, as somebody else might have built it."""
    program = program_of(Model(model).graph)
    builder = Builder(load_chip("stm32l475"), find_toolchain("gcc"), flags="-O1", cache_dir=cache)
    (image,) = builder.build([program]).images
    path = tmp_path / "theirs.elf"
    path.write_bytes(image.elf.read_bytes())
    return path


def test_an_image_of_others_is_timed_and_verified(elf: Path, model: Path, cache: Path) -> None:
    own, other = documents(
        bench(model, cache, "hilbench", f"firmware:{elf}", options=("--json", "--no-power"))
    )
    assert other["deployer"] == "firmware:theirs"
    assert (other["status"], other["verified"]) == ("ok", True), other["cause"]
    assert other["cause"] == "by the 8 values that it prints, to three decimals"
    assert other["cycles"] > own["cycles"] / 4, "of the same work, at another optimisation"
    assert other["flash_bytes"] > 10_000, "firmware and all"
    assert other["ram_bytes"] > 2_000


def test_an_image_that_says_nothing_is_a_row(elf: Path, model: Path, cache: Path, tmp_path: Path) -> None:
    silent = tmp_path / "silent.elf"
    silent.write_bytes(elf.read_bytes().replace(b"m-init-done", b"m-init-long"))
    boards = tmp_path / "boards.yaml"
    boards.write_text(BOARDS)
    (row,) = documents(
        bench(model, cache, f"firmware:{silent}", options=("--json", "--no-power", "--boards", str(boards)))
    )
    assert row["status"] == "boot_failed"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "Cannot read"), (b"no image", "is no ELF file")],
    ids=["missing", "other"],
)
def test_a_file_that_is_no_image_is_one_sentence(
    content: bytes | None, sentence: str, model: Path, cache: Path, tmp_path: Path
) -> None:
    path = tmp_path / "image.elf"
    if content is not None:
        path.write_bytes(content)
    result = bench(model, cache, f"firmware:{path}")
    assert isinstance(result.exception, ConfigError)
    assert sentence in str(result.exception)


BOARDS = """
boards:
  stm32l4-virtual:
    description: one that is given up soon
    chip: stm32l475
    launch: [hilbench, virtual, serve, stm32l4-virtual, --boards, "{boards}", --until-stdin-closes]
    deadlines: {boot_s: 2}
"""
