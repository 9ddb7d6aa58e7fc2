"""What stands beside the package: the folders `operators/` and `firmware/`, `boards.yaml`, optional packages.

In a checkout the folders stand at the top; in a wheel they travel as `hilbench/_data`.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_WHEEL_DATA = _PACKAGE / "_data"
_ROOT = _WHEEL_DATA if _WHEEL_DATA.is_dir() else _PACKAGE.parent

OPERATORS_DIR = _ROOT / "operators"
FIRMWARE_DIR = _ROOT / "firmware"
BOARDS_FILE = _ROOT / "boards.yaml"

VIRTUAL_EXTRA = ("unicorn", "capstone", "numba")
"""Packages of the extra `virtual`, without which no virtual board runs."""
