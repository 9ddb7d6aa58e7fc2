"""Resources outside the package: folders and `boards.yaml` next to it, the cache.

In a checkout the folders are at the top; in a wheel they travel as `hilbench/_data`.
"""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_WHEEL_DATA = _PACKAGE / "_data"
_ROOT = _WHEEL_DATA if _WHEEL_DATA.is_dir() else _PACKAGE.parent

OPERATORS_DIR = _ROOT / "operators"
FIRMWARE_DIR = _ROOT / "firmware"
BOARDS_FILE = _ROOT / "boards.yaml"
LICENSE_FILE = _ROOT / "LICENSE"

DEFAULT_STORE = "sqlite:///hilbench.sqlite"
"""URL of the results, where none is named: a file in the current folder."""


def user_cache_dir() -> Path:
    """`hilbench` in the XDG cache directory."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hilbench"


def default_cache_dir() -> Path:
    """Folder of what was built and predicted: $HILBENCH_CACHE, else the user's."""
    named = os.environ.get("HILBENCH_CACHE")
    return Path(named) if named else user_cache_dir()
