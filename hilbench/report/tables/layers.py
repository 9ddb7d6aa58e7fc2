"""Layers of a network: all of them, and those that take most."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hilbench.report.layer_names import layer_names, numbered_operators
from hilbench.report.numbers import MISSING, integer, significant
from hilbench.report.selection import spoken_case
from hilbench.report.tables.networks import percent_off
from hilbench.report.tables.table import Heading, Table
from hilbench.results.network import LayerFigures, NetworkDetails

_MOST = 5
"""Layers in the table of those that take most."""
_CAPTION = (
    "Cycles are those of the build with a probe behind every layer; the share is of their sum. MACs are "
    "those that the layers compute, the live ones. Predicted is each layer alone, on the chip's virtual "
    "board."
)
_ENERGY = (
    " Energies are parts of the energy window of the whole network, divided where the probes saw the layers "
    "end, the mean over all runs of the window; they are as sure as its energy."
)


def layers(details: NetworkDetails, anchor: str, cycles: float | None) -> Table:
    """A row for each layer, and above them the sums.

    Args:
        details: of the network.
        anchor: of the table on the page.
        cycles: of the network without probes; None where it did not run.
    """
    energy = any(layer.energy_uj is not None for layer in details.layers)
    headings = (
        Heading("layer", numeric=False, hint="its place, and its name in the model file"),
        Heading("computes", numeric=False),
        Heading("variant", numeric=False, hint="kernel that was selected for it"),
        Heading("MAC", hint="multiply-accumulates; none where there are no weights"),
        Heading("cycles"),
        Heading("share %"),
        Heading("MAC/cycle"),
        Heading("predicted", hint="cycles"),
        Heading("off %", hint="predicted cycles against those that it took"),
        *([Heading("µJ")] if energy else []),
    )
    total = details.layer_cycles
    named = zip(layer_names(details.layers), details.layers, strict=True)
    rows = tuple((name, *_cells(layer, total, energy=energy)) for name, layer in named)
    return Table(
        anchor, "Layers", _CAPTION + (_ENERGY if energy else ""), headings, rows, _sums(details, cycles)
    )


def most(details: NetworkDetails, anchor: str) -> Table | None:
    """Layers that take most time and most energy; None where no layer was measured."""
    total = details.layer_cycles
    if not total:
        return None
    energy = sum(layer.energy_uj or 0.0 for layer in details.layers)
    by_time = _top(details.layers, lambda layer: layer.cycles or 0)
    by_energy = _top(details.layers, lambda layer: layer.energy_uj or 0.0) if energy else []
    names = numbered_operators(details.layers)
    headings = [Heading("most time", numeric=False), Heading("cycles"), Heading("share %")]
    if by_energy:
        headings += [Heading("most energy", numeric=False), Heading("µJ"), Heading("share %")]
    rows = []
    for rank, index in enumerate(by_time):
        cycles = details.layers[index].cycles or 0
        cells = [names[index], integer(cycles), _share(cycles, total)]
        if by_energy:
            other = by_energy[rank]
            spent = details.layers[other].energy_uj or 0.0
            cells += [names[other], significant(spent), _share(spent, energy)]
        rows.append(tuple(cells))
    together = sum(details.layers[index].cycles or 0 for index in by_time)
    caption = f"These take {_share(together, total)} % of the time of {len(details.layers)} layers."
    return Table(anchor, "What takes most", caption, tuple(headings), tuple(rows))


def _top(layers: Sequence[LayerFigures], cost: Callable[[LayerFigures], float]) -> list[int]:
    return sorted(range(len(layers)), key=lambda index: -cost(layers[index]))[:_MOST]


def _cells(layer: LayerFigures, total: int | None, *, energy: bool) -> tuple[str, ...]:
    return (
        spoken_case(layer.label),
        layer.variant,
        integer(layer.macs) if layer.macs else MISSING,
        integer(layer.cycles),
        _share(layer.cycles, total),
        significant(layer.macs / layer.cycles if layer.macs and layer.cycles else None),
        integer(layer.predicted_cycles),
        percent_off(layer.predicted_cycles, layer.cycles),
        *([significant(layer.energy_uj)] if energy else []),
    )


def _sums(details: NetworkDetails, cycles: float | None) -> tuple[tuple[str, ...], ...]:
    """The sum of the layers with their probes, and the network without."""
    energies = [layer.energy_uj for layer in details.layers if layer.energy_uj is not None]
    macs, total = sum(layer.macs for layer in details.layers), details.layer_cycles
    spent = [significant(sum(energies))] if energies else []

    def sums(name: str, taken: float | None) -> tuple[str, ...]:
        predicted = details.predicted_cycles
        rate = macs / taken if taken else None
        cells = (integer(macs), integer(taken), _share(taken, total), significant(rate), integer(predicted))
        return (name, "", "", *cells, percent_off(predicted, taken), *spent)

    measured = [("sum of the layers, with probes", total)] if total else []
    return tuple(sums(*each) for each in (*measured, ("whole network, without probes", cycles)))


def _share(part: float | None, whole: float | None) -> str:
    return f"{100 * part / whole:.1f}" if part is not None and whole else MISSING
