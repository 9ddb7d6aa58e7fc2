"""Types of the public face, as a user's project under mypy --strict sees them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_PROJECT = """
import hilbench
from hilbench.errors import HilbenchError


def cost(name: str) -> float | None:
    case: hilbench.Layer = hilbench.conv2d(input=(8, 8, 4), out_c=8, kernel=3)
    try:
        with hilbench.open(name, require_hardware=False) as board:
            row: hilbench.Measurement = board.measure(case, flags="-O2")
    except HilbenchError as error:
        raise SystemExit(str(error)) from error
    reveal_type(row.energy_uj)
    return row.cycles_median


def gate() -> bool:
    frame = hilbench.sweep("stm32h7", hilbench.cases("quick"))
    reveal_type(hilbench.compare("latest", frame, fail_on=["cycles:3%"]))
    return hilbench.compare("release-1.2", frame).passes
"""
_WRONG = """
import hilbench
hilbench.conv2d(input=3.5)
hilbench.softmax(kernel=3)
hilbench.nonesuch()
hilbench.open(3)
"""


@pytest.fixture
def mypy(tmp_path: Path) -> tuple[Path, list[str]]:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    return tmp_path, command


def run(at: tuple[Path, list[str]], project: str) -> tuple[int, str]:
    folder, command = at
    (folder / "project.py").write_text(project, encoding="utf-8")
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "project.py"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_a_project_of_a_user_is_typed(mypy: tuple[Path, list[str]]) -> None:
    status, output = run(mypy, _PROJECT)
    assert status == 0, output
    assert re.search(r'type is "(Union\[)?(builtins\.)?float(, None\]| \| None)"', output)
    assert "hilbench.api.comparison.Comparison" in output
    status, output = run(mypy, _WRONG)
    assert status == 1
    for complaint in (
        'Argument "input" to "conv2d" has incompatible type "float"',
        'Unexpected keyword argument "kernel" for "softmax"',
        'Module has no attribute "nonesuch"',
        'Argument 1 to "open" has incompatible type "int"',
    ):
        assert complaint in output
