"""Tables of docs/design.md, made anew: errors of the cost models, blocks by board, scalings, forecasts.

Each answer is kept in a folder; what is there is not run again, so that an interrupted run goes on. Tables
whose answers are not there stay as they are.

    python -m benchmarks.design_page ANSWERS [--only-print] [--models MODEL ...]
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from benchmarks import model_forecasts, scalings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "design.md"
BOARDS = {
    "stm32h7-virtual": "H743",
    "stm32l4-virtual": "L475",
    "nrf9160-virtual": "nRF9160",
    "stm32l0-virtual": "L031",
}
WEIGHTED = ("conv2d", "pointwise_conv2d", "depthwise_conv2d", "grouped_conv2d", "fully_connected")


def answer(folder: Path, name: str, arguments: Sequence[str], *, run: bool) -> Any:  # noqa: ANN401
    """JSON that a command printed, kept in a file; None where it failed or may not run."""
    path = folder / f"{name}.json"
    if not path.is_file() and run:
        command = [sys.executable, "-m", "hilbench", *arguments, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.stdout.startswith(("{", "[")):
            path.write_text(done.stdout, encoding="utf-8")
        else:
            print(f"{name}: {done.stderr.strip()[-300:]}", file=sys.stderr)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def cost_models(folder: Path, *, run: bool) -> Iterator[str]:
    """Errors of held-out layers by chip and operator."""
    fits = {
        board: found
        for board in BOARDS
        if (found := answer(folder, f"fit {board}", ["design", "fit", "--board", board], run=run))
    }
    if not fits:
        return
    yield "| kernel | " + " | ".join(BOARDS[board] for board in fits) + " |"
    yield "|---|" + "---|" * len(fits)
    names = sorted({name for found in fits.values() for name in found["kernels"]})
    for name in names:
        if name.endswith("reference") and name.split()[0] in WEIGHTED:
            continue
        cells = [
            f"{kernel['median_error']:.1%}, {kernel['p95_error']:.1%} ({kernel['cases']})"
            if (kernel := found["kernels"].get(name))
            else "–"
            for found in fits.values()
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def blocks(folder: Path, *, run: bool) -> Iterator[str]:
    """η of each structure at equal multiply-accumulates, by board."""
    found = {
        board: {row["structure"]: row for row in rows}
        for board in BOARDS
        if (
            rows := answer(
                folder, f"blocks {board}", ["design", "blocks", "--board", board, "--measure"], run=run
            )
        )
    }
    if not found:
        return
    names = {name: row["receptive_field"] for rows in found.values() for name, row in rows.items()}
    yield (
        "| η at equal MACs | sees | " + " | ".join(f"{BOARDS[board]} time, energy" for board in found) + " |"
    )
    yield "|---|---|" + "---|" * len(found)
    first = next(iter(found.values()))
    for name in sorted(names, key=lambda each: -first[each]["eta_latency"] if each in first else 0.0):
        cells = [_block_cell(rows.get(name)) for rows in found.values()]
        yield f"| {name} | {names[name]} | {' | '.join(cells)} |"


def _block_cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return "–"
    energy = "–" if row["eta_energy"] is None else f"{row['eta_energy']:.2f}"
    mark = "" if row["provenance"] != "predicted" else " (predicted)"
    return f"{row['eta_latency']:.2f}, {energy}{mark}"


def captured(make: Any) -> Iterator[str]:  # noqa: ANN401
    """Lines that a function prints."""
    text = io.StringIO()
    with redirect_stdout(text):
        make()
    yield from text.getvalue().rstrip().splitlines()


def replaced(page: str, name: str, lines: Sequence[str]) -> str:
    """The page with other lines between the marks of a table."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    head, rest = page.split(begin)
    tail = rest.split(end)[1]
    return head + "\n".join([begin, *lines, end]) + tail


def main() -> None:
    """Run what has no answer yet, then write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="Folder of the answers.")
    parser.add_argument("--only-print", action="store_true", help="Run nothing.")
    parser.add_argument("--models", nargs="*", type=Path, default=[], help="Model files that are forecast.")
    given = parser.parse_args()
    run = not given.only_print
    scaled, forecasts = given.folder / "scalings", given.folder / "forecasts"
    for folder in (scaled, forecasts):
        folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "cost models": list(cost_models(given.folder, run=run)),
        "blocks": list(blocks(given.folder, run=run)),
    }
    if run:
        scalings.run_missing(scaled)
        model_forecasts.run_missing(forecasts, given.models, "stm32h7-virtual")
    if any(scaled.iterdir()):
        tables["scalings"] = list(captured(lambda: scalings.print_table(scaled)))
    if any(forecasts.iterdir()):
        kept = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(forecasts.iterdir())]
        tables["forecasts"] = list(captured(lambda: model_forecasts.print_table(kept)))
    page = PAGE.read_text(encoding="utf-8")
    for name, lines in tables.items():
        page = replaced(page, name, lines) if lines else page
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
