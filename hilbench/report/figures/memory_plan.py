"""A network's memory plan."""

from __future__ import annotations

from hilbench.networks.names import short_name
from hilbench.provenance import Provenance
from hilbench.report.figures.figure import Figure, LegendEntry
from hilbench.report.layer_names import numbered_operators, short_names
from hilbench.report.numbers import integer
from hilbench.report.plots.canvas import Panel
from hilbench.report.plots.marks import SQUARE
from hilbench.report.plots.memory_plan import KIND_COLORS
from hilbench.report.plots.memory_plan import memory_plan as draw_plan
from hilbench.report.plots.palette import series
from hilbench.results.network import NetworkDetails, PlacedBuffer

_CAPTION = (
    "A rectangle is a tensor or scratch memory: as wide as the steps in which it is needed, as high as its "
    "bytes, at its place. Where two overlap they share bytes, as an output that grows into the input that it "
    "uses up."
)
_NAMED = 3
"""Buffers of the fullest step that are named."""


def memory_plan(details: NetworkDetails, anchor: str, provenance: Provenance) -> Figure:
    """A panel for each bank in which anything lies."""
    panels = []
    for number, bank in enumerate(bank for bank in details.banks if bank.bytes):
        held = [buffer for buffer in details.buffers if buffer.bank == bank.name]
        alt = f"{len(held)} buffers of {details.model} in {bank.name}, {integer(bank.bytes)} bytes of it."
        title = f"{short_name(details.model)}: {bank.name}"
        panel = Panel(f"{anchor}-{number}", title, alt, provenance)
        panels.append(draw_plan(panel, bank, held, len(details.steps)))
    kinds = [kind for kind in KIND_COLORS if any(buffer.kind is kind for buffer in details.buffers)]
    entries = tuple(
        LegendEntry(str(kind), series(KIND_COLORS[kind]), f"M0 0{SQUARE}", str(kind)) for kind in kinds
    )
    alone = "" if len(details.plans) > 1 else " The search found no plan that needs less."
    return Figure(anchor, "Memory plan", _CAPTION + alone, tuple(panels), entries, _notes(details))


def _notes(details: NetworkDetails) -> tuple[tuple[str, str], ...]:
    notes = []
    for bank in details.banks:
        there = f" of {integer(bank.available)}" if bank.available is not None else ""
        notes.append((f"taken of {bank.name}", f"{integer(bank.bytes)}{there} bytes"))
    fullest = max(range(len(details.steps)), key=lambda step: _bytes_in(details, step), default=None)
    if fullest is None:
        return tuple(notes)
    layer = details.steps[fullest].layer
    notes.append(("fullest in step", f"{fullest}, in layer {numbered_operators(details.layers)[layer]}"))
    held = sorted(_held(details, fullest), key=lambda buffer: -buffer.bytes)[:_NAMED]
    names = short_names([buffer.name for buffer in held])
    notes += [
        (f"there: {name}", f"{integer(buffer.bytes)} bytes") for name, buffer in zip(names, held, strict=True)
    ]
    return tuple(notes)


def _held(details: NetworkDetails, step: int) -> list[PlacedBuffer]:
    return [buffer for buffer in details.buffers if buffer.first <= step <= buffer.last]


def _bytes_in(details: NetworkDetails, step: int) -> int:
    return max((buffer.offset + buffer.bytes for buffer in _held(details, step)), default=0)
