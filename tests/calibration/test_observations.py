from __future__ import annotations

from dataclasses import replace

import pytest

from hilbench.calibration.observations import GRID, OPERATORS, Quantity, observations
from hilbench.chips import Effect
from hilbench.grids import load_grid
from hilbench.operators.registry import load_operators
from hilbench.power import EnergyWindow
from hilbench.provenance import Provenance
from hilbench.results import Measurement, Status

_CASES = load_grid(GRID, load_operators(OPERATORS))
_ROW = Measurement(
    workload=_CASES[0].record(),
    board="bench",
    chip="stm32l475",
    core="cortex-m4",
    provenance=Provenance.MEASURED,
    status=Status.OK,
    cycles=(100, 104, 101),
    placement="flash",
    energy=EnergyWindow(iterations=7, energy_j=6e-3, idle_w=0.01, meter_s=0.2, core_s=0.2, samples=20_000),
)


def test_every_microkernel_is_measured_and_some_operators_are_held_out() -> None:
    microkernels = [case for case in _CASES if case.operator.name == "microkernel"]
    assert {case.variant for case in microkernels} == set(load_operators(OPERATORS)["microkernel"].variants)
    assert len({case.operator.name for case in _CASES}) > 4


def test_a_row_tells_cycles_and_powers() -> None:
    told = {each.key.quantity: each for each in observations([_ROW])}
    assert told[Quantity.CYCLES].value == 101
    assert told[Quantity.POWER].value == pytest.approx(0.03)
    assert told[Quantity.IDLE_POWER].value == 0.01
    assert {each.label for each in told.values()} == {"reference"}
    assert all(each.fitted for each in told.values())


def test_without_a_meter_it_tells_cycles_alone() -> None:
    (told,) = observations([replace(_ROW, energy=None)])
    assert told.key.quantity.effect is Effect.TIME


def test_rows_that_failed_tell_nothing() -> None:
    assert observations([replace(_ROW, status=Status.VERIFY_FAILED, cycles=(), energy=None)]) == ()


def test_operators_are_held_out() -> None:
    (told,) = observations([replace(_ROW, workload=_CASES[-1].record(), energy=None)])
    assert not told.fitted
    assert told.label == str(_CASES[-1])
