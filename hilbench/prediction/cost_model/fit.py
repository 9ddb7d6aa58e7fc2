"""The fit of a cost model to rows of layers: positive coefficients, and errors of cases that it did not see.

Needs SciPy (extra `calibrate`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hilbench.errors import ConfigError
from hilbench.extras import require
from hilbench.operators import Layer
from hilbench.prediction.cost_model.model import CostModel, KernelCost, key
from hilbench.prediction.cost_model.sizes import code_terms
from hilbench.prediction.cost_model.terms import terms

_FOLDS = 6
"""Parts of the cases, each of which is predicted by a fit to the others."""
_FEWEST = 4
"""Cases of a kernel that a fit needs, and networks that an interval needs."""
_COVERED = 0.9
"""Share of cases that an interval is to hold."""

Floats = NDArray[np.float64]
NetworkLayers = Sequence[tuple[Layer, float]]
"""Layers of a network that ran, by their kernels, with their cycles there."""


@dataclass(frozen=True)
class FittedCase:
    """Cost of a layer, as it was measured or emulated; sizes in bytes."""

    layer: Layer
    cycles: float
    code_bytes: float
    constant_bytes: float


@dataclass(frozen=True)
class HeldOut:
    """A case that the fit did not see."""

    layer: Layer
    cycles: float
    predicted: float

    @property
    def error(self) -> float:
        """Relative error of the prediction."""
        return self.predicted / self.cycles - 1


def fit(
    chip: str,
    cases: Iterable[FittedCase],
    fitted_to: str,
    joules_per_cycle: float | None = None,
    energy_error: float = 0.0,
) -> tuple[CostModel, Sequence[HeldOut]]:
    """A cost model, and its errors on cases that fits to the others did not see.

    Args:
        chip: name of the chip.
        cases: of any operators and variants.
        fitted_to: provenance of the cases.
        joules_per_cycle: energy of a running core.
        energy_error: relative uncertainty of that.

    Raises:
        ConfigError: SciPy is not installed, or no kernel has enough cases.
    """
    by_kernel: defaultdict[str, list[FittedCase]] = defaultdict(list)
    for case in cases:
        by_kernel[key(case.layer)].append(case)
    kernels: dict[str, KernelCost] = {}
    held_out: list[HeldOut] = []
    for name, members in sorted(by_kernel.items()):
        if len(members) >= _FEWEST:
            unseen = cross_validated(members)
            held_out += unseen
            kernels[name] = _kernel_cost(members, unseen)
    if not kernels:
        raise ConfigError(f"No kernel has {_FEWEST} cases or more; sweep the grid 'costs'.")
    return CostModel(chip, fitted_to, kernels, joules_per_cycle, energy_error), held_out


def conformal_error(errors: Iterable[float]) -> float:
    """Relative error that nine of ten further cases do not exceed, by those of held-out cases.

    Source: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World" (2005), split conformal.
    """
    ordered = sorted(abs(error) for error in errors)
    rank = math.ceil((len(ordered) + 1) * _COVERED)
    return ordered[min(rank, len(ordered)) - 1]


def _kernel_cost(members: Sequence[FittedCase], unseen: Sequence[HeldOut]) -> KernelCost:
    sizes = np.array([[case.layer.weight_bytes, case.layer.case.out_c, 1.0] for case in members])
    constants = np.array([case.constant_bytes for case in members])
    coefficients = _nonnegative(sizes, constants) if constants.any() else np.zeros(3)
    return KernelCost(
        _rounded(term_coefficients(members)),
        round(conformal_error(each.error for each in unseen), 4),
        len(members),
        _rounded(_code_coefficients(members)),
        (float(coefficients[0]), float(coefficients[1]), float(coefficients[2])),
    )


def _code_coefficients(members: Sequence[FittedCase]) -> dict[str, float]:
    """Bytes of each term of the code's size."""
    counts = [code_terms(case.layer) for case in members]
    names = sorted({name for each in counts for name in each})
    matrix = np.array([[each.get(name, 0.0) for name in names] for each in counts])
    sizes = np.array([case.code_bytes for case in members])
    return dict(zip(names, _nonnegative(matrix, sizes).tolist(), strict=True))


def with_networks(model: CostModel, networks: Sequence[NetworkLayers]) -> CostModel:
    """The model with what layers in networks take on top of their warm runs, and how far off networks are.

    Args:
        model: fitted to warm runs.
        networks: that ran.
    """
    found = [[(layer, taken) for layer, taken in each if model.knows(layer) and taken] for each in networks]
    errors: list[float] = []
    for index, network in enumerate(found):
        others = [pair for other in found[:index] + found[index + 1 :] for pair in other]
        if network and others:
            unseeing = _with_cold_costs(model, others)
            predicted = sum(unseeing.estimate(layer).cycles for layer, _ in network)
            errors.append(predicted / sum(taken for _, taken in network) - 1)
    if not any(found):
        return model
    fitted = _with_cold_costs(model, [pair for network in found for pair in network])
    enough = len(errors) >= _FEWEST
    return replace(fitted, network_error=round(conformal_error(errors), 4) if enough else None)


def _with_cold_costs(model: CostModel, known: Sequence[tuple[Layer, float]]) -> CostModel:
    counts = [model.cold_terms(layer) for layer, _ in known]
    names = sorted(counts[0])
    cycles = np.array([each for _, each in known])
    warm = np.array([model.kernels[key(layer)].estimate(layer) for layer, _ in known])
    matrix = np.array([[each[name] for name in names] for each in counts])
    scale = np.sqrt(cycles)  # between relative errors, which are the small layers', and absolute ones
    solved = _nonnegative(matrix / scale[:, None], (cycles - warm) / scale)
    return replace(model, cold=_rounded(dict(zip(names, solved.tolist(), strict=True))))


def _rounded(coefficients: Mapping[str, float]) -> dict[str, float]:
    return {name: float(f"{value:.5g}") for name, value in coefficients.items() if value > 0}


def cross_validated(members: Sequence[FittedCase]) -> list[HeldOut]:
    """Predictions of all cases by fits to others; cases of like size are in different parts."""
    ordered = sorted(members, key=lambda case: case.cycles)
    folds = min(_FOLDS, len(ordered))
    found: list[HeldOut] = []
    for fold in range(folds):
        cost = term_coefficients([case for index, case in enumerate(ordered) if index % folds != fold])
        for case in ordered[fold::folds]:
            counts = terms(case.layer)
            predicted = sum(counts.get(name, 0.0) * cycles for name, cycles in cost.items())
            found.append(HeldOut(case.layer, case.cycles, max(predicted, 1.0)))
    return found


def term_coefficients(members: Sequence[FittedCase]) -> dict[str, float]:
    """Cycles of each term, such that relative errors are small."""
    counts = [terms(case.layer) for case in members]
    names = sorted({name for each in counts for name, count in each.items() if count})
    cycles = np.array([case.cycles for case in members])
    matrix = np.array([[each.get(name, 0.0) for name in names] for each in counts])
    solved = _nonnegative(matrix / cycles[:, None], np.ones(len(members)))
    return dict(zip(names, solved.tolist(), strict=True))


def _nonnegative(matrix: Floats, target: Floats) -> Floats:
    """Least squares without negative coefficients; columns are scaled, so that none vanishes in rounding."""
    require("scipy")
    from scipy.optimize import nnls

    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-30)
    solved, _ = nnls(matrix / scale, target)
    found: Floats = solved / scale
    return found
