"""Verified cases a minute of a sweep of `quick` on the virtual board, with a cold and a warm build cache.

Goals, on two cores: 60 cold, 240 warm. Time is that of the whole command, from start to report.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOALS = {"cold": 60, "warm": 240}


def main() -> None:
    """Sweep twice with one build cache and print both rates."""
    with tempfile.TemporaryDirectory() as folder:
        for cache, goal in GOALS.items():
            seconds, verified = sweep(Path(folder))
            rate = 60 * verified / seconds
            print(f"{cache} cache: {verified} cases in {seconds:.1f} s = {rate:.0f} a minute (goal {goal})")


def sweep(folder: Path) -> tuple[float, int]:
    """Wall time in s, and count of verified cases, of one sweep that keeps everything in `folder`."""
    command = [sys.executable, "-m", "hilbench", "sweep", "--board", "stm32h7-virtual", "--json"]
    environment = {**os.environ, "HILBENCH_CACHE": str(folder / "cache")}
    start = time.perf_counter()
    result = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return time.perf_counter() - start, json.loads(result.stdout)["statuses"]["ok"]


if __name__ == "__main__":
    main()
