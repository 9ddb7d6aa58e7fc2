"""Choice of a variant, and the reasons against the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.errors import DeviceFault, HilbenchError
from hilbench.operators import Tuning
from hilbench.operators.registry import load_operators
from hilbench.prediction import Prediction, Predictor
from hilbench.prediction.predictor import W
from hilbench.sweeps import Budget, choose

SHAPE = load_operators().layer(operator="conv2d", in_h=8, in_w=8, in_c=8, out_c=8, kernel_h=3, kernel_w=3)
FAST = Prediction(
    cycles=100,
    instructions=80,
    code_bytes=900,
    constant_bytes=600,
    ram_bytes=3000,
    scratch_bytes=2000,
    crc32=0,
)
LEAN = Prediction(
    cycles=900,
    instructions=700,
    code_bytes=300,
    constant_bytes=200,
    ram_bytes=1000,
    scratch_bytes=0,
    crc32=0,
)


class Oracle(Predictor):
    """Says of each variant what it was told to say."""

    def __init__(self, outcomes: Mapping[str, Prediction | HilbenchError]) -> None:
        self._outcomes = outcomes

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        return {each: self._outcomes.get(each.record().variant, LEAN) for each in workloads}


def test_the_fewest_cycles_win() -> None:
    (choice,) = choose([SHAPE], Oracle({"dsp": FAST}), Budget())
    assert choice.best is not None
    assert choice.best.case == SHAPE.with_kernel("dsp")
    assert {each.case.variant for each in choice.candidates} == set(SHAPE.operator.variants)


def test_a_shape_is_chosen_for_once_whatever_variants_it_came_in() -> None:
    assert len(choose([SHAPE, SHAPE.with_kernel("dsp")], Oracle({}), Budget())) == 1


@pytest.mark.parametrize(
    ("budget", "needs"),
    [(Budget(ram=2999), "3000 bytes of RAM"), (Budget(flash=1499), "1500 bytes of flash")],
)
def test_what_is_beyond_the_budget_is_not_chosen(budget: Budget, needs: str) -> None:
    (choice,) = choose([SHAPE], Oracle({"dsp": FAST}), budget)
    assert choice.best is not None
    assert choice.best.prediction == LEAN
    (refused,) = (each for each in choice.candidates if each.case.variant == "dsp")
    assert refused.obstacle == needs


def test_what_just_fits_the_budget_is_chosen() -> None:
    (choice,) = choose([SHAPE], Oracle({"dsp": FAST}), Budget(ram=FAST.ram_bytes, flash=FAST.flash_bytes))
    assert choice.best is not None
    assert choice.best.prediction == FAST


def test_a_budget_that_admits_none_says_what_the_smallest_needs() -> None:
    (choice,) = choose([SHAPE], Oracle({"dsp": FAST, "winograd": FAST}), Budget(ram=10))
    assert choice.best is None
    assert choice.obstacle == "reference needs 1000 bytes of RAM"


def test_what_was_tuned_is_chosen_whatever_is_predicted() -> None:
    tuned = SHAPE.with_kernel("dsp", Tuning(band_kib=4))
    (choice,) = choose([SHAPE], Oracle({"winograd": FAST}), Budget(), lambda _: tuned)
    assert choice.best is not None
    assert choice.best.case == tuned


def test_what_was_tuned_keeps_within_the_budget() -> None:
    tuned = SHAPE.with_kernel("dsp", Tuning(band_kib=4))
    (choice,) = choose([SHAPE], Oracle({"dsp": FAST}), Budget(ram=2000), lambda _: tuned)
    assert choice.best is not None
    assert choice.best.case != tuned


def test_what_cannot_run_is_not_chosen() -> None:
    (choice,) = choose([SHAPE], Oracle({"dsp": DeviceFault("It faulted.")}), Budget())
    assert choice.best is not None
    assert choice.best.case.variant != "dsp"


def test_where_nothing_runs_there_is_no_choice_and_no_budget_to_blame() -> None:
    fault = DeviceFault("It faulted.")
    (choice,) = choose([SHAPE], Oracle(dict.fromkeys(SHAPE.operator.variants, fault)), Budget(ram=1))
    assert (choice.best, choice.obstacle) == (None, "")


@given(ram=st.integers(0, 5000), flash=st.integers(0, 3000))
def test_no_choice_is_ever_beyond_its_budget(ram: int, flash: int) -> None:
    budget = Budget(ram, flash)
    (choice,) = choose([SHAPE], Oracle({"dsp": FAST}), budget)
    if choice.best is not None:
        assert choice.best.prediction is not None
        assert choice.best.prediction.ram_bytes <= ram
        assert choice.best.prediction.flash_bytes <= flash
    else:
        assert ram < LEAN.ram_bytes or flash < LEAN.flash_bytes
