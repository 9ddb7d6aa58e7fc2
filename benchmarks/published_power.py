"""The current model beside power that others measured and published: MLPerf Tiny, closed division.

None of the chips that have a virtual board was measured there; the parts that were are described in
published_power.yaml. The CSV needs the columns ver, org, system, bench, mV and mW.

    python -m benchmarks.published_power ROWS.csv [--rows]
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict

from hilbench.chips import Currents
from hilbench.virtual.power.energy import CurrentModel
from hilbench.virtual.power.mix import InstructionMix

DESCRIPTION = Path(__file__).with_suffix(".yaml")
TOLERANCE = 0.15


class Anchor(BaseModel):
    """The rows that a part's run current was taken from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    organisation: str


class Part(BaseModel):
    """One part, as the model is told of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    systems: str
    """Regular expression that finds the part in a row's system."""
    core: str
    mhz: float
    currents: Currents
    anchor: Anchor | None = None

    def predict(self, volts: float, flow: float) -> float:
        """Power while inferring, W."""
        model = CurrentModel(self.currents)
        point = model.at(self.mhz * 1e6, model.reset_mode, volts)
        weight = InstructionMix(self.core).weight(flow)
        return volts * point.running(ram_share=0, cached=True, weight=weight)


class Description(BaseModel):
    """What published_power.yaml holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flows: dict[str, dict[str, float]]
    """By core and network."""
    parts: list[Part]


@dataclass(frozen=True)
class Row:
    """One published row.

    Attributes:
        volts: supply, V.
        watts: while inferring, W.
    """

    version: str
    organisation: str
    system: str
    network: str
    volts: float
    watts: float


@dataclass(frozen=True)
class Comparison:
    """One published row and what the model says.

    Attributes:
        predicted: power, W.
        held_out: the description does not know the row.
    """

    row: Row
    predicted: float
    held_out: bool

    @property
    def error(self) -> float:
        """Predicted over published, less 1."""
        return self.predicted / self.row.watts - 1


def load_description() -> Description:
    """The parts, and the flows of the networks."""
    return Description.model_validate(yaml.safe_load(DESCRIPTION.read_text()))


def read_rows(path: Path) -> list[Row]:
    """The published rows in a CSV file."""
    with path.open(newline="") as stream:
        return [
            Row(
                version=line["ver"],
                organisation=line["org"],
                system=line["system"],
                network=line["bench"],
                volts=float(line["mV"]) / 1000,
                watts=float(line["mW"]) / 1000,
            )
            for line in csv.DictReader(stream)
        ]


def compare(part: Part, flows: Mapping[str, float], rows: Iterable[Row]) -> list[Comparison]:
    """The part beside every row of it."""
    return [
        Comparison(
            row=row,
            predicted=part.predict(row.volts, flows[row.network]),
            held_out=Anchor(version=row.version, organisation=row.organisation) != part.anchor,
        )
        for row in rows
        if re.search(part.systems, row.system)
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print error statistics by part, and every row if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("csv", type=Path)
    parser.add_argument("--rows", action="store_true", help="every row, too")
    chosen = parser.parse_args(arguments)
    rows, description = read_rows(chosen.csv), load_description()
    print(f"{'':32}{'rows':>6}{'in 15 %':>9}{'mean |error|':>14}{'bias':>9}{'worst':>9}")
    for part in description.parts:
        if compared := compare(part, description.flows[part.core], rows):
            print_part(part, compared, with_rows=chosen.rows)


def print_part(part: Part, compared: Sequence[Comparison], *, with_rows: bool) -> None:
    """Print statistics over the rows held out, and the rows if asked to."""
    errors = np.array([each.error for each in compared if each.held_out])
    if len(errors):
        magnitudes = np.abs(errors)
        print(
            f"{part.name:32}{len(errors):6}{(magnitudes <= TOLERANCE).sum():9}{magnitudes.mean():14.1%}"
            f"{errors.mean():+9.1%}{errors[magnitudes.argmax()]:+9.1%}"
        )
    for each in compared if with_rows else ():
        row, note = each.row, "" if each.held_out else "  anchor"
        print(
            f"  {row.version} {row.organisation:20.20}{row.system:36.36}{row.network:4}{row.volts:5.1f} V"
            f"{row.watts * 1e3:8.1f}{each.predicted * 1e3:8.1f} mW{each.error:+8.1%}{note}"
        )


if __name__ == "__main__":
    main()
