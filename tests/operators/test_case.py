"""A case's identity: what its digest and seed depend on, and that they never change."""

from __future__ import annotations

from typing import Any

import pytest

from hilbench.errors import CaseError
from hilbench.operators import OperatorCase, load_operators

OPERATORS = load_operators()
SHAPE: dict[str, Any] = {"operator": "conv2d", "in_h": 8, "in_w": 8, "in_c": 4, "out_c": 8, "kernel_h": 3}


def case(**changes: object) -> OperatorCase:
    return OPERATORS.case(**(SHAPE | {"kernel_w": 3} | changes))


def test_digest_is_stable() -> None:
    """Stores and firmware images know cases by it; a change orphans all earlier results."""
    assert case().digest == "1bb3a825ba78dcb2"
    assert case().seed == 831151554
    assert case().problem_digest == "c25d8a3152536d7e"


@pytest.mark.parametrize(
    "change",
    [
        {"in_h": 9},
        {"kernel_w": 1},
        {"stride": 2},
        {"stride": "1x2"},
        {"stride": "2x1"},
        {"padding": "valid"},
        {"padding": "1,0,0,1"},
        {"dilation": 2},
        {"dilation": "2x1"},
        {"activation": "relu"},
        {"dtype": "float32"},
        {"operator": "grouped_conv2d", "groups": 2},
    ],
)
def test_every_parameter_is_part_of_the_identity(change: dict[str, Any]) -> None:
    assert case(**change).digest != case().digest
    assert case(**change).seed != case().seed
    assert case(**change).problem_digest != case().problem_digest
    assert case(**change) != case()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"stride": 2}, {"stride": "2x2"}),
        ({"dilation": 2}, {"dilation": "2x2"}),
        ({"padding": "1,0,1,0"}, {"padding": "1, 0, 1, 0"}),
    ],
)
def test_one_case_has_one_digest_however_it_is_written(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert case(**one) == case(**other)
    assert case(**one).digest == case(**other).digest
    assert OPERATORS.case(**case(**one).parameters()) == case(**one)


def test_images_may_be_listed() -> None:
    plain = {key: value for key, value in SHAPE.items() if not key.startswith("in_")}
    listed = OPERATORS.case(**plain, kernel_w=3, inputs="1x8x8x4")
    assert listed == case()
    assert listed.digest == case().digest


def test_variants_differ_but_compute_the_same_data() -> None:
    assert case(variant="dsp").digest != case().digest
    assert case(variant="dsp").seed == case().seed
    assert case(variant="dsp").problem_digest == case().problem_digest


def test_a_tuning_differs_but_computes_the_same_data() -> None:
    tuned = case(variant="dsp", tuning={"band_kib": 6, "align_loops": 8})
    assert tuned.digest != case(variant="dsp").digest
    assert tuned.seed == case().seed
    assert tuned.problem_digest == case().problem_digest
    assert tuned.problem == case()
    assert str(tuned).endswith("int8 dsp band_kib=6 align_loops=8")
    assert OPERATORS.case(**tuned.parameters()) == tuned


def test_what_is_tuned_to_the_default_is_not_tuned() -> None:
    assert case(tuning={"band_kib": 12}) == case()
    assert case(tuning={"band_kib": 12}).digest == case().digest


@pytest.mark.parametrize(
    "tuning",
    [{"bands": 6}, {"band_kib": "many"}, {"band_kib": 0}, {"align_loops": 7}, {"unroll_loops": 1}, "fast"],
)
def test_an_impossible_tuning_is_a_sentence(tuning: object) -> None:
    with pytest.raises(CaseError, match=r"tun"):
        case(tuning=tuning)


def test_cases_of_two_loads_are_equal() -> None:
    again = load_operators().case(**case().parameters())
    assert again == case()
    assert len({again, case()}) == 1


def test_text_names_what_differs_from_the_plain_case() -> None:
    assert str(case()) == "conv2d 8x8x4->8 k3x3 same int8 reference"
    assert str(case(stride=2, dilation=3, activation="relu6")) == (
        "conv2d 8x8x4->8 k3x3 s2 d3 same relu6 int8 reference"
    )
