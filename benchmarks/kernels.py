"""Instructions and modelled cycles per MAC of the generated kernels, counted on the emulated core.

Each kernel runs once between two readings of the counters; its output is verified bit for bit.

    python benchmarks/kernels.py [--core cortex-m7] [--variant dsp] [--dtype int8] [--against CSV]
"""

from __future__ import annotations

import argparse
import struct
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean

import numpy as np

from hilbench.analysis.baseline import Baseline, Shape, groups_of, read_baseline, shape_of
from hilbench.chips import Chip, load_chip
from hilbench.errors import HilbenchError
from hilbench.grids import load_grid
from hilbench.image import find_toolchain
from hilbench.image.section_sizes import section_sizes
from hilbench.image.toolchain import Toolchain
from hilbench.operators import REFERENCE, Layer, load_operators, render
from hilbench.operators.operator import MOST_INPUTS
from hilbench.paths import FIRMWARE_DIR
from hilbench.tensors import Array, DType
from hilbench.virtual.machine import Machine
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import load
from hilbench.virtual.timing import bare_core_model
from hilbench.virtual.timing.cores import PIPELINES

SOURCE = Path(__file__).with_name("kernels.c")
LIBRARY = (FIRMWARE_DIR / "common" / "memory.c",)
SCRIPT = Path(__file__).with_name("emulation_speed.ld")
CHIP = "stm32h743"
"""Chip with enough memory for every kernel; its core is replaced."""
WITHOUT_FPU = ("cortex-m0+", "cortex-m3")
JOB, DATA = 0x2000_0000, 0x2400_0000
MOST_DATA = 508 * 1024
"""Bytes at DATA for activations and scratch, below the stack, all in one RAM; larger cases are left out."""
TIMEOUT_S = 120


@dataclass(frozen=True)
class Count:
    """Instructions, cycles and bytes of one kernel."""

    case: Layer
    instructions: int
    cycles: int
    code_bytes: int
    constant_bytes: int
    exact: bool

    @property
    def instructions_per_mac(self) -> float:
        """Instructions executed, by MACs as usually counted."""
        return self.instructions / self.case.macs

    @property
    def cycles_per_mac(self) -> float:
        """Modelled cycles on memory that answers at once."""
        return self.cycles / self.case.macs

    @property
    def shape(self) -> Shape:
        """Shape of the case, as a table of baselines names it."""
        case = self.case.case
        return shape_of({**case.parameters(), "out_h": case.out_h, "out_w": case.out_w})


@dataclass(frozen=True)
class Bench:
    """Compiles kernels and runs them on a chip whose core is replaced."""

    core: str
    toolchain: Toolchain
    flags: Sequence[str]

    def count(self, layer: Layer, inputs: Sequence[Array] | None = None) -> Count:
        """Build the layer, run it, verify it, on given inputs or on those that a device generates."""
        values = layer.input_values() if inputs is None else inputs
        expected = layer.reference(values)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "case.c").write_text(render(layer, "kernel"))
            objects = [self._compile(each, folder) for each in (SOURCE, folder / "case.c", *LIBRARY)]
            elf = folder / "bench.elf"
            self.toolchain.link(objects, SCRIPT, elf, chip=self._chip, entry="reset")
            sizes = section_sizes(objects[1:2])
            readings, output = self._run(layer, elf, [each.tobytes() for each in values])
        instructions, cycles = (after - before for before, after in zip(*readings, strict=True))
        exact = output == expected.tobytes()
        return Count(layer, instructions, cycles, sizes.code, sizes.constants, exact)

    def _compile(self, source: Path, folder: Path) -> Path:
        target = folder / f"{source.stem}.o"
        include = (FIRMWARE_DIR / "common",)
        self.toolchain.compile(source, target, chip=self._chip, flags=self.flags, include=include)
        return target

    @property
    def _chip(self) -> Chip:
        """Chip as the compiler sees it."""
        return load_chip(CHIP).model_copy(update={"core": self.core, "fpu": self.core not in WITHOUT_FPU})

    def _run(self, case: Layer, elf: Path, inputs: Sequence[bytes]) -> tuple[list[tuple[int, int]], bytes]:
        """Instructions and cycles at both breakpoints, and the output."""
        machine = Machine(load_chip(CHIP), realtime=False)
        load(machine, read_program(elf))
        readings: list[tuple[int, int]] = []
        done = threading.Event()

        def on_breakpoint(_: int) -> bool:
            counter = machine.core.counter
            readings.append((counter.instructions, counter.cycles))
            if len(readings) > 1:
                machine.halt()
            return True

        machine.core.on_breakpoint_instruction = on_breakpoint
        machine.on_halt(lambda _: done.set())
        machine.start(halt=True)
        machine.core.counter.set_model(bare_core_model(self.core))
        done.clear()
        try:
            output = self._write_job(machine, case, inputs)
            machine.resume()
            if not done.wait(TIMEOUT_S):
                raise TimeoutError(f"{case} does not end within {TIMEOUT_S} s")
            return readings, machine.read_memory(output, case.outputs[0].bytes)
        finally:
            machine.close()

    @staticmethod
    def _write_job(machine: Machine, case: Layer, inputs: Sequence[bytes]) -> int:
        """Put scratch and inputs one behind the other and say where they are; the address behind them."""
        addresses, free = [], DATA + _aligned(case.arena.scratch_bytes)
        for values in inputs:
            machine.write_memory(free, values)
            addresses.append(free)
            free += _aligned(len(values))
        addresses += addresses[:1] * (MOST_INPUTS - len(addresses))
        machine.write_memory(JOB, struct.pack(f"<{MOST_INPUTS + 2}I", *addresses, free, DATA))
        return free


def _aligned(size: int) -> int:
    return -(-size // 16) * 16


def print_table(counts: Iterable[Count], core: str, baseline: Baseline | None) -> None:
    """A line for each kernel, then the geometric mean of each group."""
    line = "{:62} {:>9} {:>10} {:>7} {:>7} {:>8} {:>6}"
    print(line.format("case", "insn/MAC", "cycles/MAC", "code B", "const B", "scratch", "ratio"))
    groups: dict[str, list[tuple[float, float, float]]] = {}
    for each in counts:
        known = baseline.figures.get((core, each.shape)) if baseline else None
        theirs = known.insn_per_mac if known else np.nan
        figures = each.instructions_per_mac, each.cycles_per_mac, theirs / each.instructions_per_mac
        for group in groups_of(each.shape):
            groups.setdefault(f"{group} {each.case.variant}", []).append(figures)
        print(
            line.format(
                str(each.case),
                f"{figures[0]:.3f}",
                f"{figures[1]:.3f}",
                each.code_bytes,
                each.constant_bytes,
                each.case.arena.scratch_bytes,
                f"{figures[2]:.2f}" if each.exact else "WRONG",
            ),
            flush=True,
        )
    print()
    for name, rows in groups.items():
        means = [f"{geometric_mean(column):.3f}" for column in zip(*rows, strict=True)]
        print(line.format(f"{name} (geometric mean of {len(rows)})", *means[:2], "", "", "", means[2]))


def main() -> None:
    """Count every kernel and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--core", default="cortex-m7", choices=list(PIPELINES))
    parser.add_argument("--grid", default="kernels")
    parser.add_argument("--variant", action="append", help="repeatable; default dsp")
    parser.add_argument(
        "--dtype", type=DType, default=DType.INT8, help="in which to compute the grid's int8 cases"
    )
    parser.add_argument("--operator", action="append", help="repeatable; default all")
    parser.add_argument("--toolchain", default="auto", choices=["auto", "gcc", "clang"])
    parser.add_argument("--flags", default="-O3")
    parser.add_argument("--against", type=Path, help="CSV of baselines")
    parser.add_argument("--library", default="cmsis_nn", help="the library of the CSV to compare with")
    arguments = parser.parse_args()
    try:
        cases = select_cases(arguments)
        toolchain = find_toolchain(arguments.toolchain)
        baseline = read_baseline(arguments.against, arguments.library) if arguments.against else None
    except HilbenchError as error:
        parser.error(str(error))
    bench = Bench(arguments.core, toolchain, arguments.flags.split())
    print_table(map(bench.count, cases), arguments.core, baseline)


def select_cases(arguments: argparse.Namespace) -> list[Layer]:
    """The grid's int8 cases, in the data type and variants asked for, as far as they fit."""
    registry = load_operators()
    retyped = [
        registry.layer(**(case.case.parameters() | {"dtype": arguments.dtype, "variant": REFERENCE}))
        for case in load_grid(arguments.grid, registry)
        if case.case.dtype is DType.INT8
        and case.operator.name in (arguments.operator or registry)
        and arguments.dtype in case.operator.dtypes
    ]
    return [
        registry.layer(**(case.case.parameters() | {"variant": variant}))
        for case in retyped
        for variant in arguments.variant or ["dsp"]
        if variant in case.variants and case.arena.bytes <= MOST_DATA
    ]


if __name__ == "__main__":
    main()
