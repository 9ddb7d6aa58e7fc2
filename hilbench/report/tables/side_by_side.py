"""Tables of several runs: cases, networks, cases that not all runs have, setups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hilbench.analysis import describe, kernel_label, network_name
from hilbench.analysis.side_by_side import Line, Side
from hilbench.report.numbers import MISSING, integer, significant
from hilbench.report.results_table import kernel_cell, shape_cell
from hilbench.report.selection import spoken, spoken_case
from hilbench.report.tables.networks import flash_bytes
from hilbench.report.tables.table import Heading, Table

_ABSENT = "not in it"


def cases(sides: Sequence[Side], lines: Sequence[Line]) -> Table | None:
    """A row for each problem, figures of all runs side by side; None where there is none."""
    if not lines:
        return None
    headings = [
        Heading("operator", numeric=False),
        Heading("shape", numeric=False, hint="height × width × channels, in → out"),
        Heading("kernel", numeric=False, hint="size, s stride, d dilation, g groups, fused activation"),
    ]
    parts: list[Callable[[Line], list[str]]] = [
        lambda line: [
            spoken(line.row["operator"]),
            shape_cell(line.row),
            kernel_cell(line.row),
        ]
    ]
    for heading, column, write, extra in (
        ("cycles", "cycles_median", integer, False),
        ("µs", "latency_us", significant, True),
        ("µJ", "energy_uj", significant, False),
        ("MAC/cycle", "mac_per_cycle", significant, True),
        ("code B", "code_bytes", integer, True),
    ):
        if any(line.value(place, column) >= 0 for line in lines for place in range(len(sides))):
            headings += [Heading(f"{heading} {side.letter}", extra=extra, hint=side.title) for side in sides]
            parts.append(_figures(column, write, len(sides)))
        if heading in ("cycles", "µJ"):
            wanted = "latency_us" if heading == "cycles" else column
            if any(line.ratio(place, wanted) > 0 for line in lines for place in range(1, len(sides))):
                word = "time" if heading == "cycles" else "energy"
                headings += [
                    Heading(
                        f"{word} {side.letter}/A",
                        hint=f"{word} of {side.letter} by that of A; less is better",
                    )
                    for side in sides[1:]
                ]
                parts.append(_ratios(wanted, len(sides)))
    headings += [
        Heading("type", numeric=False),
        *(Heading(f"variant {side.letter}", numeric=False, extra=True) for side in sides),
    ]
    parts.append(_built)
    rows = tuple(tuple(cell for part in parts for cell in part(line)) for line in lines)
    caption = (
        "Of each problem every run shows its fastest verified variant. A dash is a value that does not "
        "exist. Times are medians of warm runs."
    )
    return Table("cases", "All cases", caption, tuple(headings), rows, filtered=True)


def networks(sides: Sequence[Side], lines: Sequence[Line]) -> Table | None:
    """A row for each network, figures of all runs side by side; None where there is none."""
    if not lines:
        return None
    headings = [Heading("network", numeric=False)]
    parts: list[Callable[[Line], list[str]]] = [lambda line: [network_name(line.row)]]
    for heading, column, scale in (
        ("ms", "latency_us", 1e-3),
        ("cycles", "cycles_median", 1),
        ("µJ", "energy_uj", 1),
        ("MAC/cycle", "mac_per_cycle", 1),
        ("RAM KiB", "ram_bytes", 1 / 1024),
    ):
        if not any(line.value(place, column) >= 0 for line in lines for place in range(len(sides))):
            continue
        write = integer if column == "cycles_median" else _scaled(scale)
        headings += [Heading(f"{heading} {side.letter}", hint=side.title) for side in sides]
        parts.append(_figures(column, write, len(sides)))
        if column == "latency_us" and len(sides) > 1:
            headings += [Heading(f"time {side.letter}/A") for side in sides[1:]]
            parts.append(_ratios(column, len(sides)))
    headings += [Heading(f"flash KiB {side.letter}", hint=side.title) for side in sides]
    parts.append(lambda line: [_kib(None if cell is None else flash_bytes(cell)) for cell in line.cells])
    rows = tuple(tuple(cell for part in parts for cell in part(line)) for line in lines)
    caption = (
        "Style-transfer networks among them. MAC/cycle is nominal. RAM holds inputs, outputs, tensors and "
        "scratch memory; flash is code and constants of the network. Layers and memory plans are on the page "
        "of each run."
    )
    return Table("networks", "Networks", caption, tuple(headings), rows)


def missing(sides: Sequence[Side], lines: Sequence[Line]) -> Table | None:
    """Cases and networks that not every run verified; None where all did."""
    rows = []
    for line in lines:
        states = [_ABSENT if cell is None else str(cell["status"]).replace("_", " ") for cell in line.cells]
        if set(states) != {"ok"}:
            rows.append((spoken_case(line.row["label"] or describe(line.row)), *states))
    if not rows:
        return None
    headings = (Heading("case", numeric=False), *(Heading(side.letter, numeric=False) for side in sides))
    caption = "The page of a run says why its cases have no numbers."
    return Table("missing", "Not verified in every run", caption, headings, tuple(rows))


def setups(sides: Sequence[Side], facts: Sequence[Mapping[str, str]]) -> Table:
    """Setups of the runs, first that in which they differ.

    Args:
        sides: of the page.
        facts: terms and values of each side's run.
    """
    terms = list(dict.fromkeys(term for each in facts for term in each))
    rows = [(term, *(each.get(term, MISSING) for each in facts)) for term in terms]
    rows.sort(key=lambda row: len(set(row[1:])) == 1)
    headings = (
        Heading("", numeric=False),
        *(Heading(f"{each.letter} {each.title}", numeric=False) for each in sides),
    )
    return Table("setup", "What was run, and on what", "What differs comes first.", headings, tuple(rows))


def _built(line: Line) -> list[str]:
    return [line.row["dtype"], *(MISSING if cell is None else kernel_label(cell) for cell in line.cells)]


def _figures(column: str, write: Callable[[float], str], count: int) -> Callable[[Line], list[str]]:
    return lambda line: [write(line.value(place, column)) for place in range(count)]


def _ratios(column: str, count: int) -> Callable[[Line], list[str]]:
    return lambda line: [significant(line.ratio(place, column)) for place in range(1, count)]


def _scaled(scale: float) -> Callable[[float], str]:
    return lambda value: significant(value * scale, 4)


def _kib(size: int | None) -> str:
    return MISSING if size is None else significant(size / 1024)
