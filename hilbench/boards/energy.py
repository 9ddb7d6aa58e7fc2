"""Energy of runs on a board: a window between two edges of the trigger, cut from the meter's samples."""

from __future__ import annotations

import math
from contextlib import suppress
from math import hypot

from hilbench.boards.board import Board
from hilbench.boards.device import Device
from hilbench.boards.limits import Limits
from hilbench.errors import HilbenchError, PowerError
from hilbench.power import EnergyWindow, PowerMeter, PowerTrace
from hilbench.power.window import MIN_SAMPLES, check_window, cut_window
from hilbench.provenance import Provenance

_IDLE_SAMPLES = 200
"""Samples of idle current on either side of an energy window."""
_TAIL_SHARE = 0.5
"""Part of the idle time behind a window that the capture waits for."""
_WINDOW_MARGIN = 1.1
"""Ratio of a window's planned length to the minimum."""


def window_iterations(meter: PowerMeter, clock_hz: int, cycles: int) -> int:
    """Runs of `cycles` each at a core clock that an energy window needs to be long enough."""
    window_s = _WINDOW_MARGIN * MIN_SAMPLES / meter.rate
    return max(1, -int(-window_s * clock_hz // cycles))


def measured_window(
    device: Device,
    meter: PowerMeter,
    limits: Limits,
    iterations: int,
    *,
    clock_hz: int,
    uncertainty_pct: float | None,
) -> tuple[EnergyWindow, PowerTrace]:
    """Energy of `iterations` runs of the selected workload, and what the meter saw.

    Args:
        device: runs the workload.
        meter: sees its supply and its trigger.
        limits: of time.
        iterations: runs.
        clock_hz: clock of the core.
        uncertainty_pct: of the meter's energies, %; None where nobody states it. What the places of the
            edges add is added.

    Raises:
        PowerError: lost samples, missing edges, too short, or clocks that disagree by over 1 %.
    """
    idle_s = _IDLE_SAMPLES / meter.rate
    meter.start()
    try:
        report = device.window(iterations, round(idle_s * 1e6))
        meter.await_edges(2, _TAIL_SHARE * idle_s, limits.begin("power"))
    except HilbenchError:
        with suppress(PowerError):
            meter.stop()
        raise
    trace = meter.stop()
    window = cut_window(trace, idle_s)
    core_s = report.cycles / clock_hz
    if uncertainty_pct is not None:
        uncertainty_pct = hypot(uncertainty_pct, window.edge_uncertainty_pct)
    check_window(window, core_s)
    energy = EnergyWindow(
        iterations=report.iterations,
        energy_j=window.energy_j,
        idle_w=window.idle_w,
        meter_s=window.seconds,
        core_s=core_s,
        samples=window.samples,
        uncertainty_pct=uncertainty_pct,
    )
    return energy, trace


def energy_uncertainty_pct(board: Board, provenance: Provenance) -> float | None:
    """Uncertainty of an energy in %; None where nobody states one.

    The meter's and, of an emulated chip, its current model's, in quadrature.
    """
    model = board.chip.currents if provenance is Provenance.EMULATED else None
    meter = board.power if board.power != "none" else None
    stated = [part.uncertainty_pct for part in (model, meter) if part is not None]
    known = [percent for percent in stated if percent is not None]
    return math.hypot(*known) if known else None
