"""Pareto fronts of a family on platforms: networks that none beats in latency, RAM, flash and parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hilbench.design.budget import Budgets, Figures
from hilbench.design.figure_file import figure_file
from hilbench.design.scaling import Scaled, Search
from hilbench.errors import DoesNotFit

_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


@dataclass(frozen=True)
class Front:
    """Networks within a platform's budgets that no other of the sample beats.

    Attributes:
        platform: name of the board, or of three numbers.
        points: of the front, the fastest first.
        sampled: networks whose cost was asked for.
    """

    platform: str
    points: tuple[Scaled, ...]
    sampled: int


def front(platform: str, search: Search, budgets: Budgets) -> Front:
    """The front of a sample of the lattice.

    Args:
        platform: its name.
        search: of the lattice.
        budgets: to be kept.

    Raises:
        DoesNotFit: no network of the sample keeps the budgets.
    """
    asked = list(search.sample(budgets))
    kept = [each for each in asked if budgets.admit(each.figures)]
    if not kept:
        raise DoesNotFit(
            f"No network of the sample fits {platform}; without --pareto it is said by how much."
        )
    best = [each for each in kept if not any(_beats(other.figures, each.figures) for other in kept)]
    return Front(platform, tuple(sorted(best, key=lambda each: each.figures.latency_us)), len(asked))


def draw_fronts(fronts: list[Front], path: Path) -> None:
    """Draw fronts side by side: parameters over latency, RAM and flash.

    Args:
        fronts: of one family.
        path: whose end says the format.

    Raises:
        ConfigError: the format is unknown, or the file cannot be written.
    """
    with figure_file(path, 11, 4) as figure:
        panels = figure.subplots(1, 3, sharey=True)
        for axes, (name, label, unit, scale) in zip(panels, _AXES, strict=True):
            for color, each in zip(_COLORS * len(fronts), fronts, strict=False):
                amounts = [getattr(point.figures, name) / unit for point in each.points]
                sizes = [point.figures.parameters for point in each.points]
                axes.plot(amounts, sizes, "o", color=color, markersize=4, label=each.platform)
            axes.set(xscale=scale, yscale="log", xlabel=f"{label}, predicted")
            axes.grid(alpha=0.3)
        panels[0].set_ylabel("parameters")
        panels[0].legend(fontsize="small")


_AXES = (
    ("latency_us", "latency, ms", 1e3, "log"),
    ("ram_bytes", "RAM, KiB", 1024, "linear"),
    ("flash_bytes", "flash, KiB", 1024, "log"),
)
"""Figures that parameters are drawn over, with their labels, units and scales."""


def _beats(other: Figures, figures: Figures) -> bool:
    """Whether a network is nowhere worse than another and somewhere better."""
    mine, theirs = _objectives(figures), _objectives(other)
    return theirs != mine and all(a <= b for a, b in zip(theirs, mine, strict=True))


def _objectives(figures: Figures) -> tuple[float, ...]:
    return figures.latency_us, figures.ram_bytes, figures.flash_bytes, -figures.parameters
