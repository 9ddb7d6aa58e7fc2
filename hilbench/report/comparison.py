"""A comparison of two runs for programs and for other pages: JSON, Markdown, JUnit XML."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from hilbench.analysis import Change, Metric, Verdict
from hilbench.report.numbers import significant


def figure(value: float, percent: float | None) -> str:
    """A figure with the uncertainty that its run states, %."""
    return significant(value, 4) + ("" if percent is None else f" ±{percent:g} %")


def interval(change: Change) -> str:
    """The ratio's 95 % interval; empty where a side has one value only."""
    return "" if math.isnan(change.low) else f"{change.low:.3f}–{change.high:.3f}"


def as_document(verdict: Verdict) -> dict[str, Any]:
    """Plain data for JSON."""
    comparison = verdict.comparison
    return {
        "passes": verdict.passes,
        "changes": [
            {
                "case": change.case,
                "metric": change.metric,
                "base": change.base,
                "new": change.new,
                "ratio": change.ratio,
                "uncertainty_pct": [change.base_uncertainty_pct, change.new_uncertainty_pct],
                "interval": None if math.isnan(change.low) else [change.low, change.high],
                "regression": any(map(change.beyond, verdict.limits)),
            }
            for change in comparison.changes
        ],
        "contrasts": {each.axis: [each.base, each.new] for each in comparison.contrasts},
        "unmeasured": [{"case": gap.case, "metric": gap.metric} for gap in verdict.unmeasured],
        "unjudged": [limit.metric for limit in verdict.unjudged],
        "broken": comparison.broken,
        "only_base": comparison.only_base,
        "only_new": comparison.only_new,
    }


def as_markdown(verdict: Verdict, metric: Metric, base: str, new: str) -> str:
    """A comment for a merge request: the verdict, what is wrong, and a table of all cases.

    Args:
        verdict: on the two runs.
        metric: of the table.
        base: name of the base, with its provenance.
        new: name of the new run, with its provenance.
    """
    comparison = verdict.comparison
    changes = sorted(_of(verdict, metric), key=lambda change: -change.ratio)
    lines = [f"**{'passed' if verdict.passes else 'failed'}**: {new} against {base}", ""]
    lines += [f"* differs: {_escaped(str(contrast))}" for contrast in comparison.contrasts]
    lines += [f"* **{what}**: {_escaped(case)}" for case, what in _faults(verdict)]
    lines += [f"* only in new: {_escaped(case)}" for case in comparison.only_new]
    if not changes:
        return "\n".join([*lines, f"* no case has {metric} in both runs", ""])
    mean = f"{metric}: {comparison.overall(metric):.3f} of base, geometric mean of {len(changes)} cases"
    lines += [f"* {mean}", "", f"| case | base {metric} | new | ratio | 95 % |", "|---|--:|--:|--:|--:|"]
    for change in changes:
        ratio = f"{change.ratio:.3f}"
        cells = (
            _escaped(change.case),
            figure(change.base, change.base_uncertainty_pct),
            figure(change.new, change.new_uncertainty_pct),
            f"**{ratio}**" if any(map(change.beyond, verdict.limits)) else ratio,
            interval(change),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def as_junit(verdict: Verdict, metric: Metric, base: str, new: str) -> str:
    """JUnit XML: a test for each case and metric under a limit; without limits for each case of `metric`.

    Source of the format: the schema of Apache Ant's junitreport task.
    """
    suite = ET.Element("testsuite", name=f"{new} against {base}")
    metrics = {limit.metric for limit in verdict.limits} or {metric}
    for change in verdict.comparison.changes:
        if change.metric in metrics:
            _test(suite, change.case, change.metric, _regression(verdict, change))
    for gap in verdict.unmeasured:
        _missing(suite, verdict, gap.case, gap.metric)
    for case in verdict.comparison.only_base:
        _missing(suite, verdict, case, "row")
    for case in verdict.comparison.broken:
        _test(suite, case, "row", "measured before, fails now" if verdict.limits else None)
    for limit in verdict.unjudged:
        _test(suite, "all cases", limit.metric, f"no case has {limit.metric} in both runs")
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("*/failure"))))
    suite.set("skipped", str(len(suite.findall("*/skipped"))))
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _of(verdict: Verdict, metric: Metric) -> list[Change]:
    return [change for change in verdict.comparison.changes if change.metric is metric]


def _faults(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Cases that fail the gate or are gone, and why."""
    for change in verdict.regressions:
        yield change.case, f"{change.metric} +{change.growth_pct:.1f} %"
    yield from ((case, "measured before, fails now") for case in verdict.comparison.broken)
    yield from ((case, "missing, measured in base") for case in verdict.comparison.only_base)
    yield from ((gap.case, f"{gap.metric} missing") for gap in verdict.unmeasured)
    yield from (("all cases", f"nothing to compare in {limit.metric}") for limit in verdict.unjudged)


def _regression(verdict: Verdict, change: Change) -> str | None:
    if not any(map(change.beyond, verdict.limits)):
        return None
    sides = (
        figure(change.base, change.base_uncertainty_pct),
        figure(change.new, change.new_uncertainty_pct),
    )
    return f"{change.metric} +{change.growth_pct:.1f} %: {sides[0]} to {sides[1]}"


def _test(suite: ET.Element, case: str, what: str, failure: str | None) -> None:
    test = ET.SubElement(suite, "testcase", classname=what, name=case)
    if failure is not None:
        ET.SubElement(test, "failure", message=failure)


def _missing(suite: ET.Element, verdict: Verdict, case: str, what: str) -> None:
    if verdict.misses:
        _test(suite, case, what, "missing, measured in base")
        return
    test = ET.SubElement(suite, "testcase", classname=what, name=case)
    ET.SubElement(test, "skipped", message="missing, measured in base")


def _escaped(text: str) -> str:
    """Text in a cell of a Markdown table."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")
