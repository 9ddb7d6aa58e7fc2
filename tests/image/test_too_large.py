"""Cases far beyond any chip."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.chips import Chip
from hilbench.errors import DoesNotFit
from hilbench.image import Builder, Toolchain
from hilbench.operators.registry import Registry


@pytest.mark.parametrize(
    ("shape", "what"),
    [
        ({"input": "1x1x60000", "out_c": 60000}, "flash for code and weights"),
        ({"input": "60000x60000x1", "out_c": 1}, "RAM for its tensors"),
    ],
)
def test_nothing_is_generated_of_what_cannot_fit(
    shape: dict[str, object],
    what: str,
    registry: Registry,
    chip: Chip,
    toolchain: Toolchain,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = registry.layer(operator="conv2d", kernel=1, **shape)
    monkeypatch.setattr(type(case.operator), "synthesize", lambda *_: pytest.fail("weights are generated"))
    result = Builder(chip, toolchain, cache_dir=cache).build([case])
    ((refused, error),) = result.refused
    assert refused == case
    assert isinstance(error, DoesNotFit)
    assert what in str(error)
