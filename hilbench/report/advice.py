"""Advice that opens the report: what dominates, which variant to take, which operator to avoid."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from hilbench.analysis import STANDARD, best, intensity, variant_rankings
from hilbench.report.numbers import exists, integer, significant
from hilbench.report.selection import fastest_rows, ran, spoken
from hilbench.results.network import NetworkDetails

_WORSE = 0.9
"""η from which on an operator is as good as the standard convolution."""


def advice(cases: pd.DataFrame) -> list[str]:
    """Up to three sentences on the cases of a run, drawn from its rows alone."""
    return [sentence for sentence in (_dominating(cases), _variant(cases), _avoided(cases)) if sentence]


def network_advice(networks: pd.DataFrame) -> list[str]:
    """Sentences on the layer that dominates each network, and on what it takes of the chip's memories."""
    return [sentence for _, row in ran(networks).iterrows() for sentence in _network(row)]


def _dominating(cases: pd.DataFrame) -> str:
    rows = best(cases, "cycles_median")
    if rows["operator"].nunique() < 2:
        return ""
    cycles = rows.groupby("operator")["cycles_median"].sum()
    name = str(cycles.idxmax())
    share = 100 * cycles[name] / cycles.sum()
    macs = rows.groupby("operator")["macs"].sum()
    work = 100 * float(macs[name]) / float(macs.sum())
    return (
        f"{spoken(name).capitalize()} dominates: {share:.0f} % of the cycles of this run's problems, each by "
        f"its fastest variant, for {work:.0f} % of the operations."
    )


def _variant(cases: pd.DataFrame) -> str:
    rankings = variant_rankings(cases)
    if not rankings:
        rows = fastest_rows(cases)
        if rows.empty:
            return ""
        name = str(rows["variant"].value_counts().index[0])
        mine = rows[rows["variant"] == name]
        return (
            f"One variant of each problem ran, {name} on {len(mine)} of {len(rows)}{_cost(mine)}; "
            "a sweep with --variant all says which is the fastest."
        )
    winners = pd.DataFrame([ranking.winner for ranking in rankings])
    name = str(winners["variant"].value_counts().index[0])
    mine = winners[winners["variant"] == name]
    lead = pd.Series([ranking.lead for ranking in rankings if ranking.winner["variant"] == name]).median()
    return (
        f"Take the variant {name}: of {len(rankings)} problems with several it is the fastest on "
        f"{len(mine)}, at the median {significant(float(lead), 2)}× ahead of the second{_cost(mine)}."
    )


def _cost(rows: pd.DataFrame) -> str:
    """Cost of a variant, as the end of a sentence; empty where the file does not say."""
    flash = (rows["code_bytes"] + rows["constant_bytes"].fillna(0)).dropna()
    scratch = rows["scratch_bytes"].dropna()
    said = [
        f"{integer(float(values.median()))} bytes of {what}"
        for values, what in ((flash, "flash"), (scratch, "scratch RAM"))
        if len(values)
    ]
    return f", and costs {' and '.join(said)} at the median" if said else ""


def _avoided(cases: pd.DataFrame) -> str:
    rows = fastest_rows(cases)
    for column, what in (("eta_energy", "energy"), ("eta_latency", "time")):
        medians = rows[rows["operator"] != STANDARD].groupby("operator")[column].median().dropna()
        if medians.empty:
            continue
        name = str(medians.idxmin())
        if medians[name] >= _WORSE:
            return (
                f"No operator is to be avoided: the least has a median η of {significant(medians[name], 2)}."
            )
        return (
            f"Avoid {spoken(name)} on this chip where a standard convolution will do: for as many MACs it "
            f"takes {significant(1 / medians[name], 2)}× the {what} at the median{_reason(rows, name)}."
        )
    return ""


def _reason(rows: pd.DataFrame, name: str) -> str:
    mine, standard = rows[rows["operator"] == name], rows[rows["operator"] == STANDARD]
    if standard.empty:
        return ""
    speed = [significant(float(each["mac_per_cycle"].median()), 2) for each in (mine, standard)]
    reach = [significant(float(intensity(each).median()), 2) for each in (mine, standard)]
    return (
        f", as it reaches {speed[0]} MAC/cycle against {speed[1]} and does {reach[0]} MACs by the byte "
        f"that it moves against {reach[1]}"
    )


def _network(row: pd.Series) -> Iterator[str]:
    details: NetworkDetails | None = row["network"]
    total = details.layer_cycles if details else None
    if not details or not total:
        return
    layer = max(details.layers, key=lambda each: each.cycles or 0)
    yield (
        f"{details.model}: the layer {layer.name or spoken(layer.operator)} dominates with "
        f"{100 * (layer.cycles or 0) / total:.0f} % of the cycles of {len(details.layers)} layers."
    )
    if exists(row["ram_bytes"]):
        yield f"It takes {integer(row['ram_bytes'])} bytes of RAM for {integer(row['cycles_median'])} cycles."
