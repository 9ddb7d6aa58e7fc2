"""Whole sweeps, as a user starts them, on the real virtual board."""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from hilbench.results import Store
from hilbench.results.csv_file import read_csv
from tests.workbench import FAULTY, SweepResult, Workbench

pytestmark = pytest.mark.slow


def statuses(result: SweepResult) -> dict[str, str]:
    """Status of each row by operator."""
    return {row["parameters"]["operator"]: row["status"] for row in result.rows}


def test_every_way_to_fail_is_a_row_and_the_rest_runs(workbench: Workbench) -> None:
    workbench.write_grid([*FAULTY, "add"])
    result = workbench.sweep()
    assert result.status == 1, result.stderr
    assert statuses(result) == {
        "copy": "ok",
        "add": "ok",
        "wrong_copy": "verify_failed",
        "hanging_copy": "link_failed",
        "faulting_copy": "measure_failed",
        "greedy_copy": "skipped",
        "unfinished_copy": "build_failed",
    }
    rows = {row["parameters"]["operator"]: row for row in result.rows}
    assert re.search(r"\[0, 0, 0, 5\] is -?\d+ instead of -?\d+; 1 of 4096", rows["wrong_copy"]["cause"])
    assert "pc=0x08" in rows["faulting_copy"]["cause"]
    assert "RAM" in rows["greedy_copy"]["cause"]
    assert [attempt["recovery"] for attempt in rows["hanging_copy"]["attempts"]] == ["reopen", "reset", ""]
    for name in set(FAULTY) - {"copy"}:
        row = rows[name]
        assert (row["cycles"], row["cycles_cold"], row["energy"], row["verified"]) == ([], None, None, False)
        assert f"{row['status']}: {name}" in result.stdout
    table = read_csv(result.folder / "out" / "results.csv")
    assert table.loc[table["status"] != "ok", "latency_us"].isna().all()
    assert (table.loc[table["status"] == "ok", "energy_uj"] > 0).all()


def test_auto_runs_the_best_variant_and_what_cannot_run_still_says_why(workbench: Workbench) -> None:
    workbench.write_grid(["copy", "faulting_copy", "greedy_copy", "unfinished_copy", "add"])
    result = workbench.sweep("--variant", "auto", "--no-power")
    assert statuses(result) == {
        "copy": "ok",
        "add": "ok",
        "faulting_copy": "measure_failed",
        "greedy_copy": "skipped",
        "unfinished_copy": "build_failed",
    }
    table = read_csv(result.folder / "out" / "results.csv").to_dict("records")
    rows = {row["operator"]: row for row in table}
    assert (rows["copy"]["variant"], rows["add"]["variant"]) == ("reference", "dsp")
    assert 0 < rows["add"]["insn_per_mac"] < 20


def test_each_case_runs_in_as_many_layouts_as_are_asked_for(workbench: Workbench) -> None:
    workbench.write_grid(["copy", "add", "wrong_copy"])
    result = workbench.sweep("--layouts", "3")
    assert result.status == 1, result.stderr
    assert statuses(result) == {"copy": "ok", "add": "ok", "wrong_copy": "verify_failed"}
    rows = [row for row in result.rows if row["status"] == "ok"]
    assert [len(row["layouts"]) for row in rows] == [2, 2]
    table = read_csv(result.folder / "out" / "results.csv")
    measured = table[table["status"] == "ok"]
    assert (measured["layout_spread_pct"] >= 0).all()
    assert (measured["energy_uj"] > 0).all()
    medians = [statistics.median(samples) for row in rows for samples in row["layouts"]]
    assert measured["cycles_ci_low"].min() <= min(medians)
    assert max(medians) <= measured["cycles_ci_high"].max()


def test_what_no_budget_admits_is_left_out_by_name(workbench: Workbench) -> None:
    workbench.write_grid(["copy", "add"])
    result = workbench.sweep("--variant", "auto", "--ram-budget", "10k", "--no-power")
    assert statuses(result) == {"copy": "ok"}
    assert re.search(r"left out: add .*: \w+ needs 12288 bytes of RAM", result.stdout)


def test_a_budget_that_admits_nothing_is_refused_before_the_board_is_touched(workbench: Workbench) -> None:
    workbench.write_grid(["add"])
    result = workbench.sweep("--variant", "auto", "--ram-budget", "1", "--no-power")
    assert result.status == 2
    assert "No case is left to run" in result.stderr


def test_the_twin_is_said_first_in_every_row_and_in_the_report(workbench: Workbench) -> None:
    workbench.write_grid(["copy"])
    result = workbench.sweep(board="stm32h7")
    assert result.status == 0, result.stderr
    first_line = result.stdout.splitlines()[0]
    assert "stm32h7-virtual" in first_line
    assert "EMULATED" in first_line
    (row,) = result.rows
    assert row["environment"]["twin_of"] == "stm32h7"
    table = read_csv(result.folder / "out" / "results.csv")
    assert set(table["board"]) == {"stm32h7-virtual"}
    assert set(table["provenance"]) == {"emulated"}
    assert "emulated" in (result.folder / "out" / "index.html").read_text().lower()


def test_hardware_can_be_required(workbench: Workbench) -> None:
    workbench.write_grid(["copy"])
    result = workbench.sweep("--require-hardware", board="stm32h7")
    assert result.status == 3
    assert "stm32h7" in result.stderr


def test_two_sweeps_of_one_virtual_board_know_nothing_of_each_other(workbench: Workbench) -> None:
    workbench.write_grid(["hanging_copy"])
    first = start(workbench)
    await_line(first, "run ")
    workbench.write_grid(["copy"])
    second = workbench.sweep()
    assert (second.status, statuses(second)) == (0, {"copy": "ok"})
    assert first.wait(300) == 1


def test_several_boards_give_the_rows_that_one_gives(workbench: Workbench) -> None:
    workbench.write_grid(["copy", "add", "wrong_copy", "max_pool2d", "mul", "softmax", "greedy_copy"])
    rows = []
    for jobs in ("1", "3"):
        result = workbench.sweep("--jobs", jobs, "--no-power")
        assert result.status == 1, result.stderr
        assert boards_of(workbench) == []
        rows.append(result.rows)
    for row in rows[0] + rows[1]:
        del row["measured_at"]
    assert rows[0] == rows[1]


def test_a_board_that_dies_is_started_anew(workbench: Workbench) -> None:
    workbench.write_grid(["copy", "add", "max_pool2d"])
    process = start(workbench, "--jobs", "1")
    await_line(process, "run ")
    (board,) = boards_of(workbench)
    os.kill(board, signal.SIGKILL)
    assert process.wait(100) == 0
    with Store(str(workbench.folder / "hilbench.sqlite"), create=False) as store:
        rows = store.measurements(run_of(workbench))
    assert [row.status for row in rows] == ["ok"] * 3
    assert "power_cycle" in {attempt.recovery for row in rows for attempt in row.attempts}
    assert boards_of(workbench) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_sweep_keeps_its_rows_and_resumes(workbench: Workbench, stop: signal.Signals) -> None:
    workbench.write_grid(["copy", "wrong_copy", "hanging_copy", "add"])
    process = start(workbench, "--jobs", "1")
    await_line(process, "verify_failed")
    process.send_signal(stop)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 130, rest
    again = rest.splitlines()[-1]
    assert again.startswith("Every finished row is kept; go on with: hilbench sweep ")
    assert again.endswith(f" --resume {run_of(workbench)}")
    assert boards_of(workbench) == []
    before = rows_in_store(workbench)
    assert set(before) == {"copy", "wrong_copy"}

    workbench.write_grid(["copy", "wrong_copy", "add"])
    resumed = workbench.sweep("--resume")
    assert resumed.status == 1
    assert resumed.stderr.splitlines()[-1].endswith(f" --resume {run_of(workbench)}")
    after = rows_in_store(workbench)
    assert set(after) == {"copy", "wrong_copy", "add"}
    assert (after["copy"] == before["copy"], after["wrong_copy"] == before["wrong_copy"]) == (True, False)

    forced = workbench.sweep("--resume", run_of(workbench), "--force")
    assert forced.status == 1
    measured = rows_in_store(workbench)
    assert all(measured[name] != after[name] for name in after)


def test_what_failed_in_a_finished_run_is_tried_again_by_a_bare_resume(workbench: Workbench) -> None:
    workbench.write_grid(["copy", "wrong_copy"])
    assert workbench.sweep("--no-power").status == 1
    mend(workbench, "wrong_copy")
    assert workbench.sweep("--no-power", "--resume").status == 0
    assert set(rows_in_store(workbench)) == {"copy", "wrong_copy"}
    assert workbench.sweep("--no-power", "--resume").status == 2


def test_an_interruption_keeps_what_several_boards_have_finished(workbench: Workbench) -> None:
    workbench.write_grid(["copy", "hanging_copy", "add", "max_pool2d", "upsample_nearest"])
    process = start(workbench, "--jobs", "2", "--no-power")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(rows_in_store(workbench)) < 3:
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 130, rest
    assert "hanging_copy" not in rows_in_store(workbench)
    assert len(rows_in_store(workbench)) >= 3
    assert boards_of(workbench) == []


def test_a_start_that_fails_leaves_nothing(workbench: Workbench) -> None:
    workbench.write_grid(["copy"])
    before = {path.name for path in workbench.folder.iterdir()}
    result = workbench.sweep("--require-hardware", board="stm32h7")
    assert result.status == 3
    assert {path.name for path in workbench.folder.iterdir()} == before


def test_a_full_disk_keeps_what_was_finished(workbench: Workbench) -> None:
    workbench.write_grid(["add", "copy", "wrong_copy", "max_pool2d", "upsample_nearest"])
    workbench.sweep("--store", "warm.sqlite")
    limited = ["prlimit", "--fsize=90000", *workbench.command()]
    result = subprocess.run(
        limited, cwd=workbench.folder, env=workbench.environment, capture_output=True, text=True, timeout=100
    )
    assert result.returncode == 4
    assert "full" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_corrupted_store_is_refused_before_the_board_is_touched(workbench: Workbench) -> None:
    workbench.write_grid(["copy"])
    (workbench.folder / "hilbench.sqlite").write_bytes(b"not a database at all " * 500)
    result = workbench.sweep()
    assert result.status == 4
    assert "corrupted" in result.stderr
    assert "--store" in result.stderr


def boards_of(workbench: Workbench) -> list[int]:
    """Process ids of the virtual boards that were started for this workbench."""
    alive = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            here = (process / "cwd").readlink() == workbench.folder
            if here and b"serve" in (process / "cmdline").read_bytes().split(b"\0"):
                alive.append(int(process.name))
    return alive


def mend(workbench: Workbench, name: str) -> None:
    """Make an operator right that was wrong."""
    (source,) = (workbench.folder / "operators" / name).glob("reference.c.j2")
    source.write_text(source.read_text().replace(FAULTY[name], FAULTY["copy"]))


def start(workbench: Workbench, *arguments: str) -> subprocess.Popen[str]:
    """A sweep in the background."""
    return subprocess.Popen(
        workbench.command(*arguments),
        cwd=workbench.folder,
        env={**workbench.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def await_line(process: subprocess.Popen[str], beginning: str) -> None:
    """Read until a line begins so."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(beginning):
            return
    raise AssertionError(f"the sweep ended without saying {beginning!r}")


def rows_in_store(workbench: Workbench) -> dict[str, str]:
    """Times at which each operator of the only run was measured; nothing before there is one."""
    with Store(str(workbench.folder / "hilbench.sqlite")) as store:
        if not store.runs():
            return {}
        rows = store.measurements(run_of(workbench))
        return {row.workload.operator: str(row.measured_at) for row in rows}


def run_of(workbench: Workbench) -> str:
    """The only run in the store."""
    with Store(str(workbench.folder / "hilbench.sqlite"), create=False) as store:
        (run,) = store.runs()
        return run.run_id
