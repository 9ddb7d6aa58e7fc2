"""Headers of the firmware, compiled for this machine to be compared with the host's arithmetic."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

from hilbench.paths import FIRMWARE_DIR


def compiled(folder: Path, source: str) -> ctypes.CDLL:
    """A library of C `source`, which may include the firmware's headers."""
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc on PATH: apt install gcc")
    path, library = folder / "twin.c", folder / "twin.so"
    path.write_text(source)
    flags = ("-O1", "-ffp-contract=off", "-shared", "-fPIC", f"-I{FIRMWARE_DIR / 'common'}")
    subprocess.run(["gcc", *flags, "-o", library, path], check=True)
    return ctypes.CDLL(str(library))
