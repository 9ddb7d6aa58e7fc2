"""A measurement as HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hilbench.results.measurement import Measurement


def measurement_html(measurement: Measurement) -> str:
    """A table of what was measured, where the figures come from first."""
    facts = ((escape(name), escape(text)) for name, text in _facts(measurement))
    rows = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in facts)
    return f"<table><caption>{escape(str(measurement.workload))}</caption>{rows}</table>"


def _facts(row: Measurement) -> Iterator[tuple[str, str]]:
    yield "provenance", f"{row.provenance} on {row.board} ({row.chip})"
    yield "status", f"{row.status}, output verified bit for bit" if row.verified else str(row.status)
    if row.cause:
        yield "cause", row.cause
    if row.cycles_median is not None:
        yield "cycles", f"{row.cycles_median:,.0f} (median of {len(row.cycles)}; cold {row.cycles_cold:,})"
    if row.latency_us is not None:
        yield "latency", f"{row.latency_us:,.1f} µs at {(row.clock_hz or 0) / 1e6:g} MHz"
    if row.energy and row.energy_uj is not None:
        stated = row.energy.uncertainty_pct
        yield "energy", f"{row.energy_uj:,.3g} µJ" + (f" ±{stated:g} %" if stated is not None else "")
    if row.ram_bytes is not None:
        yield "memory", f"{row.ram_bytes:,} bytes of RAM, {_flash(row):,} bytes of flash"
    yield "build", f"{row.toolchain} {row.flags}, {row.placement}"


def _flash(row: Measurement) -> int:
    return (row.code_bytes or 0) + (row.constant_bytes or 0)
