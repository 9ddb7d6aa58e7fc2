"""The current model against power that others measured and published: MLPerf Tiny, closed division.

None of the chips that have a virtual board was measured there; the parts that were are described in
published_power.yaml. How much a part draws is known in one of three ways: by the data sheet alone; by that,
times what the other parts drew over theirs; by what others measured on the part itself. Each row is held
out of what its prediction knows: in the second way with its part, in the third with its submission, all
that one organisation sent in of one system in one version.

Next to that is what any model with one level a part could reach at best, as submitters of one part
disagree; and what is left where the submission's own power between inferences is known, too.

The CSV needs the columns ver, org, system, bench, mV, mW and gap_mW. Rows of another one are predicted with
the level of all of its rows: published_power_later.csv has those of MLPerf Tiny v1.2 and v1.3, looked up in
github.com/mlcommons/tiny_results_v1.2 and _v1.3 when the model stood.

    python -m benchmarks.published_power ROWS.csv [--later LATER.csv] [--rows]
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from hilbench.chips import Currents
from hilbench.errors import ConfigError
from hilbench.files import StrictModel, read_table
from hilbench.virtual.power.energy import CurrentModel, OperatingPoint
from hilbench.virtual.power.mix import InstructionMix

DESCRIPTION = Path(__file__).with_suffix(".yaml")
TOLERANCE = 0.15
COLUMNS = ("ver", "org", "system", "bench", "mV", "mW", "gap_mW")


@dataclass(frozen=True)
class Row:
    """One published row.

    Attributes:
        volts: supply, V.
        watts: while inferring, W.
        idle_watts: between inferences, where the board waits for the host, W.
    """

    version: str
    organisation: str
    system: str
    network: str
    volts: float
    watts: float
    idle_watts: float

    @property
    def submission(self) -> tuple[str, str, str]:
        """Key of the submission: all that one organisation sent in of one system in one version."""
        return self.version, self.organisation, self.system


class Part(StrictModel):
    """One part, as the model gets it."""

    name: str
    systems: str
    """Regular expression that finds the part in a row's system."""
    core: str
    mhz: float
    currents: Currents

    @property
    def typical(self) -> float:
        """Flow of the program that its currents are of."""
        return InstructionMix(self.core).typical

    def select(self, rows: Iterable[Row]) -> list[Row]:
        """Rows of systems with this part."""
        return [row for row in rows if re.search(self.systems, row.system)]

    def predict(self, volts: float, flow: float) -> float:
        """Power while inferring, by the data sheet, W."""
        weight = InstructionMix(self.core).weight(flow)
        return volts * self._point(volts).running(ram_share=0, cached=True, weight=weight)

    def asleep(self, volts: float) -> float:
        """Power while the core is stopped, by the data sheet, W."""
        return volts * self._point(volts).asleep

    def _point(self, volts: float) -> OperatingPoint:
        model = CurrentModel(self.currents)
        return model.at(self.mhz * 1e6, model.reset_mode, volts)


class Description(StrictModel):
    """Content of published_power.yaml."""

    flows: dict[str, dict[str, float]]
    """Flow of each network on each core, by core and network."""
    parts: list[Part]


@dataclass(frozen=True)
class Compared:
    """A part's rows with what the model says of them, in the rows' order.

    Attributes:
        sheet: predicted by the data sheet, W; shape (rows,).
        submissions: a number for each row's submission; shape (rows,).
    """

    part: Part
    rows: Sequence[Row]
    sheet: np.ndarray
    submissions: np.ndarray

    @property
    def watts(self) -> np.ndarray:
        """Published power, W; shape (rows,)."""
        return np.array([row.watts for row in self.rows])

    @property
    def levels(self) -> np.ndarray:
        """Published power over that predicted by the data sheet; shape (rows,)."""
        return np.asarray(self.watts / self.sheet)

    def by_others(self) -> np.ndarray:
        """Power predicted with the level of the part's other submissions, W; shape (rows,)."""
        known = [middle(self.levels[self.submissions != each]) for each in self.submissions]
        return np.asarray(self.sheet * np.array(known))

    def by_others_and_idle(self) -> np.ndarray:
        """`by_others`, plus what the submission draws while it waits, beyond what the others do, W."""
        asleep = np.array([self.part.asleep(row.volts) for row in self.rows])
        idle = np.array([row.idle_watts for row in self.rows])
        usual = [middle((idle / asleep)[self.submissions != each]) for each in self.submissions]
        return np.asarray(self.by_others() + idle - asleep * np.array(usual))

    def ceiling(self) -> int:
        """The most rows that one level for all of them brings within the tolerance."""
        least, most = self.levels * (1 - TOLERANCE), self.levels * (1 + TOLERANCE)
        return int(max(((least <= level) & (level <= most)).sum() for level in least))


def load_description() -> Description:
    """The parts, and the flows of the networks."""
    return Description.model_validate(yaml.safe_load(DESCRIPTION.read_text()))


def read_rows(path: Path) -> list[Row]:
    """The published rows in a CSV file.

    Raises:
        ConfigError: the file cannot be read, or is no table of published power.
    """
    lines = read_table(path, "a table of published power", COLUMNS)
    try:
        return [
            Row(
                version=line["ver"],
                organisation=line["org"],
                system=line["system"],
                network=line["bench"],
                volts=float(line["mV"]) / 1000,
                watts=float(line["mW"]) / 1000,
                idle_watts=float(line["gap_mW"] or "nan") / 1000,
            )
            for line in lines
        ]
    except ValueError as error:
        raise ConfigError(f"{path} holds a cell that is no number: {error}.") from error


def compare(part: Part, flows: Mapping[str, float], rows: Iterable[Row]) -> Compared:
    """The part with every row of it."""
    selected = part.select(rows)
    known = sorted({row.submission for row in selected})
    return Compared(
        part=part,
        rows=selected,
        sheet=np.array([part.predict(row.volts, flows[row.network]) for row in selected]),
        submissions=np.array([known.index(row.submission) for row in selected]),
    )


def compare_all(path: Path) -> list[Compared]:
    """Comparison of every described part with its rows in a CSV file."""
    rows, description = read_rows(path), load_description()
    return [compare(part, description.flows[part.core], rows) for part in description.parts]


def middle(levels: np.ndarray) -> float:
    """The level with the least sum of absolute logarithmic errors: no submission far off moves it."""
    return float(np.exp(np.median(np.log(levels))))


def by_other_parts(compared: Sequence[Compared]) -> list[np.ndarray]:
    """Power predicted with the mean of the other parts' levels, W; of each part, shape (rows,)."""
    logs = np.log([middle(each.levels) for each in compared])
    others = np.exp((logs.sum() - logs) / (len(logs) - 1))
    return [each.sheet * level for each, level in zip(compared, others, strict=True)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print error statistics by part and by what is known of its level, and every row if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("csv", type=Path)
    parser.add_argument("--later", type=Path, metavar="CSV", help="rows that no level is taken from")
    parser.add_argument("--rows", action="store_true", help="every row, too")
    chosen = parser.parse_args(arguments)
    try:
        described = compare_all(chosen.csv)
        described_later = compare_all(chosen.later) if chosen.later else []
    except ConfigError as error:
        parser.error(str(error))
    compared = [each for each in described if len(np.unique(each.submissions)) > 1]
    if not compared:
        parser.error("No part in the table was sent in twice.")
    by_submission = [each.by_others() for each in compared]
    tables = {
        "data sheet alone": [each.sheet for each in compared],
        "data sheet, times the other parts' level": by_other_parts(compared) if len(compared) > 1 else [],
        "level by the part's other submissions": by_submission,
        "the same, and the power between inferences": [each.by_others_and_idle() for each in compared],
    }
    for title, predictions in tables.items():
        print_table(title, compared, predictions)
    if chosen.later:
        levels = {each.part.name: middle(each.levels) for each in compared}
        later = [each for each in described_later if each.part.name in levels and each.rows]
        by_level = [each.sheet * levels[each.part.name] for each in later]
        print_table("later rows, data sheet alone", later, [each.sheet for each in later])
        print_table("later rows, level by the others", later, by_level)
        compared, by_submission = [*compared, *later], [*by_submission, *by_level]
    if chosen.rows:
        for each, predicted in zip(compared, by_submission, strict=True):
            print_rows(each, predicted)


def print_table(title: str, compared: Sequence[Compared], predictions: Sequence[np.ndarray]) -> None:
    """Print one line a part, and one over all of them."""
    if not predictions:
        return
    print(
        f"\n{title:44}{'rows':>6}{'in 15 %':>9}{'at best':>9}{'mean |error|':>14}"
        f"{'median':>9}{'9 in 10':>9}{'bias':>9}{'worst':>9}"
    )
    ceilings = [each.ceiling() for each in compared]
    errors = [predicted / each.watts - 1 for each, predicted in zip(compared, predictions, strict=True)]
    for each, error, ceiling in zip(compared, errors, ceilings, strict=True):
        print_line(f"  {each.part.name}, sheet x {middle(each.levels):.2f}", error, ceiling)
    print_line("  all", np.concatenate(errors), sum(ceilings))


def print_line(name: str, errors: np.ndarray, ceiling: int) -> None:
    """Print statistics of relative errors."""
    magnitudes = np.abs(errors)
    print(
        f"{name:44}{len(errors):6}{(magnitudes <= TOLERANCE).sum():9}{ceiling:9}{magnitudes.mean():14.1%}"
        f"{np.median(magnitudes):9.1%}{np.quantile(magnitudes, 0.9):9.1%}{errors.mean():+9.1%}"
        f"{errors[magnitudes.argmax()]:+9.1%}"
    )


def print_rows(compared: Compared, predictions: np.ndarray) -> None:
    """Print each row of a part: published, predicted."""
    print(f"\n{compared.part.name}")
    for row, watts in zip(compared.rows, predictions, strict=True):
        print(
            f"  {row.version} {row.organisation:20.20}{row.system:36.36}{row.network:4}{row.volts:5.1f} V"
            f"{row.watts * 1e3:8.1f}{watts * 1e3:8.1f} mW{watts / row.watts - 1:+8.1%}"
        )


if __name__ == "__main__":
    main()
