"""Verified cases a minute of a sweep of `quick` on the virtual board, with a cold and a warm build cache.

Goals, on two cores: 60 cold, 240 warm. The rate is that of the run itself, from the moment the board is
there to the last row, waiting for the compiler included. Next to it, the time of the whole command: it also
starts the board and draws the report, once however large the grid.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

GOALS = {"cold": 60, "warm": 240}


def main() -> None:
    """Sweep twice with one build cache and print both rates."""
    with tempfile.TemporaryDirectory() as folder:
        for cache, goal in GOALS.items():
            whole, run, verified = sweep(Path(folder))
            rate = 60 * verified / run
            print(
                f"{cache} cache: {verified} cases in {run:.1f} s = {rate:.0f} a minute (goal {goal}); ",
                end="",
            )
            print(f"the whole command takes {whole:.1f} s")


def sweep(folder: Path) -> tuple[float, float, int]:
    """Seconds of the command and of the run, and verified cases, of a sweep that keeps all in `folder`."""
    command = [sys.executable, "-m", "hilbench", "sweep", "--board", "stm32h7-virtual", "--json"]
    environment = {
        **os.environ,
        "HILBENCH_CACHE": str(folder / "cache"),
        "HILBENCH_LOCKS": str(folder / "locks"),
    }
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    whole = time.perf_counter() - start
    outcome = json.loads(done.stdout)
    run = datetime.fromisoformat(outcome["finished"]) - datetime.fromisoformat(outcome["started"])
    return whole, run.total_seconds(), outcome["statuses"]["ok"]


if __name__ == "__main__":
    main()
