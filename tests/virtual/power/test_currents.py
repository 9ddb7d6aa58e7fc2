"""Current model of a chip's description."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hilbench.chips import Chip, Currents, Regulator, chip_names, load_chip
from hilbench.errors import ConfigError
from hilbench.virtual.machine import Machine
from hilbench.virtual.power.energy import CurrentModel, FlashAction, OperatingPoint

_FLASH = {"program": {"us": 80, "ma": 3}, "erase": {"us": 20_000, "ma": 4}, "source": "a data sheet"}
_MODE = {"regulator": "ldo", "flash": {0: 1, 100: 11}, "sleep": {0: 1, 100: 3}, "source": "a data sheet"}


def currents(**changes: object) -> Currents:
    """One mode, 11 mA running and 3 mA asleep at 100 MHz from 3 V, with changes to that."""
    document = {"uncertainty_pct": 15, "volts": 3.0, "modes": {"only": _MODE}, "flash": _FLASH}
    return Currents.model_validate(document | changes)


def point(described: Currents, *, mhz: float = 100, volts: float = 3.0) -> OperatingPoint:
    """The currents in the only mode."""
    model = CurrentModel(described)
    return model.at(mhz * 1e6, model.reset_mode, volts)


@pytest.fixture(params=chip_names())
def chip(request: pytest.FixtureRequest) -> Chip:
    return load_chip(request.param)


def test_a_chip_states_the_uncertainty_of_its_currents(chip: Chip) -> None:
    assert chip.currents is not None
    assert chip.currents.uncertainty_pct >= 10, "no data sheet is closer to any one part"


def test_sleeping_draws_less_than_running_everywhere(chip: Chip) -> None:
    assert chip.currents is not None
    model = CurrentModel.of(chip)
    for name, mode in chip.currents.modes.items():
        for mhz in {*mode.flash, *mode.sleep} - {0}:
            at = model.at(mhz * 1e6, name, 3.3)
            for cached in (True, False):
                assert 0 < at.asleep < at.running(ram_share=0.5, cached=cached)


SELECTIONS = {
    "stm32h743": [(0x5802_4818, scale << 14) for scale in range(4)] + [(0x5800_042C, 1)],
    "stm32f767": [(0x4000_7000, scale << 14 | drive << 16) for scale in range(4) for drive in (0, 3)],
    "stm32l475": [(0x4000_7000, range_ << 9) for range_ in range(4)],
    "stm32l031": [(0x4000_7000, range_ << 11) for range_ in range(4)],
    "nrf52840": [(0x4000_0578, 1), (0x4000_0578, 0)],
    "nrf9160": [(0x5000_4578, 1), (0x5000_4578, 0)],
}


def test_all_that_firmware_can_select_is_described(chip: Chip) -> None:
    machine = Machine(chip, realtime=False)
    try:
        machine.start(halt=True)
        for address, value in SELECTIONS[chip.name]:
            machine.write_memory(address, value.to_bytes(4, "little"))
    finally:
        machine.close()


def test_a_linear_regulator_draws_the_same_from_any_supply() -> None:
    assert point(currents(), volts=1.8) == point(currents(), volts=3.3)


@given(st.floats(1.7, 3.6))
def test_a_switching_regulator_draws_the_same_power_from_any_supply(volts: float) -> None:
    switching = currents(modes={"only": _MODE | {"regulator": Regulator.SMPS}})
    at = point(switching, volts=volts)
    assert at.cached * volts == pytest.approx(11e-3 * 3.0)
    assert at.asleep * volts == pytest.approx(3e-3 * 3.0)


def test_currents_follow_the_clock() -> None:
    half = point(currents(), mhz=50)
    assert half.cached == pytest.approx(6e-3)
    assert half.asleep == pytest.approx(2e-3)


def test_placement_and_caches_are_told_apart_where_they_are_described() -> None:
    told = point(currents(modes={"only": _MODE | {"ram": {100: 15}, "uncached": {100: 9}}}))
    assert told.running(ram_share=1, cached=True) == pytest.approx(15e-3)
    assert told.running(ram_share=0, cached=False) == pytest.approx(9e-3)
    assert told.running(ram_share=0.5, cached=True) == pytest.approx(13e-3)
    untold = point(currents())
    assert untold.ram == untold.cached
    assert untold.running(ram_share=0, cached=False) == untold.cached


def test_the_overhead_is_drawn_running_and_asleep() -> None:
    plain, more = point(currents()), point(currents(overhead={0: 0, 100: 0.5}))
    assert more.cached - plain.cached == pytest.approx(0.5e-3)
    assert more.asleep - plain.asleep == pytest.approx(0.5e-3)


def test_a_weight_scales_what_running_adds_to_sleeping() -> None:
    at = point(currents())
    assert at.running(ram_share=0, cached=True, weight=1.25) == pytest.approx(3e-3 + 1.25 * 8e-3)


def test_a_figure_of_caches_that_are_off_has_its_waits_in_it() -> None:
    told = point(currents(modes={"only": _MODE | {"uncached": {100: 9}}}))
    assert told.running(ram_share=0, cached=False, weight=0.5) == pytest.approx(9e-3)
    assert point(currents()).running(ram_share=0, cached=False, weight=0.5) == pytest.approx(7e-3)


def test_a_calibration_scales_running_and_sleeping_apart() -> None:
    scaled = point(currents(run_scale=1.5, sleep_scale=2))
    assert scaled.asleep == pytest.approx(2 * 3e-3)
    assert scaled.cached == pytest.approx(2 * 3e-3 + 1.5 * 8e-3)


def test_a_mass_erase_without_figures_is_an_erase() -> None:
    model = CurrentModel(currents())
    assert model.flash(FlashAction.MASS_ERASE) == model.flash(FlashAction.ERASE)
    assert model.flash(FlashAction.PROGRAM).us == 80


def test_a_mode_that_is_not_described_names_those_that_are() -> None:
    with pytest.raises(ConfigError, match=r"'turbo'.*only"):
        CurrentModel(currents()).at(1e6, "turbo", 3.3)


def test_a_chip_without_currents_is_refused() -> None:
    with pytest.raises(ConfigError, match="stm32h743"):
        CurrentModel.of(load_chip("stm32h743").model_copy(update={"currents": None}))


@pytest.mark.parametrize("curve", [{}, {100: -1}, {-1: 2}])
def test_a_curve_that_makes_no_sense_is_refused(curve: dict[float, float]) -> None:
    with pytest.raises(ValidationError):
        currents(modes={"only": _MODE | {"flash": curve}})
