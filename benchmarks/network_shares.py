"""Whether published power tells how much of a part's current goes with the instructions it executes.

MLPerf Tiny's four networks differ in their flow of instructions. For each submission of a part the share
that suits the part's other submissions best is found, and predicts how far the networks of this one differ.

    python -m benchmarks.network_shares ROWS.csv
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.published_power import Compared, compare, load_description, read_rows
from hilbench.errors import ConfigError

SHARES = np.linspace(0, 1.2, 121)
"""Shares that are tried, of the current above sleep."""


def spreads(compared: Compared, paces: np.ndarray) -> np.ndarray:
    """Distance of rows from the middle of their submission, by share; shape (shares, rows).

    Args:
        compared: a part's rows.
        paces: flow of each row's network, over the typical one; shape (rows,).

    Returns:
        Absolute logarithmic errors.
    """
    asleep = np.array([compared.part.asleep(row.volts) for row in compared.rows])
    typical = np.array([compared.part.predict(row.volts, compared.part.typical) for row in compared.rows])
    weights = 1 + SHARES[:, None] * (paces - 1)
    errors = np.log(asleep + weights * (typical - asleep)) - np.log(compared.watts)
    for each in np.unique(compared.submissions):
        own = compared.submissions == each
        errors[:, own] -= np.median(errors[:, own], axis=1, keepdims=True)
    return np.asarray(np.abs(errors))


def held_out(errors: np.ndarray, submissions: np.ndarray) -> tuple[np.ndarray, float]:
    """The share by all submissions but one, for each; and the mean error of that one's rows with it."""
    chosen = np.array([errors[:, submissions != each].sum(axis=1).argmin() for each in submissions])
    return SHARES[chosen], float(errors[chosen, np.arange(len(submissions))].mean())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the shares of every part, and what they are good for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("csv", type=Path)
    try:
        rows = read_rows(parser.parse_args(arguments).csv)
    except ConfigError as reason:
        parser.error(str(reason))
    description = load_description()
    print(f"{'':12}{'rows':>6}{'least':>8}{'most':>8}{'mean error':>12}{'without any':>13}")
    for part in description.parts:
        flows = description.flows[part.core]
        compared = compare(part, flows, rows)
        if len(np.unique(compared.submissions)) < 2:
            continue
        errors = spreads(compared, np.array([flows[row.network] for row in compared.rows]) / part.typical)
        shares, error = held_out(errors, compared.submissions)
        print(
            f"{part.name:12}{len(compared.rows):6}{shares.min():8.2f}{shares.max():8.2f}"
            f"{error:12.1%}{errors[0].mean():13.1%}"
        )


if __name__ == "__main__":
    main()
