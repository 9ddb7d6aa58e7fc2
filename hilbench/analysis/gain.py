"""Gain of kernels over the reference variant of the same problem, where a run measured both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hilbench.analysis.keys import kernel_label, settings
from hilbench.analysis.variant_ranking import VariantRanking, variant_rankings
from hilbench.operators.variants import REFERENCE


@dataclass(frozen=True)
class Gain:
    """The cost of the reference variant over that of the best, for some problems.

    Attributes:
        operator: of the problems; empty for all.
        setting: data type and whatever else the run varies, variants apart; empty where nothing.
        problems: how many have a row of the reference and one of another variant.
        speed: geometric mean of the ratios of cycles; above 1 the best is faster.
        least: the smallest of these ratios.
        most: the largest.
        energy: geometric mean of the ratios of energies; NaN where none were measured.
        winners: which variants were the fastest, the most frequent first.
    """

    operator: str
    setting: str
    problems: int
    speed: float
    least: float
    most: float
    energy: float
    winners: tuple[str, ...]


def gains(frame: pd.DataFrame) -> tuple[Gain, ...]:
    """Gains, one for each operator and setting of which the reference and others ran, the largest first.

    Settings come in the order of the run.
    """
    setting_of = settings(frame).to_dict()
    found: dict[str, dict[str, list[VariantRanking]]] = {str(name): {} for name in setting_of.values()}
    for ranking in _against_reference(frame):
        operators = found[str(setting_of[ranking.winner.name])]
        operators.setdefault(str(ranking.winner["operator"]), []).append(ranking)
    told = ([_gain(name, setting, group) for name, group in each.items()] for setting, each in found.items())
    return tuple(gain for each in told for gain in sorted(each, key=lambda gain: -gain.speed))


def overall_gain(frame: pd.DataFrame) -> Gain | None:
    """All problems of a run of which the reference and others ran; None where there are none."""
    found = _against_reference(frame)
    return _gain("", "", found) if found else None


def _against_reference(frame: pd.DataFrame) -> list[VariantRanking]:
    return [ranking for ranking in variant_rankings(frame) if ranking.row_of(REFERENCE) is not None]


def _gain(operator: str, setting: str, found: Sequence[VariantRanking]) -> Gain:
    speeds = [_ratio(ranking, "cycles_median") for ranking in found]
    winners = Counter(kernel_label(ranking.winner) for ranking in found)
    return Gain(
        operator=operator,
        setting=setting,
        problems=len(found),
        speed=_geometric(speeds),
        least=min(speeds),
        most=max(speeds),
        energy=_geometric(_ratio(ranking, "energy_uj") for ranking in found),
        winners=tuple(name for name, _ in winners.most_common()),
    )


def _ratio(ranking: VariantRanking, cost: str) -> float:
    """The reference's cost over the least of all variants; NaN where the reference's is not known."""
    plain = ranking.row_of(REFERENCE)
    least = min((float(row[cost]) for row in ranking.rows if pd.notna(row[cost])), default=float("nan"))
    return float(plain[cost]) / least if plain is not None else float("nan")


def _geometric(ratios: Iterable[float]) -> float:
    known = [ratio for ratio in ratios if ratio > 0]
    return float(np.exp(np.mean(np.log(known)))) if known else float("nan")
