"""Rooflines: two straight lines that meet at the ridge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.analysis import Roof, intensity, roof
from tests.analysis.rows import frame, measurement


@given(st.floats(0.1, 4), st.floats(0.5, 16), st.floats(1e-3, 1e3))
def test_memory_limits_left_of_the_ridge_and_arithmetic_right_of_it(
    peak: float, bandwidth: float, at: float
) -> None:
    ceiling = Roof(peak, bandwidth, "")
    expected = bandwidth * at if at < ceiling.ridge else peak
    assert ceiling.at(at) == pytest.approx(expected)


def test_a_cortex_m7_does_two_macs_a_cycle_in_int8_and_one_in_float() -> None:
    integer, floating = roof("cortex-m7", "int8"), roof("cortex-m7", "float32")
    assert integer is not None
    assert floating is not None
    assert (integer.peak, floating.peak) == (2.0, 1.0)


@pytest.mark.parametrize("dtype", ["int8", "float32", "int16x8", "int8x4"])
@pytest.mark.parametrize("core", ["cortex-m0+", "cortex-m3", "Cortex-M4", "cortex-m33", "cortex-m7"])
def test_a_ceiling_is_what_its_basis_says(core: str, dtype: str) -> None:
    """The basis stands in the report beside the numbers."""
    ceiling = roof(core, dtype)
    if ceiling is None:
        assert dtype == "float32"
        return
    arithmetic, memory = ceiling.basis.split(",")
    macs = {
        "MULS and ADDS": 1 / 2,
        "MLA in two cycles": 1 / 2,
        "SMLAD every cycle": 2,
        "VMUL and VADD": 1 / 2,
        "VFMA every cycle": 1,
    }
    words = {" one word in two cycles": 1 / 2, " one word a cycle": 1, " two words a cycle": 2}
    assert (ceiling.peak, ceiling.bandwidth) == (macs[arithmetic], 4 * words[memory])


def test_no_ceiling_is_invented_for_a_core_without_a_source() -> None:
    assert roof("cortex-m0+", "float32") is None


def test_intensity_counts_weights_and_activations_once() -> None:
    rows = frame(measurement(macs=100_000, weight_bytes=904, channels=8))
    assert intensity(rows).to_list() == [100_000 / (904 + 512 * 8)]
