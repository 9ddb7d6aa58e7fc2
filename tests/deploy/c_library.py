"""The C and C++ library of the cross compiler, which code of other deployers is built with."""

from __future__ import annotations

import shutil
import subprocess

import pytest


def _has_library() -> bool:
    compiler = shutil.which("arm-none-eabi-g++")
    if compiler is None:
        return False
    command = [compiler, "-E", "-o", "/dev/null", "-x", "c++", "-"]
    return (
        subprocess.run(command, input=b"#include <cmath>", capture_output=True, check=False).returncode == 0
    )


needs_c_library = pytest.mark.skipif(
    not _has_library(),
    reason="needs arm-none-eabi-g++ with newlib: apt install libstdc++-arm-none-eabi-newlib",
)
