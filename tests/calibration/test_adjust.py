from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from hilbench.calibration.adjust import adjust
from hilbench.calibration.fit import Vector
from hilbench.calibration.observations import Key, Observation, Quantity
from hilbench.chips import Effect, Parameter

_DIVIDE = Parameter("pipeline.divide_cycles", Effect.TIME, 6, 1, 16)
_CURRENT = Parameter("currents.run_scale", Effect.POWER, 1, 0.5, 2)
_TRUTH = {_DIVIDE.name: 9.0, _CURRENT.name: 1.2}


def models(values: Mapping[str, float], seen: Sequence[Observation]) -> Vector:
    """A chip that divides, and draws a current."""
    divide = values.get(_DIVIDE.name, _DIVIDE.default)
    scale = values.get(_CURRENT.name, _CURRENT.default)
    return np.array(
        [
            (len(each.label) + divide if each.key.quantity is Quantity.CYCLES else scale * len(each.label))
            for each in seen
        ]
    )


def observed(label: str, quantity: Quantity, *, fitted: bool = True) -> Observation:
    blank = Observation(Key(label, "flash", quantity), label, fitted, value=0, resolution=1e-3)
    (value,) = models(_TRUTH, [blank])
    return Observation(blank.key, label, fitted, value=value, resolution=1e-3)


_CYCLES = [observed("loop", Quantity.CYCLES), observed("divisions", Quantity.CYCLES)]
_POWER = [observed("loop", Quantity.POWER)]
_HELD_OUT = [observed("conv2d", Quantity.CYCLES, fitted=False)]


def test_times_and_powers_give_their_own_parameters() -> None:
    found = adjust([*_CYCLES, *_POWER, *_HELD_OUT], [_CURRENT, _DIVIDE], models)
    values = {estimate.parameter.name: estimate.value for estimate in found.estimates}
    assert values == pytest.approx(_TRUTH, abs=0.01)


def test_without_a_meter_no_current_is_spoken_of() -> None:
    found = adjust([*_CYCLES, *_HELD_OUT], [_DIVIDE, _CURRENT], models)
    assert [estimate.parameter for estimate in found.estimates] == [_DIVIDE]


def test_what_is_held_out_is_judged_and_not_fitted() -> None:
    found = adjust([*_CYCLES, *_HELD_OUT], [_DIVIDE], models)
    assert [error.case for error in found.residuals] == ["loop", "divisions"]
    (judged,) = found.held_out
    assert judged.before == pytest.approx(-20.0, abs=0.01)  # 12 cycles for 15
    assert judged.after == pytest.approx(0.0, abs=0.05)
    alone = adjust(_HELD_OUT, [_DIVIDE], models)
    assert alone.estimates == ()
