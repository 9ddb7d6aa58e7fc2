from __future__ import annotations

import numpy as np
import pytest

from hilbench.power.instruments.ppk2.calibration import Calibration
from tests.power.ppk2_on_a_pty import METADATA, samples

_API = pytest.importorskip("ppk2_api.ppk2_api")


def words(data: bytes) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.frombuffer(data, "<u4")


def test_currents_agree_with_the_vendors_formula_as_others_wrote_it() -> None:
    """`ppk2-api` is an independent reading of the same source; it is not used, only compared with."""
    other = _API.PPK2_API.__new__(_API.PPK2_API)
    calibration = Calibration.parse(METADATA.decode())
    other.ser = None
    other.adc_mult = 1.8 / 163_840
    other.current_vdd = 3300
    other.modifiers = {
        name: {str(i): value for i, value in enumerate(getattr(calibration, name))}
        for name in ("R", "GS", "GI", "O", "S", "I", "UG")
    }
    for scale in range(5):
        other.rolling_avg = other.rolling_avg4 = other.prev_range = None
        other.spike_filter_alpha, other.spike_filter_alpha5, other.after_spike = 0.18, 0.06, 0
        adc = np.array([300, 2000, 9000, 16_000])
        expected = [other.get_adc_result(scale, 4 * int(value)) for value in adc]
        measured = calibration.amperes(words(samples(adc, scale=scale)), 3.3)
        np.testing.assert_allclose(measured, expected, rtol=1e-12)


def test_values_that_are_no_numbers_keep_their_default() -> None:
    calibration = Calibration.parse(
        "Calibrated: 0\nR0: -nan\nR1: 0.0\nGI2: nan\nO3: what\nUG4: 2.5\nHW: 1\nEND"
    )
    assert calibration.R == (1031.64, 101.65, 10.15, 0.94, 0.043)
    assert calibration.GI[2] == 1.0
    assert calibration.O[3] == 0.0
    assert calibration.UG[4] == 2.5
    assert not calibration.calibrated


def test_whether_a_unit_is_calibrated_stands_in_its_first_line() -> None:
    assert Calibration.parse("Calibrated: 1\nHW: 9173\nEND").calibrated
    assert Calibration.parse("GS0: 7\nCalibrated: 0\nCalibrated: 1\nHW: 9173\nEND").calibrated


@pytest.mark.parametrize(("scale", "shunt"), [(0, 1031.64), (1, 101.65), (2, 10.15), (3, 0.94), (4, 0.043)])
def test_an_uncalibrated_unit_has_its_nominal_shunts_and_no_other_corrections(
    scale: int, shunt: float
) -> None:
    """With gains of 1, as the vendor's application has them."""
    x = 4 * 3000 * (1.8 / 163_840) / shunt
    assert Calibration().amperes(words(samples(np.array([3000]), scale=scale)), 3.3) == pytest.approx(
        x * x + x
    )


@pytest.mark.parametrize("earlier", [1, 2, 300])
@pytest.mark.parametrize(("scale", "weight"), [(0, 0.18), (1, 0.18), (2, 0.18), (3, 0.18), (4, 0.06)])
def test_three_samples_after_a_change_of_range_are_averaged_exponentially(
    scale: int, weight: float, earlier: int
) -> None:
    """As the vendor's application does: the weight is smaller in the least sensitive range."""
    before = (scale + 1) % 5
    data = samples(np.full(earlier, 1000), scale=before) + samples(np.full(5, 3000), scale=scale)
    current = Calibration().amperes(words(data), 3.3)
    average, level = current[earlier - 1], current[earlier + 4]
    for index in range(earlier, earlier + 3):
        average += weight * (level - average)
        assert current[index] == pytest.approx(average, rel=2e-3)
    assert current[earlier + 3] == level


def test_a_change_of_range_is_smoothed_and_nothing_else() -> None:
    calibration = Calibration()
    low, high = samples(np.full(50, 1000), scale=3), samples(np.full(50, 4000), scale=3)
    flat = calibration.amperes(words(low + high), 3.3)
    assert flat[49] != flat[50] == flat[99]
    switched = calibration.amperes(words(low + samples(np.full(50, 12_000), scale=4)), 3.3)
    steady = switched[-1]
    assert np.all(np.abs(switched[50:53] - switched[49]) < abs(steady - switched[49]))
    assert switched[53] == steady
