"""The hooks' machine code is kept between two processes, and compiled anew where what is kept is damaged."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hilbench.paths import user_cache_dir
from hilbench.virtual.core.native import machine_code

LOAD = """
import sys
from hilbench.virtual.core.native import machine_code
machine_code.hook("count_block")
print("numba" in sys.modules)
"""


@pytest.fixture(name="kept")
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Object files that are kept, that of today's sources among them, in a cache of the test's own."""
    machine_code.hook("count_block")
    copy = shutil.copytree(user_cache_dir() / "native", tmp_path / "hilbench" / "native")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return list(copy.glob("*.o"))


def compiles() -> bool:
    """Whether a process that loads the hooks has to compile them."""
    done = subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True)
    return done.stdout == "True\n"


def test_what_is_kept_is_loaded_without_a_compiler(kept: list[Path]) -> None:
    assert not compiles()


@pytest.mark.slow
def test_what_is_damaged_is_compiled_anew_and_kept(kept: list[Path]) -> None:
    for path in kept:
        path.write_bytes(path.read_bytes()[:-1000])
    assert compiles()
    assert not compiles()


UNKNOWN = """
import unicorn
unicorn.__version__ = "0"
from tests.virtual.core.bench import bench
from hilbench.virtual.core.native import machine_code
with bench("stm32h743") as found:
    cycles = found.cycles("ldr r0, [r1] \\n smlad r2, r0, r0, r2 \\n bkpt 0", 0, found.ram + 64)
print(cycles, len(machine_code._HOOKS))
"""


@pytest.mark.slow
def test_an_unknown_emulator_keeps_its_own_functions() -> None:
    counts = []
    for program in (UNKNOWN, UNKNOWN.replace('unicorn.__version__ = "0"', "")):
        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        counts.append([int(word) for word in done.stdout.split()])
    (cycles, few), (same_cycles, more) = counts
    assert cycles == same_cycles
    assert few < more
