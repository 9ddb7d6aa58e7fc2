"""Correction of a chip's cost model by a few layers that ran on a board (few-shot).

A board differs from its model in a few ways: its core or its memories are slower throughout, or one kernel
is. So few numbers are fitted: a factor of all cycles, one of those that memory takes, and one a kernel that
is drawn towards 1 the more the fewer its cases are (ridge regression).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hilbench.errors import ConfigError
from hilbench.prediction.cost_model.fit import FittedCase, Floats, HeldOut, conformal_error
from hilbench.prediction.cost_model.model import CostModel, KernelCost, key
from hilbench.prediction.cost_model.terms import terms

_MEMORY = ("uncached", "again", "spilled", "constants")
"""Last words of the terms that are cycles of memory."""
_PENALTIES = {"all": 1e-3, "memory": 1e-2}
_KERNEL_PENALTY = 0.5
"""Weight of a kernel's own factor: that of half a case that is as predicted."""
_FEWEST = 4


@dataclass(frozen=True)
class Correction:
    """A corrected cost model.

    Attributes:
        model: corrected, or as it was where a correction helps none of the cases that it does not see.
        kept: whether it was corrected.
        before: the cases as the model predicted them.
        after: each as a correction by the others predicts it.
    """

    model: CostModel
    kept: bool
    before: Sequence[HeldOut]
    after: Sequence[HeldOut]


def correct(model: CostModel, cases: Sequence[FittedCase], provenance: str) -> Correction:
    """A cost model corrected by cases of a board.

    Args:
        model: of the board's chip.
        cases: that ran alone; those of kernels that the model does not know are left out.
        provenance: of the cases.

    Raises:
        ConfigError: too few of them are known to the model.
    """
    known = [case for case in cases if model.knows(case.layer)]
    if len(known) < _FEWEST:
        raise ConfigError(
            f"A correction needs {_FEWEST} layers that the cost model knows, there are {len(known)}; "
            "sweep the grid 'correction'."
        )
    before = [_held_out(model, case) for case in known]
    after = []
    for index, case in enumerate(known):
        after.append(_held_out(_corrected(model, known[:index] + known[index + 1 :]), case))
    if _total(after) >= _total(before):
        return Correction(model, False, before, after)
    error = round(conformal_error(each.error for each in after), 4)
    found = _corrected(model, known)
    kernels = {name: replace(cost, error=error) for name, cost in found.kernels.items()}
    fitted_to = f"{model.fitted_to}, corrected by {len(known)} {provenance}"
    return Correction(replace(found, kernels=kernels, fitted_to=fitted_to), True, before, after)


def _total(cases: Sequence[HeldOut]) -> float:
    return sum(abs(each.error) for each in cases)


def _held_out(model: CostModel, case: FittedCase) -> HeldOut:
    return HeldOut(case.layer, case.cycles, model.kernels[key(case.layer)].estimate(case.layer))


def _corrected(model: CostModel, cases: Sequence[FittedCase]) -> CostModel:
    """The model with all of its coefficients scaled."""
    own = sorted({key(case.layer) for case in cases})
    names = [*_PENALTIES, *own]
    rows = np.array([[_features(model, case)[name] for name in names] for case in cases])
    target = np.array([case.cycles / _held_out(model, case).predicted - 1 for case in cases])
    weights = np.array([*_PENALTIES.values(), *(_KERNEL_PENALTY for _ in own)])
    shifts = dict(zip(names, _ridge(rows, target, weights), strict=True))
    kernels = {
        name: _scaled(cost, shifts["all"] + shifts.get(name, 0.0), shifts["memory"])
        for name, cost in model.kernels.items()
    }
    memory = max(0.0, 1 + shifts["all"] + shifts["memory"])
    return replace(model, kernels=kernels, cold={name: each * memory for name, each in model.cold.items()})


def _features(model: CostModel, case: FittedCase) -> Mapping[str, float]:
    """Shares of the predicted cycles that each factor scales."""
    cost, counts = model.kernels[key(case.layer)], terms(case.layer)
    memory = sum(counts.get(name, 0.0) * each for name, each in cost.cycles.items() if _is_memory(name))
    own = {name: float(name == key(case.layer)) for name in model.kernels}
    return {"all": 1.0, "memory": memory / cost.estimate(case.layer), **own}


def _is_memory(term: str) -> bool:
    return term.endswith(_MEMORY)


def _ridge(rows: Floats, target: Floats, weights: Floats) -> Floats:
    """Least squares with a penalty for each coefficient.

    Source: Hoerl and Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal Problems" (1970).
    """
    return np.asarray(np.linalg.solve(rows.T @ rows + np.diag(weights), rows.T @ target), dtype=np.float64)


def _scaled(cost: KernelCost, shift: float, memory: float) -> KernelCost:
    """A kernel's cost, all its cycles grown by one share and those of memory by another."""
    cycles = {
        name: max(0.0, each * (1 + shift + memory * _is_memory(name))) for name, each in cost.cycles.items()
    }
    return replace(cost, cycles=cycles)
