from __future__ import annotations

import pytest

from hilbench.chips import Chip, chip_names, load_chip
from hilbench.errors import ConfigError
from hilbench.virtual.parameters import free_parameters, with_parameters
from hilbench.virtual.timing import Decoder, Entry, core_model


def cycles(chip: Chip, code: bytes) -> float:
    """Cycles of straight code in flash, behind a taken branch."""
    address = chip.memories["flash"].base
    return core_model(chip).block_cost(Decoder().decode(code, address), Entry.TAKEN)


_UDIV = bytes.fromhex("b1fbf2f0")


@pytest.mark.parametrize("name", chip_names())
def test_every_chip_has_some_and_begins_where_it_makes_sense(name: str) -> None:
    chip = load_chip(name)
    free = free_parameters(chip)
    assert free
    assert all(each.lower <= each.default <= each.upper for each in free)
    defaults = {each.name: each.default for each in free}
    assert free_parameters(with_parameters(chip, defaults)) == free


def test_a_figure_of_the_pipeline_is_what_the_model_takes() -> None:
    chip = load_chip("stm32l475")
    slow = with_parameters(chip, {"pipeline.divide_cycles": 9.5})
    assert cycles(slow, _UDIV) - cycles(chip, _UDIV) == pytest.approx(9.5 - 6)
    assert cycles(load_chip("stm32l475"), _UDIV) == cycles(chip, _UDIV)


def test_a_figure_of_the_memory_is_what_the_model_takes() -> None:
    chip = load_chip("nrf52840")
    missing = with_parameters(chip, {"timing.flash.code_miss": 1.0})
    wait_states = chip.timing["flash"].wait_states
    assert cycles(missing, _UDIV) - cycles(chip, _UDIV) == pytest.approx(wait_states * (1 - 0.05))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"pipeline.subword_store_cycles": 2},
            "stm32l475 has no parameter 'pipeline.subword_store_cycles' .*; there are",
        ),
        ({"timing.eeprom.code_miss": 1}, "stm32l475 has no parameter 'timing.eeprom.code_miss'"),
        ({"name": 1}, "stm32l475 has no parameter 'name'"),
        (
            {"timing.flash.code_miss": 1.5},
            "timing.flash.code_miss of stm32l475 must lie between 0 and 1, not at 1.5",
        ),
        ({"pipeline.divide_cycles": float("nan")}, "must lie between 1 and 16, not at nan"),
    ],
)
def test_other_names_and_senseless_values_are_refused(values: dict[str, float], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        with_parameters(load_chip("stm32l475"), values)
