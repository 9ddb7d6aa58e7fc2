"""The shipped boards.yaml with an entry that a test changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from hilbench.paths import BOARDS_FILE


def write_boards(folder: Path, board: str, **changes: Any) -> Path:
    """The file `boards.yaml` in `folder`: as shipped, but for `changes` of one board's keys."""
    content = yaml.safe_load(BOARDS_FILE.read_text())
    content["boards"][board] |= changes
    path = folder / "boards.yaml"
    path.write_text(yaml.safe_dump(content))
    return path
