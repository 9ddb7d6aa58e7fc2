"""Lattices of hyperparameters: lines of networks that grow with alpha, at legal channel counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from hilbench.design.families import SCALABLE, Family
from hilbench.design.nets.catalog import Hyperparameters, build_network
from hilbench.design.nets.network import NetworkSpec, Shape
from hilbench.errors import ConfigError, ModelError

ALPHA_STEP = 1 / 64
"""Distance of two alphas: at XiNet's fifth level four channels."""
_MOST_ALPHA = 4.0
_GAMMAS = (2, 3, 4, 6, 8)
_BETAS = {
    Family.XINET: (0.75, 1.0, 1.25, 1.5),
    Family.PHINET: (0.5, 0.75, 1.0, 1.25),
    Family.STYLE: (0.5, 0.75, 1.0),
}
_T_ZEROS = (3.0, 4.0, 5.0, 6.0)
_SIDES = (0.5, 0.6, 0.8, 1.0)
"""Sides of the input, as shares of the one that was asked for, where the resolution is free."""
_MULTIPLE = 32
"""Sides are multiples of it, so that every level has whole pixels."""


@dataclass(frozen=True)
class Line:
    """Networks of one family that differ in alpha alone.

    Attributes:
        family: name of the family.
        chosen: all hyperparameters but alpha.
    """

    family: str
    chosen: Hyperparameters

    def network(self, index: int) -> NetworkSpec | None:
        """The network at the alpha of an index; None where a layer would have no channels."""
        if index not in self._networks:
            try:
                self._networks[index] = build_network(self.family, self.at(index))
            except ModelError:
                self._networks[index] = None
        return self._networks[index]

    def at(self, index: int) -> Hyperparameters:
        """Hyperparameters at an index."""
        return replace(self.chosen, alpha=index * ALPHA_STEP)

    @cached_property
    def _networks(self) -> dict[int, NetworkSpec | None]:
        return {}

    @property
    def most(self) -> int:
        """Index of the largest alpha."""
        return round(_MOST_ALPHA / ALPHA_STEP)


def lines(family: str, chosen: Hyperparameters, *, free_resolution: bool = False) -> list[Line]:
    """All lines of a family's lattice.

    Args:
        family: its name.
        chosen: what is fixed; hyperparameters that it says are not varied.
        free_resolution: whether smaller inputs than the one that is asked for are tried too.

    Raises:
        ConfigError: there is no lattice of the family.
    """
    if family not in SCALABLE:
        raise ConfigError(f"There is no scaling of '{family}'; there is of {', '.join(SCALABLE)}.")
    shapes = _shapes(chosen.input, free=free_resolution)
    found = [
        replace(chosen, input=shape, **extra)  # type: ignore[arg-type]
        for shape in shapes
        for extra in _grid(family, chosen)
    ]
    return [Line(family, each) for each in found]


def _grid(family: str, chosen: Hyperparameters) -> Iterator[dict[str, float]]:
    betas = _BETAS[Family(family)]
    axes: dict[str, Iterable[float]] = {"beta": [chosen.beta] if chosen.beta else betas}
    if family == Family.PHINET:
        axes["t_zero"] = [chosen.t_zero] if chosen.t_zero else _T_ZEROS
    else:
        axes["gamma"] = [chosen.gamma] if chosen.gamma else _GAMMAS
    for values in product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def _shapes(shape: Shape | None, *, free: bool) -> Sequence[Shape | None]:
    if shape is None or not free:
        return [shape]
    height, width, channels = shape
    sides = {(_rounded(height * share), _rounded(width * share), channels) for share in _SIDES[:-1]}
    return [*sorted(sides - {shape}), shape]


def _rounded(length: float) -> int:
    return max(_MULTIPLE, round(length / _MULTIPLE) * _MULTIPLE)
