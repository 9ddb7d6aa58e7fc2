"""The run's kernels compared with a library's."""

from __future__ import annotations

from hilbench.analysis import LibraryComparison
from hilbench.report.numbers import integer, significant
from hilbench.report.selection import spoken_case
from hilbench.report.tables.table import Heading, Table

_HEADINGS = (
    Heading("case", numeric=False),
    Heading("variant", numeric=False, hint="and whatever else the run sweeps"),
    Heading("insn/MAC"),
    Heading("theirs", hint="instructions per MAC of the library"),
    Heading("ratio", hint="their instructions by ours"),
    Heading("cycles/MAC"),
    Heading("theirs", hint="modelled cycles per MAC of the library, on memory that answers at once"),
    Heading("ratio", hint="their cycles by ours"),
    Heading("code B"),
    Heading("theirs", hint="code bytes of the library's kernel, for all shapes"),
    Heading("constants B", hint="packed weights, tables, requantisation constants"),
    Heading("scratch B"),
    Heading("theirs", hint="scratch bytes of the library's kernel"),
)


def against(comparison: LibraryComparison) -> Table:
    """Geometric means of each kind, and a row for each case that ran."""
    rows = tuple(
        (
            spoken_case(each.case),
            each.configuration,
            *_figures(each.ours.insn_per_mac, each.theirs.insn_per_mac, each.insn_ratio),
            *_figures(each.ours.cycles_per_mac, each.theirs.cycles_per_mac, each.cycles_ratio),
            *map(integer, (each.ours.code_bytes, each.theirs.code_bytes, each.constant_bytes)),
            *map(integer, (each.ours.scratch_bytes, each.theirs.scratch_bytes)),
        )
        for each in comparison.cases
    )
    means = tuple(
        (
            f"{mean.group}, {mean.cases} {'case' if mean.cases == 1 else 'cases'}",
            mean.configuration,
            *(significant(mean.insn_per_mac), "", significant(mean.insn_ratio)),
            *(significant(mean.cycles_per_mac), "", significant(mean.cycles_ratio)),
            *[""] * (len(_HEADINGS) - 8),
        )
        for mean in comparison.means
    )
    caption = (
        f"int8 cases beside {comparison.library}, counted on an emulated core of the same kind; first the "
        "geometric means of each kind. A dash where the library has no such shape, or this core does not "
        "count its instructions."
    )
    return Table("against", f"Against {comparison.library}", caption, _HEADINGS, rows, means)


def _figures(ours: float, theirs: float, ratio: float) -> tuple[str, ...]:
    return significant(ours), significant(theirs), significant(ratio)
