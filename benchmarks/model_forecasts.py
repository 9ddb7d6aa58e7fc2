"""Forecasts of model files against what they take on a virtual board, as one table.

Each network is planned by the cost model, as `hilbench predict MODEL` does, built, run and verified. What the
folder of answers has is not run again.

    python -m benchmarks.model_forecasts answers --board stm32h7-virtual MODEL...
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hilbench.design.deployment import measured
from hilbench.design.forecast import forecast
from hilbench.design.session import Target, target_of
from hilbench.errors import HilbenchError


def compared(path: Path, target: Target) -> dict[str, Any]:
    """Forecast of a model, and its figures on the board; the cause where there are none."""
    try:
        found = forecast(path, target)
        board, boards, configuration = target.board, target.boards, target.configuration
        result = measured(
            found.deployment, board, boards, target.builder, configuration, "model_forecasts"
        ).document()
    except HilbenchError as error:
        return {"model": path.name, "cause": str(error)}
    figures = {name: result[name] for name in ("cycles", "ram_bytes", "flash_bytes", "energy_uj", "cause")}
    return {"model": path.name, "forecast": found.document(), "measured": figures, "cause": result["cause"]}


def run_missing(folder: Path, models: Sequence[Path], board: str) -> list[dict[str, Any]]:
    """Answers of models on a board; what the folder does not have is run."""
    target = target_of(board)
    answers = []
    for model in models:
        kept = folder / f"{board} {model.name}.json"
        if not kept.is_file():
            kept.write_text(json.dumps(compared(model, target)), encoding="utf-8")
        answers.append(json.loads(kept.read_text(encoding="utf-8")))
    return answers


def print_table(answers: list[dict[str, Any]]) -> None:
    """A row for each model, and the errors of all."""
    print("| model | MMAC | predicted, Mcycles | emulated | error | within the interval | predictor |")
    print("|---|---|---|---|---|---|---|")
    errors = []
    for answer in answers:
        cycles = answer.get("measured", {}).get("cycles")
        if not cycles:
            print(f"| {answer['model']} | | | | | | {answer['cause'][:90]} |")
            continue
        found = answer["forecast"]
        errors.append(abs(found["cycles"] / cycles - 1))
        low, high = found["cycles_bounds"] or (0, float("inf"))
        print(
            f"| {answer['model']} | {found['macs'] / 1e6:,.1f} | {found['cycles'] / 1e6:,.2f} "
            f"| {cycles / 1e6:,.2f} | {found['cycles'] / cycles - 1:+.1%} "
            f"| {'yes' if low <= cycles <= high else 'no'} | {found['predictor']} |"
        )
    if errors:
        middle, most = statistics.median(errors), max(errors)
        print(f"\n{len(errors)} networks: {middle:.1%} in the median, {most:.1%} at most.")


def main() -> None:
    """Run what has no answer yet, then print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="Folder of the answers.")
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--board", default="stm32h7-virtual")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    print_table(run_missing(given.folder, given.models, given.board))


if __name__ == "__main__":
    main()
