"""Fidelity changes what an execution costs, and nothing that it does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hilbench.cli import main
from hilbench.virtual.fidelity import Fidelity
from hilbench.virtual.programs.runner import RunReport, run_elf
from tests.virtual.core.programs import CHIP, build


def run(elf: Path, fidelity: Fidelity) -> tuple[RunReport, bytes]:
    """The report of a run and what the program printed."""
    printed = bytearray()
    report = run_elf(CHIP, elf, timeout=60, output=printed.extend, fidelity=fidelity)
    return report, bytes(printed)


@pytest.mark.parametrize("name", ["hello", "exceptions", "branches", "doubles", "rewrite", "faults"])
def test_either_executes_the_same_instructions(name: str, tmp_path: Path) -> None:
    elf = build(tmp_path, name)
    (block, said), (cache, again) = (run(elf, fidelity) for fidelity in Fidelity)
    assert (block.end, block.exit_status, said) == (cache.end, cache.exit_status, again)
    assert dict(block.by_class) == dict(cache.by_class)
    assert block.cycles == pytest.approx(cache.cycles, rel=0.02)


def test_the_command_line_chooses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def cycles(*options: str) -> float:
        with pytest.raises(SystemExit):
            main(["virtual", "run", elf, "--board", "stm32h7-virtual", "--json", *options])
        return float(json.loads(capsys.readouterr().out)["cycles"])

    elf = str(build(tmp_path, "hello"))
    usual = cycles()
    assert cycles("--caches", "off") > 2 * usual
    assert cycles("--fidelity", "cache") == pytest.approx(usual, rel=0.02)
