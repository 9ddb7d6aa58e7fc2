"""Operators that go wrong on purpose, and sweeps of them as a user starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.boards.changed import write_boards
from tests.image.handmade import write_operator

FAULTY = {
    "copy": "out[i] = in[i];",
    "wrong_copy": "out[i] = (int8_t)(in[i] ^ (i == 5));",
    "hanging_copy": "out[i] = in[i]; i -= *(volatile int8_t *)&out[i] == in[i];",
    "faulting_copy": "out[i] = in[i]; *(volatile int32_t *)0xC0000000 = i;",
    "greedy_copy": "out[i] = in[i];",
    "unfinished_copy": "out[i] = in[i]",
}
"""The body of the loop of each operator. Only `copy` and `greedy_copy` are right; the latter wants 4 MiB."""


@dataclass(frozen=True)
class SweepResult:
    """Status, output and folder that a sweep left behind."""

    status: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of run.json."""
        document = json.loads((self.folder / "out" / "run.json").read_text())
        rows: list[dict[str, Any]] = document["measurements"]
        return rows


@dataclass(frozen=True)
class Workbench:
    """A folder with operators, a grid and boards of one test, and a build cache shared by all."""

    folder: Path
    cache: Path

    @property
    def environment(self) -> dict[str, str]:
        """Environment of the processes that run here."""
        return {**os.environ, "HILBENCH_CACHE": str(self.cache), "HILBENCH_LOCKS": str(self.folder)}

    def command(self, *arguments: str, board: str = "stm32h7-virtual") -> list[str]:
        """A sweep's command line; reports go to `out`."""
        own = ["--board", board, "--operators", "operators", "--grid", "grid.yaml", "--boards", "boards.yaml"]
        return [sys.executable, "-m", "hilbench", "sweep", *own, "--out", "out", *arguments]

    def sweep(self, *arguments: str, board: str = "stm32h7-virtual") -> SweepResult:
        """Sweep and wait for the end."""
        done = subprocess.run(
            self.command(*arguments, board=board),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=200,
        )
        return SweepResult(done.returncode, done.stdout, done.stderr, self.folder)

    def write_grid(self, operators: Sequence[str]) -> None:
        """A grid with one small case of each of `operators`."""
        entries = [{"operator": name, "input": "16x16x16"} for name in operators]
        (self.folder / "grid.yaml").write_text(yaml.safe_dump({"cases": entries}))


def make_workbench(folder: Path, cache: Path) -> Workbench:
    """A workbench in `folder`: faulty operators, the shipped boards with a short deadline, no grid yet."""
    for name, statement in FAULTY.items():
        scratch = 1 << 22 if name == "greedy_copy" else 0
        write_operator(folder / "operators", name, statement, scratch=scratch)
    write_boards(folder, "stm32h7-virtual", deadlines={"measure_s": 3.0})
    return Workbench(folder, cache)
