"""Numbers as people read them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.report.numbers import MISSING, compact, integer, significant, uncertainty


@pytest.mark.parametrize(
    ("percents", "words"), [([], ""), ([15.0, 15.0], "±15 %"), ([20.0, 7.5, None], "±7.5 to 20 %")]
)
def test_how_sure_energies_are_is_one_figure_or_a_range(percents: list[float | None], words: str) -> None:
    assert uncertainty(pd.Series(percents, dtype="float64")) == words


@given(st.floats(1e-6, 1e9))
def test_significant_digits_survive(value: float) -> None:
    written = float(significant(value).replace("\u202f", ""))
    assert written == pytest.approx(value, rel=0.005)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.012345, "0.0123"),
        (0.99999, "1.00"),
        (12.345, "12.3"),
        (999.6, "1\u202f000"),
        (12345.6, "12\u202f346"),
        (0, "0"),
    ],
)
def test_significant(value: float, written: str) -> None:
    assert significant(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.05, "0.05"), (2, "2"), (10_000, "10\u202fk"), (999_999, "1\u202fM"), (480e6, "480\u202fM")],
)
def test_compact(value: float, written: str) -> None:
    assert compact(value) == written


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_what_does_not_exist_is_a_dash(missing: float | None) -> None:
    assert integer(missing) == significant(missing) == MISSING


def test_integers_have_thin_spaces() -> None:
    assert integer(1234567) == "1\u202f234\u202f567"
