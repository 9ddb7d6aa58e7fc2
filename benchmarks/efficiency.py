"""Table of η of every operator on several boards, from the results of their sweeps.

    python benchmarks/efficiency.py eta/*/results.csv

where each came from `hilbench sweep --board BOARD-virtual --grid efficiency --out eta/BOARD`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hilbench.analysis import OperatorEfficiency, Spread, add_efficiency, spreads
from hilbench.results.csv_file import read_csv

Boards = Mapping[str, Mapping[str, OperatorEfficiency]]
"""η of each operator, by board."""


def read(paths: Sequence[Path]) -> Boards:
    """The efficiencies of boards, in the order of their files.

    Raises:
        ConfigError: a file cannot be read.
    """
    frames = [read_csv(path) for path in paths]
    return {
        str(frame["board"].iloc[0]): {each.operator: each for each in spreads(add_efficiency(frame))}
        for frame in frames
    }


def table(boards: Boards, metric: str) -> Iterator[str]:
    """Lines of a table in Markdown: median, range and count by operator and board, the most efficient first.

    Args:
        boards: as `read` gives them.
        metric: `latency` or `energy`.
    """
    operators = dict.fromkeys(name for board in boards.values() for name in board)
    yield f"| η {metric} | {' | '.join(boards)} |"
    yield "|---|" + "---|" * len(boards)
    for operator in operators:
        found = (board.get(operator) for board in boards.values())
        cells = (_cell(getattr(each, metric) if each else None) for each in found)
        yield f"| {operator} | {' | '.join(cells)} |"


def _cell(spread: Spread | None) -> str:
    if spread is None:
        return "–"
    return f"{spread.median:.2f} ({spread.low:.2f}–{spread.high:.2f}; {spread.count})"


def main() -> None:
    """Print a table of each metric."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("csv", nargs="+", type=Path, help="results.csv of a sweep, one a board.")
    boards = read(parser.parse_args().csv)
    for metric in ("latency", "energy"):
        print(*table(boards, metric), "", sep="\n")


if __name__ == "__main__":
    main()
