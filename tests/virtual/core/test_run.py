"""Programs from reset to exit: what they print, what they took, how they end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hilbench.cli import main
from hilbench.errors import ConfigError
from hilbench.virtual.programs.runner import End, run_elf
from tests.virtual.core.programs import CHIP, build, run, symbols


def test_output_status_and_figures_of_a_program(tmp_path: Path) -> None:
    report, printed = run(build(tmp_path, "hello"))
    assert (report.end, report.exit_status, printed) == (End.EXIT, 7, "hello world!")
    assert report.clock_hz == 64_000_000
    assert report.seconds == pytest.approx(report.cycles / report.clock_hz)
    assert report.instructions == sum(report.by_class.values()) > 2_000_000
    assert report.by_class["load"] >= 1_000_000 <= report.by_class["store"] + 500_000
    # 64 MHz from flash, caches on, at the voltage scale after reset, by a program much like any other.
    assert CHIP.currents is not None
    assert report.joules_uncertainty_pct == CHIP.currents.uncertainty_pct
    assert report.joules == pytest.approx(3.3 * (0.006 + 0.0285 * 64 / 200) * report.seconds, rel=0.15)


def test_a_linear_regulator_takes_more_energy_from_a_higher_supply(tmp_path: Path) -> None:
    elf = build(tmp_path, "hello")
    low, high = (run_elf(CHIP, elf, timeout=60, output=lambda _: None, volts=volts) for volts in (1.8, 3.6))
    assert high.joules == pytest.approx(2 * low.joules, rel=1e-3)


def test_time_is_told_at_the_board_s_clock_too(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "hello"))
    assert report.board_clock_hz == 480_000_000
    assert report.board_seconds == pytest.approx(report.cycles / 480e6)


def test_a_program_s_heap_is_where_its_variables_are(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "heap"))
    assert report.exit_status == 0


def test_two_runs_count_the_same(tmp_path: Path) -> None:
    elf = build(tmp_path, "hello")
    assert run(elf) == run(elf)


def test_a_program_that_faults_in_its_fault_handler_locks_up(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "lockup"))
    assert report.end is End.LOCKUP
    assert report.exit_status is None
    assert "HARD_FAULT" in report.where or "USAGE_FAULT" in report.where
    assert re.search("^pc 0x[0-9A-F]{8} in hard_fault.* at pc 0x[0-9A-F]{8} in main$", report.where)


def test_a_program_that_waits_for_a_wire_is_asleep(tmp_path: Path) -> None:
    report, printed = run(build(tmp_path, "echo"))
    assert (report.end, printed) == (End.ASLEEP, ">")


def test_a_sleep_that_its_interrupt_has_overtaken_ends(tmp_path: Path) -> None:
    report, printed = run(build(tmp_path, "transmit"))
    assert (report.end, printed) == (End.ASLEEP, "sent!")


def test_a_sleep_whose_interrupt_is_pending_but_masked_is_not_the_end(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "masked"))
    assert (report.end, report.exit_status) == (End.EXIT, 42)


def test_a_program_that_never_ends_is_stopped(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "idle"), timeout=0.3)
    assert report.end is End.TIMEOUT
    assert report.where.startswith("pc 0x0800")


def test_a_program_that_calls_its_debugger_has_ended(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "ends", "BREAKPOINT"))
    assert (report.end, report.exit_status) == (End.BREAKPOINT, None)
    assert report.where.endswith(" in main")


def test_a_program_stuck_in_its_fault_handler_is_told_which_fault(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "ends", "STUCK"), timeout=0.3)
    assert report.end is End.TIMEOUT
    assert re.search("in hard_fault, .*to 0xA0000010 at pc 0x[0-9A-F]{8} in main$", report.where)


@pytest.mark.parametrize("end", ["FAULT_AND_SLEEP", "FAULT_AND_BREAKPOINT"])
def test_a_program_that_stops_in_its_fault_handler_has_not_ended_well(
    end: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    elf = build(tmp_path, "ends", end)
    report, _ = run(elf)
    assert (report.end, report.exit_status) == (End.FAULT, None)
    with pytest.raises(SystemExit, match="4"):
        main(["virtual", "run", str(elf), "--board", "stm32h7-virtual"])
    assert "after a refused access to 0xA0000010" in capfd.readouterr().err


def test_a_fault_that_was_dealt_with_is_not_blamed(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "ends", "BREAKPOINT_AFTER_FAULT"))
    assert report.end is End.BREAKPOINT
    assert "in irq0" in report.where
    assert "undefined" not in report.where


def test_an_exit_for_another_reason_than_the_program_s_end_is_a_failure(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "ends", "FAILURE"))
    assert (report.end, report.exit_status) == (End.EXIT, 1)


def test_semihosting_says_what_it_serves(tmp_path: Path) -> None:
    report, printed = run(build(tmp_path, "files"))
    assert (report.exit_status, printed) == (42, "outerr")


def test_firmware_resets_itself(tmp_path: Path) -> None:
    report, _ = run(build(tmp_path, "resets"))
    assert report.exit_status == 3


@pytest.mark.parametrize("part", [0.02, 0.5, 0.99])
def test_a_file_that_is_cut_short_is_refused(part: float, tmp_path: Path) -> None:
    whole = build(tmp_path, "hello").read_bytes()
    path = tmp_path / "program.elf"
    path.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(ConfigError, match="is cut short"):
        run(path)


@pytest.mark.parametrize("content", [b"", b"text", b"\x7fELF" + bytes(60)])
def test_a_file_that_is_no_elf_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "program.elf"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"program\.elf"):
        run(path)


def test_a_host_program_is_refused() -> None:
    with pytest.raises(ConfigError, match="Cortex-M"):
        run(Path(sys.executable).resolve())


def test_a_program_for_other_memories_is_refused(tmp_path: Path) -> None:
    elf = build(tmp_path, "hello")
    moved = tmp_path / "moved.elf"
    data = bytearray(elf.read_bytes())
    headers = int.from_bytes(data[28:32], "little")
    data[headers + 12 : headers + 16] = (0x70000000).to_bytes(4, "little")
    moved.write_bytes(data)
    with pytest.raises(ConfigError, match="0x70000000"):
        run(moved)


def test_the_command_passes_on_output_and_status(tmp_path: Path) -> None:
    elf = build(tmp_path, "hello")
    command = [sys.executable, "-m", "hilbench", "virtual", "run", str(elf), "--board", "stm32h7-virtual"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (7, "hello world!")
    assert "cycles" in done.stderr
    assert CHIP.currents is not None
    assert f"±{CHIP.currents.uncertainty_pct:g} % at 3.3 V (emulated)" in done.stderr


def test_the_command_speaks_json(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="7"):
        main(["virtual", "run", str(build(tmp_path, "hello")), "--board", "stm32h7-virtual", "--json"])
    answer = json.loads(capfd.readouterr().out)
    assert (answer["output"], answer["provenance"]) == ("hello world!", "emulated")
    assert answer["instructions"] == sum(answer["by_class"].values())
    assert CHIP.currents is not None
    assert answer["joules_uncertainty_pct"] == CHIP.currents.uncertainty_pct
    assert answer["volts"] == 3.3


def test_a_status_that_a_byte_does_not_hold_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(["virtual", "run", str(build(tmp_path, "ends", "MANY_FAILURES")), "--board", "stm32h7-virtual"])


def test_the_command_says_that_time_ran_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    idle = str(build(tmp_path, "idle"))
    with pytest.raises(SystemExit, match="4"):
        main(["virtual", "run", idle, "--board", "stm32h7-virtual", "--timeout", "0.3"])
    assert "--timeout" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("defines", "register", "says"),
    [((), 0x4001_3008, "is not emulated"), (("EMULATED",), 0x4000_481C, "reads 0x000000C0 each time")],
)
def test_a_register_that_is_polled_in_vain_is_named(
    defines: tuple[str, ...], register: int, says: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    elf = build(tmp_path, "polls", *defines)
    with pytest.raises(SystemExit, match="4"):
        main(["virtual", "run", str(elf), "--board", "stm32h7-virtual", "--timeout", "0.3"])
    error = capfd.readouterr().err
    pc = int(re.search(f"0x{register:08X} at pc (0x[0-9A-F]+) in wait_for_it", error)[1], 16)  # type: ignore[index]
    assert symbols(elf)["wait_for_it"] <= pc < symbols(elf)["wait_for_it"] + 16
    assert says in error


def test_the_command_says_where_a_program_called_its_debugger(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    elf = str(build(tmp_path, "ends", "BREAKPOINT"))
    with pytest.raises(SystemExit, match="4"):
        main(["virtual", "run", elf, "--board", "stm32h7-virtual"])
    assert "BKPT" in capfd.readouterr().err
