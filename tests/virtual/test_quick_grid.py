"""The quick grid on virtual boards, swept as a user does it."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from hilbench.grids import load_grid
from hilbench.operators import Registry

BOARDS = ("stm32l4-virtual", "stm32f7-virtual", "nrf52840-virtual", "nrf9160-virtual")


@pytest.mark.slow
@pytest.mark.parametrize("name", BOARDS)
def test_every_case_is_measured_or_skipped_by_name(
    name: str, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    command = [sys.executable, "-m", "hilbench", "sweep", "--board", name, "--out", str(tmp_path / "out")]
    subprocess.run(command, check=True, capture_output=True, timeout=240, cwd=tmp_path)
    with (tmp_path / "out" / "results.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len({row["problem"] for row in rows}) == len(load_grid("quick", registry))
    for row in rows:
        assert row["status"] in ("ok", "skipped")
        assert row["status"] == "skipped" or float(row["power_mw"]) > 0
