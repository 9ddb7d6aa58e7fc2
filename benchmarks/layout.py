"""Effect of the rest of an image on cycles: each case of `quick` alone, in `quick`, in `full`.

Of `full` there are as many cases as share images with those of `quick`: they are shuffled with them, and
built as a sweep builds them. Each image runs on the virtual board of its chip, and its firmware measures.

    python benchmarks/layout.py --write after.csv [--board stm32h7 ...] [--flags=-O3 ...] [--variant dsp ...]
    python benchmarks/layout.py --table before.csv after.csv
"""

from __future__ import annotations

import argparse
import re
import statistics
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from hilbench.boards import load_boards
from hilbench.chips import Chip, Placement
from hilbench.errors import HilbenchError
from hilbench.grids import load_grid
from hilbench.image import Builder, Image, PackedWorkload, find_toolchain
from hilbench.operators import REFERENCE, Layer, Workload, load_operators
from hilbench.runner.build_config import with_variants
from hilbench.virtual.machine import Machine
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import load

BOARDS = ("stm32h7", "stm32f7", "stm32l4", "nrf52840", "nrf9160", "stm32l0")
ALONE, QUICK, FULL = "alone", "quick", "full"
PORTION = 64
"""Cases that a sweep builds at a time."""
OF_QUICK = 16
"""Cases of `quick` in a portion of `full`."""
RUNS = 3
SEED = 1
TIMEOUT_S = 300
KEY = ["board", "toolchain", "flags", "placement", "variant", "case"]


class Device:
    """A virtual board with an image in its flash, and what its firmware answers."""

    def __init__(self, chip: Chip, image: Image) -> None:
        self._machine = Machine(chip, realtime=False)
        load(self._machine, read_program(image.elf))
        self._heard = b""
        self._ready = threading.Event()
        self._machine.uart.on_transmit(self._hear)
        self._machine.start()
        self._await()

    def ask(self, command: str) -> str:
        """The answer to a command."""
        self._heard = b""
        self._ready.clear()
        self._machine.uart.receive(f"{command}%".encode())
        return self._await()

    def samples(self, command: str) -> list[int]:
        """Cycles of each run."""
        lines = [line for line in self.ask(command).splitlines() if line.startswith("m-samples-[")]
        return [int(word) for line in lines for word in re.split(r"[][]", line)[1].split()]

    def close(self) -> None:
        """Switch the machine off."""
        self._machine.close()

    def _hear(self, data: bytes) -> None:
        self._heard += data
        if self._heard.endswith(b"m-ready\r\n"):
            self._ready.set()

    def _await(self) -> str:
        if not self._ready.wait(TIMEOUT_S):
            raise HilbenchError(f"no answer: {self._heard!r}")
        return self._heard.decode("ascii")


def measure(chip: Chip, image: Image, wanted: frozenset[Layer]) -> Iterator[tuple[Workload, int, int]]:
    """Each wanted case of an image, and its cycles warm and cold."""
    with closing(Device(chip, image)) as device:
        for packed in image.workloads:
            if packed.workload in wanted:
                yield packed.workload, *cycles(device, packed)


def cycles(device: Device, packed: PackedWorkload) -> tuple[int, int]:
    """Cycles of one case, warm and cold, the call's among them."""
    device.ask(f"case select {packed.index}")
    (cold,) = device.samples("case cold 1")
    return round(statistics.median(device.samples(f"case warm {RUNS}"))), cold


def images(builder: Builder, cases: Sequence[Layer], others: Sequence[Layer]) -> Iterator[tuple[str, Image]]:
    """Images with the cases alone, among themselves, and among others."""
    draw = np.random.default_rng(SEED)
    shuffled = [others[place] for place in draw.permutation(len(others))]
    for case in cases:
        yield from ((ALONE, image) for image in builder.build([case]).images)
    yield from ((QUICK, image) for image in builder.build(cases).images)
    for first in range(0, len(cases), OF_QUICK):
        portion = [*cases[first : first + OF_QUICK], *shuffled[: PORTION - OF_QUICK]]
        del shuffled[: PORTION - OF_QUICK]
        placed = [portion[place] for place in draw.permutation(len(portion))]
        yield from ((FULL, image) for image in builder.build(placed).images)


def in_variant(cases: Sequence[Layer], variant: str) -> tuple[Layer, ...]:
    """The cases that have this variant."""
    return tuple(dict.fromkeys(with_variants(cases, variant)))


def rows(
    board: str, toolchain: str, flags: str, placement: Placement, variant: str
) -> Iterator[dict[str, object]]:
    """A row a case and image, as far as the cases fit the board."""
    chip = load_boards()[f"{board}-virtual"].chip
    operators = load_operators()
    cases, others = (in_variant(load_grid(name, operators), variant) for name in (QUICK, FULL))
    others = tuple(case for case in others if case not in cases)
    builder = Builder(chip, find_toolchain(toolchain), flags=flags, placement=placement)
    for among, image in images(builder, cases, others):
        for case, warm, cold in measure(chip, image, frozenset(cases)):
            names = (board, toolchain, flags, str(placement), variant, str(case))
            yield dict(zip(KEY, names, strict=True)) | {"among": among, "warm": warm, "cold": cold}


def spreads(table: pd.DataFrame) -> pd.DataFrame:
    """Spread of each case's cycles, % of the least."""
    cycles = table.groupby(KEY, sort=False)[["warm", "cold"]]
    return 100 * (cycles.max() - cycles.min()) / cycles.min()


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Summary of each board: cases, how many are more than 0.5 % apart, and the worst."""
    found = spreads(table).groupby("board", sort=False)
    return pd.DataFrame(
        {
            "cases": found.size(),
            "beyond 0.5 %": found["warm"].agg(lambda spread: int((spread > 0.5).sum())),
            "warm, at worst": found["warm"].max().map("{:.2f} %".format),
            "cold, at worst": found["cold"].max().map("{:.2f} %".format),
        }
    )


def main() -> None:
    """Measure into a table, or print what tables hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--board", nargs="+", default=BOARDS)
    parser.add_argument("--toolchain", nargs="+", default=["gcc"])
    parser.add_argument("--flags", nargs="+", default=["-O2", "-O3"])
    parser.add_argument("--placement", nargs="+", type=Placement, default=[Placement.FLASH])
    parser.add_argument("--variant", nargs="+", default=[REFERENCE, "dsp"])
    parser.add_argument("--write", type=Path, help="CSV that takes the rows, beside what it has.")
    parser.add_argument("--table", nargs="+", type=Path, default=(), help="Only print what these hold.")
    asked = parser.parse_args()
    if not asked.table:
        for axes in product(asked.board, asked.toolchain, asked.flags, asked.placement, asked.variant):
            found = pd.DataFrame(rows(*axes))
            print(*axes, spreads(found).max().round(2).to_dict(), flush=True)
            if asked.write:
                found.to_csv(asked.write, mode="a", header=not asked.write.exists(), index=False)
    for path in asked.table:
        print(path.stem, summary(pd.read_csv(path)).to_string(), sep="\n\n")


if __name__ == "__main__":
    main()
