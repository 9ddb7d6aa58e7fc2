"""Header with the setup of a board: every shipped chip has one, and a chip of a user that of its family."""

from __future__ import annotations

import pytest

from hilbench.chips import chip_names, load_chip
from hilbench.image.board_config import board_config


@pytest.mark.parametrize("name", chip_names())
def test_a_chip_of_a_user_is_built_as_its_family(name: str) -> None:
    chip = load_chip(name)
    header = board_config(chip)
    assert "#define BOARD_TX_PIN" in header
    assert board_config(chip.model_copy(update={"name": "own"})) == header
    assert board_config(chip.model_copy(update={"name": "own", "family": "other"})) == ""
