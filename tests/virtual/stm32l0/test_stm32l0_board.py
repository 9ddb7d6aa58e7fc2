"""The firmware on a virtual STM32L031: it boots, counts by SysTick, is loaded by pyOCD and swept."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hilbench.boards import attach, load_boards
from hilbench.chips import load_chip
from hilbench.errors import ToolchainMissing
from hilbench.grids import load_grid
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators.registry import load_operators
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.sweeps import RunSettings
from hilbench.sweeps.bench import Bench
from hilbench.virtual.machine import Machine
from hilbench.virtual.programs.elf import read_program
from hilbench.virtual.programs.runner import load
from tests.launched import launched as start

CHIP = load_chip("stm32l031")
BOARD = "stm32l0-virtual"
LAP = 1 << 24
_PATIENCE_S = 60.0


class Console:
    """The serial line of a machine in this process."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._heard = bytearray()
        machine.uart.on_transmit(self._heard.extend)

    def ask(self, command: str) -> list[str]:
        """The lines of the answer, without its m-ready."""
        self._heard.clear()
        self._machine.uart.receive(command.encode() + b"%")
        return self.until_ready()

    def until_ready(self) -> list[str]:
        end = time.monotonic() + _PATIENCE_S
        while b"m-ready\r\n" not in self._heard:
            assert time.monotonic() < end, bytes(self._heard[-200:])
            time.sleep(0.005)
        return self._heard.decode().split("m-ready")[0].splitlines()


def stated(line: str) -> str:
    """The content of an answer whose checksum stands behind it."""
    content = line[line.index("[") + 1 : line.rindex("]")]
    assert line.endswith(f"] {zlib.crc32(line.rsplit(' ', 1)[0].encode()):08x}")
    return content


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """One convolution, built for the chip."""
    try:
        toolchain = find_toolchain("gcc")
    except ToolchainMissing as missing:
        pytest.skip(str(missing))
    case = load_operators().layer(operator="conv2d", in_h=8, in_w=8, in_c=8, out_c=16, kernel_h=3, kernel_w=3)
    (built,) = Builder(CHIP, toolchain, cache_dir=tmp_path_factory.mktemp("cache")).build([case]).images
    return built


@pytest.fixture
def machine(image: Image) -> Iterator[Machine]:
    """A machine with that image in its flash, not yet started."""
    with closing(Machine(CHIP)) as emulated:
        load(emulated, read_program(image.elf))
        yield emulated


@pytest.fixture
def console(machine: Machine) -> Console:
    """The machine's serial line, after boot."""
    opened = Console(machine)
    machine.start()
    opened.until_ready()
    return opened


def test_it_boots_and_computes_what_the_host_computes(console: Console, image: Image) -> None:
    environment = dict(stated(line).split("=") for line in console.ask("env"))
    assert environment["core_id"] == "410cc601"
    assert environment["counter"] == "systick"
    assert bytes.fromhex(environment["uid"]) == b"HILBENCHVIRT"
    assert 0 < int(environment["overhead_cycles"]) < 200
    console.ask("case warm 1")
    (output,) = console.ask("case output")
    with ExpectedOutputs() as references:
        expected = references.expected(image.workloads[0].workload)
    assert f"bytes={expected.bytes} crc={expected.crc32:08x} " in output


def test_systick_counts_what_the_model_counts_over_laps(console: Console, machine: Machine) -> None:
    machine.timeline.read()
    (answer,) = console.ask("case window 40 100")
    counted = int(stated(answer).split("cycles=")[1])
    low = sum(segment.seconds for segment in machine.timeline.read() if not segment.trigger)
    assert counted > 2 * LAP
    assert counted == pytest.approx(low * CHIP.clock_hz, abs=200)


def test_a_fault_is_told_without_fault_registers(console: Console) -> None:
    (answer,) = console.ask("trap")
    assert answer.startswith("e-[HardFault pc=0x0800")
    assert "cfsr=0x00000000" in answer


@pytest.mark.slow
def test_stock_pyocd_programs_it(image: Image) -> None:
    with closing(start(load_boards()[BOARD])) as board:
        wire = ("-u", board.endpoints.probe, "-t", CHIP.pyocd_target)
        command = [sys.executable, "-m", "pyocd", "load", *wire, "--format", "elf", str(image.elf)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "programmed" in done.stderr


@pytest.mark.slow
def test_the_quick_grid_is_ok_or_skipped_by_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hilbench", "sweep", "--board", BOARD, "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "out" / "run.json").read_text())["measurements"]
    problems = {str({**row["parameters"], "variant": "", "tuning": ""}) for row in rows}
    assert len(problems) == len(load_grid("quick", load_operators()))
    assert {row["status"] for row in rows} == {"ok", "skipped"}
    for row in rows:
        if row["status"] == "skipped":
            assert "KiB" in row["cause"]
        else:
            assert row["verified"]
            assert row["energy"]


@pytest.mark.slow
def test_laps_of_the_cycle_counter_interrupt_no_run_that_is_shorter() -> None:
    with attach(BOARD, boards=load_boards()) as board, Bench(board) as bench:
        case = bench.case(operator="conv2d", input="8x8x8", out_c=16, kernel=3)
        row = bench(case, variant="compact", settings=RunSettings(power=False))
    assert sum(row.cycles) > 1 << 24
    assert len(set(row.cycles)) == 1
