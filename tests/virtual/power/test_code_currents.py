"""Weight of instructions, as far as data sheets show one."""

from __future__ import annotations

from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.code_currents import EMPTY_LOOP, Chip, Row, load_chips, main
from hilbench.virtual.power.mix import SHARE, InstructionMix

CHIPS = load_chips()


@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_a_row_that_follows_the_model_shows_its_share(share: float, pace: float) -> None:
    drawn = 10 + 40 * (1 + share * (pace - 1))
    assert Row(asleep=10, coremark=50, other=drawn, pace=pace).share(1.15) == pytest.approx(share)


def test_an_empty_loop_s_pace_goes_by_the_core() -> None:
    loop = Row(asleep=10, coremark=50, other=30)
    assert loop.share(0.8) == pytest.approx(0.5 / (1 - EMPTY_LOOP / 0.8))


def test_the_current_model_takes_what_the_chips_have_in_the_mean() -> None:
    assert mean(median(chip.shares) for chip in CHIPS) == pytest.approx(SHARE, abs=0.05)


@pytest.mark.parametrize("chip", CHIPS, ids=lambda chip: chip.name)
def test_every_row_draws_less_than_coremark_and_more_than_sleep(chip: Chip) -> None:
    assert all(0 < share < 1 for share in chip.shares)


def test_half_the_flow_draws_less_but_not_half() -> None:
    mix = InstructionMix("cortex-m7")
    assert mix.weight(mix.typical) == 1
    assert 0.5 < mix.weight(mix.typical / 2) < 1


def test_every_chip_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    printed = capsys.readouterr().out
    assert all(chip.name in printed for chip in CHIPS)
