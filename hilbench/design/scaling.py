"""Hardware-aware scaling: the largest network of a family within budgets, without training any.

On a line of the lattice parameters, constants and multiply-accumulates grow with alpha, so that they bound
where the search begins. From there networks are asked for their cost from the largest on, over all lines
together; the first that keeps every budget is the best there is.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hilbench.design.budget import Budgets, Figures
from hilbench.design.lattice import Line
from hilbench.design.nets.catalog import Hyperparameters
from hilbench.design.nets.network import NetworkSpec
from hilbench.design.objective import Objective
from hilbench.design.platform import Platform
from hilbench.errors import DoesNotFit

_LEAST_GAIN = 0.7
"""Cycles of a multiply-accumulate of a narrower network by its fastest kernels, in those of a wider one on
the same line, at the least."""
GROWTH = 1.25
"""Ratio of one alpha of a line to the one before, in a sample of the lattice."""
_MORE = 1.1
"""Multiple of a budget, whose gain is stated."""


@dataclass(frozen=True)
class Scaled:
    """A network of the lattice with its cost."""

    line: Line
    index: int
    network: NetworkSpec
    figures: Figures

    @property
    def chosen(self) -> Hyperparameters:
        """Hyperparameters of the network."""
        return self.line.at(self.index)


@dataclass(frozen=True)
class Scaling:
    """The best network within budgets.

    Attributes:
        best: the network.
        binding: name of the budget of which a tenth more gives most; where no gain is in that, of the one
            that the next wider network breaks by the most; empty where none is in the way.
        gains: what a tenth more of each budget, by its name, adds to the objective of the best network.
        evaluated: networks whose cost was asked for.
    """

    best: Scaled
    binding: str
    gains: dict[str, float]
    evaluated: int


@dataclass
class Search:
    """Search of lines for the largest network within budgets; costs are asked for once.

    Attributes:
        lines: of the lattice.
        platform: says costs.
        flash: budget of flash that kernels are chosen for.
        objective: to be maximised.
    """

    lines: Sequence[Line]
    platform: Platform
    flash: float | None
    objective: Objective = field(default_factory=Objective)
    _figures: dict[tuple[int, int], Figures] = field(default_factory=dict)

    @property
    def evaluated(self) -> int:
        """Networks whose cost was asked for."""
        return len(self._figures)

    def best(self, budgets: Budgets) -> Scaled | None:
        """The best network that keeps all budgets."""
        return next(self.within(budgets), None)

    def within(self, budgets: Budgets) -> Iterator[Scaled]:
        """Networks that keep all budgets, the best first."""
        if self.objective.is_default:
            yield from self._largest(budgets)
        elif self.objective.needs_costs:
            kept = [each for each in self.sample(budgets) if budgets.admit(each.figures)]
            yield from sorted(kept, key=self.value, reverse=True)
        else:
            yield from self._best_by_counts(budgets)

    def value(self, scaled: Scaled) -> float:
        """Value of a network by the objective."""
        return self.objective.value(scaled.network, scaled.chosen, scaled.figures)

    def sample(self, budgets: Budgets) -> Iterator[Scaled]:
        """Networks at growing alphas, as long as their constants and operations keep the budgets."""
        for number, line in enumerate(self.lines):
            last, index = self._upper_end(line, budgets), 1
            while index <= last:
                if line.network(index):
                    yield self._scaled(number, index)
                index = max(index + 1, round(index * GROWTH))

    def _best_by_counts(self, budgets: Budgets) -> Iterator[Scaled]:
        """Networks that keep all budgets in the order of an objective that needs no costs."""
        found = [
            (self.objective.value(network, line.at(index)), number, index)
            for number, line in enumerate(self.lines)
            for index in range(1, self._upper_end(line, budgets) + 1)
            if (network := line.network(index))
        ]
        for _, number, index in sorted(found, key=lambda each: each[0], reverse=True):
            scaled = self._scaled(number, index)
            if budgets.admit(scaled.figures):
                yield scaled

    def _largest(self, budgets: Budgets) -> Iterator[Scaled]:
        """Networks that keep all budgets, those of the most parameters, then operations, first."""
        waiting: list[tuple[tuple[int, int], int, int]] = []
        for number, line in enumerate(self.lines):
            self._push(waiting, number, self._upper_end(line, budgets))
        while waiting:
            _, number, index = heapq.heappop(waiting)
            scaled = self._scaled(number, index)
            if budgets.admit(scaled.figures):
                yield scaled
                self._push(waiting, number, index - 1)
            else:
                self._push(waiting, number, self._next_index(scaled, budgets))

    def smallest(self) -> Iterator[Scaled]:
        """The smallest network of each line."""
        for number, line in enumerate(self.lines):
            index = next((each for each in range(1, line.most) if line.network(each)), None)
            if index is not None:
                yield self._scaled(number, index)

    def following(self, scaled: Scaled) -> Scaled | None:
        """The next larger network on the same line; None at its end."""
        number = self.lines.index(scaled.line)
        worth = scaled.figures.worth
        for index in range(scaled.index + 1, scaled.line.most + 1):
            network = scaled.line.network(index)
            if network and (network.parameters, network.macs) > worth:
                return self._scaled(number, index)
        return None

    def _push(self, waiting: list[tuple[tuple[int, int], int, int]], number: int, index: int) -> None:
        """Put the largest network of a line up to an index among the waiting."""
        while index > 0 and (network := self.lines[number].network(index)) is None:
            index -= 1
        if index > 0 and network is not None:
            heapq.heappush(waiting, ((-network.parameters, -network.macs), number, index))

    def _scaled(self, number: int, index: int) -> Scaled:
        line = self.lines[number]
        network = line.network(index)
        assert network is not None  # noqa: S101
        if (number, index) not in self._figures:
            self._figures[number, index] = self.platform.figures(network, self.flash)
        return Scaled(line, index, network, self._figures[number, index])

    def _upper_end(self, line: Line, budgets: Budgets) -> int:
        """Index of the widest network whose constants and multiply-accumulates alone keep the budgets."""

        def fits(network: NetworkSpec) -> bool:
            least = Figures(network.parameters, network.macs, network.constant_bytes, 0, 0)
            return budgets.admit(least)

        return _last(line, fits)

    def _next_index(self, scaled: Scaled, budgets: Budgets) -> int:
        """Index below one that breaks a budget: past those which must break that of time as well."""
        shares = budgets.shares(scaled.figures)
        slowest = max(shares.get("latency_us", 0.0), shares.get("energy_uj", 0.0))
        excess = slowest * scaled.figures.least_latency_us / scaled.figures.latency_us * _LEAST_GAIN
        if excess <= 1:
            return scaled.index - 1
        allowed = scaled.network.macs / excess
        return min(scaled.index - 1, _last(scaled.line, lambda network: network.macs <= allowed))


def _last(line: Line, fits: Callable[[NetworkSpec], bool]) -> int:
    """The last index of a line whose network fits, of a property that wider networks lose; 0 for none."""
    low, high = 0, line.most
    while low < high:
        middle = (low + high + 1) // 2
        network = line.network(middle)
        low, high = (middle, high) if network is None or fits(network) else (low, middle - 1)
    return low


def scale(search: Search, budgets: Budgets, accept: Callable[[Scaled], bool] = lambda _: True) -> Scaling:
    """The best network within budgets, what binds it, and what more of each budget would give.

    Args:
        search: of the lattice.
        budgets: to be kept.
        accept: a last test, as that a plan of the memory is found.

    Raises:
        DoesNotFit: no network keeps the budgets; the sentence says by how much the nearest breaks them.
    """
    best = next((each for each in search.within(budgets) if accept(each)), None)
    if best is None:
        raise _refusal(search.smallest(), budgets)
    gains = {name: _gain(search, budgets, name, best) for name in budgets.given}
    binding = max(gains, key=lambda name: gains[name], default="")
    if not gains.get(binding):
        binding = _in_the_way(search, budgets, best)
    return Scaling(best, binding, gains, search.evaluated)


def _in_the_way(search: Search, budgets: Budgets, best: Scaled) -> str:
    """Budget that the next wider network breaks by the most; empty where there is none."""
    wider = search.following(best)
    broken = (
        {name: share for name, share in budgets.shares(wider.figures).items() if share > 1} if wider else {}
    )
    return max(broken, key=lambda name: broken[name], default="")


def _gain(search: Search, budgets: Budgets, name: str, best: Scaled) -> float:
    """Growth of the objective that a tenth more of a budget gives."""
    more = budgets.with_more(name, _MORE)
    if name == "flash_bytes" and search.flash is not None:
        search = Search(search.lines, search.platform, search.flash * _MORE, search.objective)
    found = search.best(more)
    return max(0.0, search.value(found) - search.value(best)) if found else 0.0


def _refusal(smallest: Iterable[Scaled], budgets: Budgets) -> DoesNotFit:
    """Error about the smallest network that breaks the budgets by the least."""
    nearest = min(smallest, key=lambda each: max(budgets.shares(each.figures).values(), default=0.0))
    shares = budgets.shares(nearest.figures)
    excess = " and ".join(
        f"{_times(share)} the {_WORDS[each]}" for each, share in shares.items() if share > 1
    )
    name = nearest.network.name
    return DoesNotFit(f"No network of the lattice fits: the nearest, {name}, takes {excess} that there is.")


def _times(share: float) -> str:
    return f"{share:,.2f} times" if share < 100 else f"{share:,.0f} times"


_WORDS = {
    "flash_bytes": "flash",
    "ram_bytes": "RAM",
    "macs": "multiply-accumulates",
    "latency_us": "time",
    "energy_uj": "energy",
}
