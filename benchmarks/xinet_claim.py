"""Page on the claim of the XiNet work: at equal MACs the standard convolution takes the least energy.

    python benchmarks/xinet_claim.py --figure docs/xinet-claim.svg RUN/results.csv ... > docs/xinet-claim.md

where each file came from `hilbench sweep --board BOARD-virtual --grid efficiency`, with `--variant reference`
for plain C and `--placement tcm` for another placement. `--against BASELINES.csv`, as `hilbench sweep` takes
it, adds CMSIS-NN in cycles.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hilbench.analysis import add_efficiency
from hilbench.results.csv_file import read_csv
from hilbench.results.statistics import bootstrap_interval

OPERATORS = ("depthwise_conv2d", "pointwise_conv2d", "grouped_conv2d")
"""Operators that the claim sets against the standard convolution."""
BASELINE_OPERATORS = {
    "depthwise_conv2d": "dw3x3",
    "pointwise_conv2d": "conv1x1",
    "grouped_conv2d": "gconv3x3",
}
"""Names of these in files of baselines."""
_LIBRARY = """\
## CMSIS-NN, in cycles

Arm's library has kernels of another make. η latency is here the median cycles of a multiply-accumulate of its
3x3 standard convolutions over those of the operator, modelled from the instructions and memory accesses that
its code executes (`{file}`); no board and no energy. The interval is that of the median over shapes.

| core | operator | cycles/MAC, standard | cycles/MAC, operator | η latency | standard takes less |
|---|---|---|---|---|---|
{rows}

"""
PAGE = """\
# The claim of the XiNet work

Ancilotto, Paissan and Farella (XiNet, ICCV 2023) say that at equal multiply-accumulates standard convolutions
take less energy than depthwise, pointwise and grouped ones, so that η = E_std/E_op is below 1. This page
tests that by board, by kernels and by placement. All figures are emulated: they hold **under the model** of
each chip, and nothing here was run on silicon.

η is the median over shapes of the grid `efficiency`, with the 95 % interval of that median by the percentile
bootstrap over shapes, and their number. *At both ends* widens the interval by the uncertainty of energies: as
if the energy of the one operator were at the upper end and that of the other at the lower end. Most of a
current model's error is common to both operators and cancels; that is the worst case.

{figure}
{tables}{library}
## Verdict

{verdicts}
## Threats to validity

* Cycles are those of a timing model ([fidelity](fidelity.md)); energies are those of a current model by state
  of the core and memory traffic, which knows nothing of the data's switching activity.
* η is of the best kernel that hilbench has of each operator. Another library's ratio between its own kernels
  differs: by CMSIS-NN's the claim holds of depthwise convolutions and is open for pointwise and grouped ones.
  Plain C, where nobody tuned anything, shows as well how much kernels matter.
* An operator alone is no network: a depthwise layer has other shapes, and more layers, in a network of equal
  accuracy. Which block a network should have is a question for `hilbench design blocks`.
* Shapes are those of one grid, with 3x3 kernels but for two depthwise shapes. Small boards hold fewer of
  them; plain C and TCM were run on its smaller ones.

Made by

    python benchmarks/xinet_claim.py --figure docs/xinet-claim.svg --against BASELINES.csv \\
        RUN/results.csv ... > docs/xinet-claim.md
"""


@dataclass(frozen=True)
class Finding:
    """η of one operator on one board, by one set of kernels, in one placement.

    Attributes:
        kernels: `plain C`, or `fastest`, the one that `--variant auto` takes.
        metric: `energy` or `latency`.
        low: end of the 95 % interval of the median over shapes.
        high: other end of it.
        uncertainty: of an energy, as a share; 0 of a latency.
    """

    board: str
    kernels: str
    placement: str
    operator: str
    metric: str
    median: float
    low: float
    high: float
    count: int
    uncertainty: float

    @property
    def ends(self) -> tuple[float, float]:
        """The interval, widened by the uncertainty of both energies."""
        widest = (1 + self.uncertainty) / (1 - self.uncertainty)
        return self.low / widest, self.high * widest

    @property
    def verdict(self) -> str:
        """Word on whether the standard convolution takes less."""
        if not self.uncertainty:
            return "yes" if self.high < 1 else "no" if self.low > 1 else "open"
        if self.high < 1:
            return "yes, at both ends" if self.ends[1] < 1 else "yes, but not at the far end"
        if self.low > 1:
            return "no, at both ends" if self.ends[0] > 1 else "no, but not at the far end"
        return "open"


def findings(path: Path) -> Iterator[Finding]:
    """The findings of one sweep.

    Raises:
        ConfigError: the file cannot be read.
    """
    frame = add_efficiency(read_csv(path))
    for (board, placement), rows in frame.groupby(["board", "placement"], sort=False):
        kernels = "plain C" if set(rows["variant"]) == {"reference"} else "fastest"
        for operator in OPERATORS:
            mine = rows[rows["operator"] == operator]
            for metric in ("energy", "latency"):
                values = mine[f"eta_{metric}"].dropna().to_numpy(np.float64)
                if len(values) > 1:
                    low, high = bootstrap_interval(values)
                    share = _uncertainty(mine) if metric == "energy" else 0.0
                    yield Finding(
                        str(board),
                        kernels,
                        str(placement),
                        operator,
                        metric,
                        float(np.median(values)),
                        low,
                        high,
                        len(values),
                        share,
                    )


def _uncertainty(rows: pd.DataFrame) -> float:
    stated = rows["energy_uncertainty_pct"].dropna()
    return 0.0 if stated.empty else float(stated.median()) / 100


def table(found: Sequence[Finding], metric: str) -> Iterator[str]:
    """Lines of a table in Markdown, a row for each finding of one metric."""
    yield f"| board | kernels | placement | operator | η {metric} | at both ends | standard takes less |"
    yield "|---|---|---|---|---|---|---|"
    for each in found:
        if each.metric == metric:
            ends = f"{each.ends[0]:.2f}–{each.ends[1]:.2f}" if each.uncertainty else "–"
            interval = f"{each.median:.2f} ({each.low:.2f}–{each.high:.2f}; {each.count})"
            yield (
                f"| {each.board} | {each.kernels} | {each.placement} | {each.operator} "
                f"| {interval} | {ends} | {each.verdict} |"
            )


def verdicts(found: Sequence[Finding]) -> Iterator[str]:
    """A sentence for each operator and metric: in how many settings the claim holds under the model."""
    for metric in ("energy", "latency"):
        for operator in OPERATORS:
            mine = [each for each in found if (each.operator, each.metric) == (operator, metric)]
            holds = sum(each.verdict.startswith("yes") for each in mine)
            surely = sum(each.verdict == "yes, at both ends" for each in mine)
            fails = sum(each.verdict.startswith("no") for each in mine)
            ends = f", in {surely} of them at both ends of the uncertainty," if metric == "energy" else ""
            yield (
                f"* **{operator}, {metric}**: under the model the standard convolution takes less in {holds} "
                f"of {len(mine)} settings{ends} and more in {fails}."
            )


def library_rows(path: Path, library: str) -> Iterator[str]:
    """Lines of the table of a library, by core and operator."""
    frame = pd.read_csv(path)
    for core, rows in frame[frame["library"] == library].groupby("core"):
        cost = rows["modelled_cycles_per_mac"]
        standard = float(cost[rows["op"] == "conv3x3"].median())
        for operator, name in BASELINE_OPERATORS.items():
            mine = cost[rows["op"] == name].to_numpy(np.float64)
            if len(mine) > 1:
                low, high = bootstrap_interval(standard / mine)
                verdict = "yes" if high < 1 else "no" if low > 1 else "open"
                yield (
                    f"| {core} | {operator} | {standard:.2f} | {np.median(mine):.2f} "
                    f"| {np.median(standard / mine):.2f} ({low:.2f}–{high:.2f}; {len(mine)}) | {verdict} |"
                )


def library_section(path: Path) -> str:
    """Section on CMSIS-NN by a file of baselines."""
    return _LIBRARY.format(file=path.name, rows="\n".join(library_rows(path, "cmsis_nn")))


def draw(found: Sequence[Finding], path: Path) -> None:
    """A figure of η energy, a row for each setting, a mark with its interval for each operator."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "hilbench"  # the same figure from the same rows
    from matplotlib import pyplot as plt

    energies = [each for each in found if each.metric == "energy"]
    settings = list(dict.fromkeys((each.board, each.kernels, each.placement) for each in energies))
    figure, axes = plt.subplots(figsize=(8, 0.5 * len(settings) + 1.2), layout="constrained")
    for index, operator in enumerate(OPERATORS):
        mine = [each for each in energies if each.operator == operator]
        heights = [
            settings.index((each.board, each.kernels, each.placement)) + (index - 1) * 0.2 for each in mine
        ]
        medians = np.array([each.median for each in mine])
        spans = np.array([[each.median - each.low, each.high - each.median] for each in mine]).T
        axes.errorbar(medians, heights, xerr=spans, fmt="osD"[index], capsize=2, label=operator)
    axes.axvline(1, color="gray", linewidth=0.8)
    axes.set_yticks(range(len(settings)), [", ".join(setting) for setting in settings])
    axes.invert_yaxis()
    axes.set_xlabel("η energy under the model: below 1 the standard convolution takes less")
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def main() -> None:
    """Print the page, and draw its figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("csv", nargs="*", type=Path, help="results.csv of a sweep.")
    parser.add_argument("--against", type=Path, metavar="CSV", help="Baselines that CMSIS-NN is among.")
    parser.add_argument("--figure", type=Path, help="Draw η energy into this file.")
    given = parser.parse_args()
    library = library_section(given.against) if given.against else ""
    if not given.csv:  # the section alone
        print(library, end="")
        return
    found = [each for path in given.csv for each in findings(path)]
    figure = ""
    if given.figure:
        draw(found, given.figure)
        figure = f"![η energy of operators by board, kernels and placement]({given.figure.name})\n"
    tables = "".join("\n".join([*table(found, metric), "", ""]) for metric in ("energy", "latency"))
    print(
        PAGE.format(
            figure=figure, tables=tables, library=library, verdicts="\n".join([*verdicts(found), ""])
        ),
        end="",
    )


if __name__ == "__main__":
    main()
