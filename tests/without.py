"""Commands in a Python that lacks some modules, as one without an extra, or on another system, does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_HIDING = """
import importlib.machinery as machinery
import sys

import serial  # its own module for Windows would not ask for what is hidden

HIDDEN = {hidden!r}


def hide(finder):
    found = finder.find_spec

    def find_spec(name, path=None, target=None):
        return None if name.partition(".")[0] in HIDDEN else found(name, path, target)

    finder.find_spec = find_spec


for name in HIDDEN:
    sys.modules.pop(name, None)
for each in (machinery.PathFinder, machinery.BuiltinImporter, machinery.FrozenImporter):
    hide(each)
"""


def environment_without(hidden: Sequence[str], folder: Path) -> dict[str, str]:
    """Environment of processes, and of all that they start, that find none of `hidden`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(_HIDING.format(hidden=set(hidden)), encoding="utf-8")
    before = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *([before] if before else [])])}


def hilbench_without(
    hidden: Sequence[str], folder: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a command where modules are missing, in `folder`, with a cache and locks of its own."""
    environment = environment_without(hidden, folder / "hiding")
    caches = {name: str(folder / "cache") for name in ("HILBENCH_CACHE", "XDG_CACHE_HOME")}
    own = {"HILBENCH_LOCKS": str(folder / "locks"), **caches}
    return subprocess.run(
        [sys.executable, "-m", "hilbench", *arguments],
        cwd=folder,
        env=environment | own | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
