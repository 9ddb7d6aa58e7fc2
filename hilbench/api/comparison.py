"""Two runs side by side, case by case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from hilbench.analysis import Limit, Verdict
from hilbench.analysis import compare as compare_frames
from hilbench.api.runs import load

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True)
class Comparison:
    """Changes between two runs, from `hilbench.compare`.

    Attributes:
        verdict: changes, and what the limits say of them.
        base: name of the base, with its provenance.
        new: name of the new run, with its provenance.
    """

    verdict: Verdict
    base: str
    new: str

    @property
    def passes(self) -> bool:
        """Whether nothing is beyond the limits; True where there are none."""
        return self.verdict.passes

    @property
    def changes(self) -> pd.DataFrame:
        """A row for each case and metric: base, new, ratio (new over base), its 95 % interval, regression."""
        return pd.DataFrame(
            [
                {
                    "case": each.case,
                    "metric": str(each.metric),
                    "base": each.base,
                    "new": each.new,
                    "ratio": each.ratio,
                    "low": each.low,
                    "high": each.high,
                    "regression": any(map(each.beyond, self.verdict.limits)),
                }
                for each in self.verdict.comparison.changes
            ],
            columns=["case", "metric", "base", "new", "ratio", "low", "high", "regression"],
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Cases that the base measured, and that the new run does not have or failed."""
        return (*self.verdict.comparison.only_base, *self.verdict.comparison.broken)

    def __repr__(self) -> str:
        outcome = "passed" if self.passes else "failed"
        return f"<comparison of {self.new} with {self.base}: {outcome}, {len(self.changes)} figures>"

    def _repr_html_(self) -> str:
        outcome = "passed" if self.passes else "failed"
        sentences = "".join(
            f"<li>{escape(text)}</li>"
            for text in (
                *map(str, self.verdict.comparison.contrasts),
                *(f"missing: {case}" for case in self.missing),
            )
        )
        table = self.changes.to_html(index=False, float_format="{:.4g}".format)
        sides = f"{escape(self.new)} against {escape(self.base)}"
        return f"<p><b>{outcome}</b>: {sides}</p><ul>{sentences}</ul>{table}"


def compare(
    base: pd.DataFrame | str | Path,
    new: pd.DataFrame | str | Path,
    *,
    fail_on: str | Iterable[str] = (),
    allow_missing: bool = False,
    store: str | Path | None = None,
) -> Comparison:
    """Compare two runs, case by case.

    Args:
        base: what `sweep` or `load` returned, or what `load` takes: a run's name or a CSV file.
        new: the same of the other side.
        fail_on: how much worse a metric may get, like `cycles:3%`; several in a list.
        allow_missing: let pass that figures of the base are missing.
        store: where named runs are; None for $HILBENCH_STORE, else a file in the current folder.

    Raises:
        ConfigError: there is no such run, file, metric or limit.
    """
    limits = [Limit.parse(text) for text in ([fail_on] if isinstance(fail_on, str) else fail_on)]
    frames = [each if isinstance(each, pd.DataFrame) else load(each, store=store) for each in (base, new)]
    before, after = map(_title, frames)
    return Comparison(Verdict(compare_frames(*frames), limits, allow_missing), before, after)


def _title(frame: pd.DataFrame) -> str:
    run = frame.attrs.get("run")
    if run:
        return f"{run['run_id']} ({run['provenance']}, {run['board']})"
    named = frame[["run_id", "provenance", "board"]].drop_duplicates()
    return "; ".join(f"{run or 'rows'} ({source}, {board})" for run, source, board in named.to_numpy())
