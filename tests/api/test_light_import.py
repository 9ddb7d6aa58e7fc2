"""`import hilbench` costs next to nothing; what is used is loaded then."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hilbench
from hilbench.api import operator_names

_LISTED = "import hilbench, sys; print(*sorted(sys.modules))"


def test_the_import_loads_no_library() -> None:
    done = subprocess.run([sys.executable, "-c", _LISTED], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "pandas", "rich", "click", "yaml", "pydantic", "hilbench.boards"}


def test_every_name_that_is_listed_is_there() -> None:
    for name in dir(hilbench):
        assert getattr(hilbench, name) is not None
    assert {"open", "sweep", "load", "compare", "predict", "conv2d", "softmax"} <= set(dir(hilbench))


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonesuch'"):
        _ = hilbench.nonesuch  # type: ignore[attr-defined]
    assert not hasattr(hilbench, "_common")


def test_no_room_has_the_name_of_an_operator_or_of_the_face() -> None:
    from hilbench.api import NAMES
    from hilbench.paths import OPERATORS_DIR

    package = OPERATORS_DIR.parent / "hilbench"
    rooms = {path.stem for path in package.iterdir()}
    assert not rooms & {*NAMES, *operator_names()}
