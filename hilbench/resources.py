"""Where the folders that stand beside the package are: `operators/`, `firmware/`, `boards.yaml`.

In a checkout they stand at the top; in a wheel they travel as `hilbench/_data`.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_WHEEL_DATA = _PACKAGE / "_data"
_ROOT = _WHEEL_DATA if _WHEEL_DATA.is_dir() else _PACKAGE.parent

OPERATORS_DIR = _ROOT / "operators"
FIRMWARE_DIR = _ROOT / "firmware"
BOARDS_FILE = _ROOT / "boards.yaml"
