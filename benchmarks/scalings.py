"""Scalings on several boards, predicted against what the network takes there.

Each runs `hilbench design scale ... --verify --json`. Answers are kept in a folder: what is there is not run
again, so that an interrupted run goes on.

    python -m benchmarks.scalings answers
    python -m benchmarks.scalings answers --print
"""

from __future__ import annotations

import argparse
import json
import shlex
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

SCALINGS: Mapping[str, tuple[str, ...]] = {
    "stm32h7-virtual": (
        "--net xinet --input 48x48x3 --latency 6ms --classes 4",
        "--net xinet --input 64x64x3 --latency 12ms",
        "--net xinet --input 96x96x3 --latency 25ms --gamma 4",
        "--net xinet --input 64x64x3 --flash 200k",
        "--net phinet --input 64x64x3 --latency 8ms",
        "--net phinet --input 96x96x3 --latency 15ms --classes 2",
        "--net phinet --input 64x64x3 --ram 32k --latency 20ms",
        "--net style --input 48x48x3 --latency 20ms",
    ),
    "stm32l4-virtual": (
        "--net xinet --input 48x48x3 --latency 60ms --classes 4",
        "--net xinet --input 64x64x3 --latency 90ms --gamma 4",
        "--net xinet --input 32x32x3 --flash 96k",
        "--net phinet --input 48x48x3 --latency 60ms",
        "--net phinet --input 64x64x3 --latency 80ms --classes 2",
        "--net style --input 32x32x3 --latency 100ms",
    ),
    "nrf9160-virtual": (
        "--net xinet --input 48x48x3 --latency 80ms --classes 4",
        "--net xinet --input 32x32x3 --ram 16k --latency 60ms",
        "--net phinet --input 48x48x3 --latency 70ms",
        "--net phinet --input 64x64x3 --latency 100ms --classes 2",
        "--net style --input 32x32x3 --latency 120ms",
        "--net xinet --input 64x64x3 --energy 1.5mJ",
    ),
}
"""Arguments of the scalings, by board; inputs are small, so that the emulation is quick."""


def run(board: str, arguments: str, path: Path) -> None:
    """One scaling, whose answer is kept; what fails says so and is tried again next time."""
    command = [sys.executable, "-m", "hilbench", "design", "scale", "--board", board, *shlex.split(arguments)]
    done = subprocess.run([*command, "--verify", "--json"], capture_output=True, text=True, check=False)
    if done.stdout.startswith("{"):
        path.write_text(done.stdout, encoding="utf-8")
    else:
        print(f"{board} {arguments}: {done.stderr.strip()[-300:]}", file=sys.stderr, flush=True)


def run_missing(folder: Path, boards: Sequence[str] | None = None) -> None:
    """Run the scalings that have no answer yet, on some boards or on all."""
    for board, scalings in SCALINGS.items():
        for arguments in scalings:
            path = place(folder, board, arguments)
            if not path.is_file() and board in (boards or SCALINGS):
                run(board, arguments, path)


def answers(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Board, arguments and answer of each scaling that has one."""
    for board, scalings in SCALINGS.items():
        for arguments in scalings:
            path = place(folder, board, arguments)
            if path.is_file():
                yield board, arguments, json.loads(path.read_text(encoding="utf-8"))


def place(folder: Path, board: str, arguments: str) -> Path:
    """File of an answer."""
    return folder / f"{board}{arguments.replace(' ', '_')}.json"


def print_table(folder: Path) -> None:
    """A row for each scaling, and the errors of all."""
    print("| board | scaling | network | latency, ms | error | RAM, bytes | flash, bytes | error | kept |")
    print("|---|---|---|---|---|---|---|---|---|")
    latencies, flashes, same = [], [], []
    for board, arguments, answer in answers(folder):
        predicted, measured = answer["predicted"], answer["measured"]
        if measured["latency_us"] is None:
            print(f"| {board} | `{arguments}` | {answer['network']} | {measured['cause']} | | | | | |")
            continue
        error = predicted["latency_us"] / measured["latency_us"] - 1
        flash = predicted["flash_bytes"] / measured["flash_bytes"] - 1
        latencies.append(abs(error))
        flashes.append(abs(flash))
        same.append(predicted["ram_bytes"] == measured["ram_bytes"])
        shares = answer["measured_shares_of_budgets"].values()
        kept = "yes" if all(share is None or share <= 1 for share in shares) else "no"
        print(
            f"| {board} | `{arguments}` | {answer['network']} "
            f"| {predicted['latency_us'] / 1e3:,.2f} / {measured['latency_us'] / 1e3:,.2f} | {error:+.1%} "
            f"| {predicted['ram_bytes']:,} / {measured['ram_bytes']:,} "
            f"| {predicted['flash_bytes']:,} / {measured['flash_bytes']:,} | {flash:+.1%} | {kept} |"
        )
    if latencies:
        print(
            f"\nPredicted / emulated, {len(latencies)} scalings: "
            f"latency off by {statistics.median(latencies):.1%} in the median, {max(latencies):.1%} at most; "
            f"RAM exact in {sum(same)}; "
            f"flash off by {statistics.median(flashes):.1%} in the median, {max(flashes):.1%} at most."
        )


def main() -> None:
    """Run what has no answer yet, then print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="Folder of the answers.")
    parser.add_argument("--board", action="append", help="Only this one; repeatable.")
    parser.add_argument("--print", action="store_true", dest="only_print", help="Run nothing.")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if not given.only_print:
        run_missing(given.folder, given.board)
    print_table(given.folder)


if __name__ == "__main__":
    main()
