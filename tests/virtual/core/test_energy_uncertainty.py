"""No chip is emulated whose energy does not say how sure it is."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

import hilbench.chips
from hilbench.chips import Chip, load_chip
from hilbench.virtual.chips import family_of

DESCRIBED = [load_chip(path.stem) for path in Path(hilbench.chips.__file__).parent.glob("*.yaml")]
EMULATED = [chip for chip in DESCRIBED if find_spec(f"hilbench.virtual.chips.{chip.family}")]


@pytest.mark.parametrize("chip", EMULATED, ids=lambda chip: chip.name)
def test_a_chip_that_can_be_emulated_states_the_uncertainty_of_its_currents(chip: Chip) -> None:
    assert max(family_of(chip).currents.tight.ampere) > 0
    assert chip.currents is not None
    assert chip.currents.uncertainty_pct >= 10, "no data sheet is closer to any one part"
