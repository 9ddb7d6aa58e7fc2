"""Facts that open the report, as terms and values: what was measured, and on what."""

from __future__ import annotations

import pandas as pd

from hilbench.report.numbers import compact, exists
from hilbench.results import RunRecord
from hilbench.results.network import NETWORK

Fact = tuple[str, str]


def subtitle(run: RunRecord, frame: pd.DataFrame) -> str:
    """The line below the headline: core, clock, compiler, flags, variants, board and grid."""
    core = run.core.replace("cortex-m", "Cortex-M")
    clocks, compiler = _clocks(frame), _each(frame["toolchain"])
    cases = frame[frame["operator"] != NETWORK]
    grid = f"grid {run.grid}" if run.grid and len(cases) else ""
    built = (compiler, _each(frame["flags"]), _variants(cases))
    words = (f"{core} at {clocks}" if clocks else core, *built, run.board, grid)
    return " · ".join(word for word in words if word)


def facts(run: RunRecord, frame: pd.DataFrame) -> list[Fact]:
    """Terms and values; what the run does not know is left out."""
    cases = frame[frame["operator"] != NETWORK]
    return [
        (term, value)
        for term, value in (
            ("board", run.board + (f" (twin of {run.twin_of})" if run.twin_of else "")),
            ("chip", f"{run.chip}, {run.core}"),
            ("clock", _clocks(frame)),
            ("caches", _each(frame["cache"])),
            ("placement", _each(frame["placement"])),
            ("variants", _each(cases["variant"])),
            ("data types", _each(frame["dtype"])),
            ("toolchain", _each(frame["toolchain"])),
            ("flags", _each(frame["flags"])),
            ("grid", run.grid if len(cases) else ""),
            ("started", f"{run.started:%Y-%m-%d %H:%M:%S %Z}".strip()),
            ("took", _duration(run)),
            ("command", run.command),
            ("hilbench", run.hilbench_version),
            *((key.replace("_", " "), value) for key, value in run.environment.values().items()),
        )
        if value
    ]


def _clocks(frame: pd.DataFrame) -> str:
    return ", ".join(f"{compact(float(hertz))}Hz" for hertz in frame["clock_hz"].dropna().unique())


def _variants(frame: pd.DataFrame) -> str:
    """The variants that ran, the most frequent first."""
    names = frame.loc[frame["variant"] != "", "variant"].value_counts().index
    word = "variant" if len(names) == 1 else "variants"
    return f"{word} {', '.join(names)}" if len(names) else ""


def _each(values: pd.Series) -> str:
    return ", ".join(str(value) for value in values.unique() if exists(value))


def _duration(run: RunRecord) -> str:
    if run.finished is None:
        return "not finished"
    seconds = round((run.finished - run.started).total_seconds())
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"
