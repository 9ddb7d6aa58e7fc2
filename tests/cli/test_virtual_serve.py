"""`hilbench virtual serve` of an entry that is a board on the bench."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("name", "is_said"), [("stm32l0", True), ("stm32l0-virtual", False)])
def test_a_board_on_the_bench_is_emulated_and_left_alone(name: str, is_said: bool) -> None:
    command = [sys.executable, "-m", "hilbench", "virtual", "serve", name, "--until-stdin-closes"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["board"] == name
    assert ("leaves it alone" in done.stderr) is is_said
