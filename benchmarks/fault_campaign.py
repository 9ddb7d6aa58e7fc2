"""Many faults of each kind, thrown at the real thing: nothing may be lost or end in a traceback.

    python -m benchmarks.fault_campaign [yaml csv serial liars writers kills] [--seed N]

Prints a line a kind: how many faults, how they ended, and what went wrong, which must be nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.mutations import damaged
from hilbench.boards import load_boards
from hilbench.cli import main as run_command
from hilbench.errors import ConfigError, ExitCode
from hilbench.grids import load_grid
from hilbench.operators.registry import load_operators
from hilbench.paths import BOARDS_FILE
from hilbench.results import Store
from hilbench.results.csv_file import write_csv
from hilbench.results.rows import to_frame

YAML, CSV, KILLS = 4_000, 2_400, 30
_GRID = """\
cases:
  - {operator: conv2d, input: [4x4x3, 5x6x4], out_c: [2, 4], kernel: [1, 3], dtype: [int8, float32]}
  - {operator: depthwise_conv2d, input: 6x6x4, kernel: 3, stride: [1, 2], padding: [same, valid]}
  - {operator: add, input: [3x3x3, 4x4x4], activation: [none, relu], dtype: int8}
  - {operator: softmax, in_c: [3, 10], dtype: [int8, float32]}
"""
_ENDINGS = {ExitCode.OK, ExitCode.USAGE}


def yaml_files(chance: random.Random, folder: Path) -> Iterator[tuple[str, str]]:
    """Damaged boards.yaml files and grids: each is read, or is a ConfigError of one line."""
    operators = load_operators()
    path = folder / "damaged.yaml"
    kinds: tuple[tuple[str, Callable[[], object]], ...] = (
        (BOARDS_FILE.read_text(encoding="utf-8"), lambda: load_boards(path)),
        (_GRID, lambda: load_grid(path, operators)),
    )
    for number in range(YAML):
        text, read = kinds[number % len(kinds)]
        path.write_text(damaged(text, chance), encoding="utf-8")
        yield _ending(read), path.read_text(encoding="utf-8")


def csv_files(chance: random.Random, folder: Path) -> Iterator[tuple[str, str]]:
    """Damaged tables of results, compared with the good one and validated by it; some are reported."""
    from tests.analysis.rows import frame, ladder

    good, bad = folder / "good.csv", folder / "bad.csv"
    write_csv(frame(*ladder()), good)
    text = good.read_text(encoding="utf-8")
    for number in range(CSV):
        bad.write_text(damaged(text, chance), encoding="utf-8")
        command = [
            ["compare", str(good), str(bad), "--json"],
            ["validate", str(bad), str(good), "--json"],
            ["report", str(bad), "--out", str(folder / "report")],
        ][2 if number % 100 == 0 else number % 2]
        yield _status(command), f"{command[0]}\n{bad.read_text(encoding='utf-8')}"


def writers(_chance: random.Random, folder: Path) -> Iterator[tuple[str, str]]:
    """Eight processes that make one store and write to it, SQLite and PostgreSQL."""
    from tests.results.postgres import binaries, server
    from tests.results.test_many_writers import WRITERS, assert_nothing_is_lost, write_at_once

    def ended(url: str) -> str:
        statuses = write_at_once(url)
        assert_nothing_is_lost(url)
        return "no row lost" if statuses == [0] * WRITERS else f"WRONG: {statuses}"

    for number in range(10):
        yield ended(str(folder / f"{number}.sqlite")), "SQLite"
    programs = binaries()
    for _ in range(3 if programs else 0):
        with server(programs) as url:  # type: ignore[arg-type]
            yield ended(url), "PostgreSQL"


def kills(chance: random.Random, folder: Path) -> Iterator[tuple[str, str]]:
    """A sweep that is killed again and again and gone on with: finished rows stay, each case has one."""
    grid, path = folder / "grid.yaml", str(folder / "store.sqlite")
    grid.write_text(_GRID, encoding="utf-8")
    cases = {case.digest for case in load_grid(grid, load_operators())}
    sweep = ["sweep", "--board", "stm32l4-virtual", "--grid", str(grid), "--store", path, "--no-power"]
    sweep += ["--out", str(folder / "report"), "--boards", str(_patient_boards(folder))]
    finished: set[str] = set()
    for _ in range(KILLS):
        process = _start(folder, sweep + _resume(path))
        try:
            status = process.wait(chance.uniform(1, 25))
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        said = process.stderr.read() if process.stderr else ""
        now = _finished(path)
        kept = finished <= now
        finished = now if _resume(path) else set()  # a sweep that came to its end: the next begins anew
        wrong = not kept or "Traceback" in said or status not in {0, -9}
        yield f"{'WRONG' if wrong else 'killed' if status else 'came to its end'}", f"{status} {said}"
    process = _start(folder, sweep + _resume(path))
    said = process.communicate()[1]
    whole = process.returncode == 0 and _finished(path) == cases
    yield ("the last one has every case" if whole else "WRONG: not every case"), said
    left = [path.name for path in folder.glob("cache/*/.new-*")]
    yield ("nothing left in the cache" if not left else f"WRONG: {left}"), ""


def _patient_boards(folder: Path) -> Path:
    """The boards as they ship, with time enough on a machine that does other things too."""
    from tests.boards.changed import write_boards

    stages = ("launch_s", "probe_s", "flash_s", "boot_s", "link_s", "measure_s")
    return write_boards(folder, "stm32l4-virtual", deadlines=dict.fromkeys(stages, 600))


def _start(folder: Path, arguments: list[str]) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "HILBENCH_CACHE": str(folder / "cache"),
        "HILBENCH_LOCKS": str(folder / "locks"),
        "TMPDIR": str(folder),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "hilbench", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _resume(path: str) -> list[str]:
    if not Path(path).is_file():
        return []
    with Store(path) as store:
        return ["--resume"] if any(run.finished is None for run in store.runs()) else []


def _finished(path: str) -> set[str]:
    """Cases of the latest run that stand."""
    if not Path(path).is_file():
        return set()
    with Store(path) as store:
        runs = store.runs()
        if not runs:
            return set()
        rows = to_frame(store.measurements(runs[-1].run_id))
    assert not rows["case"].duplicated().any()
    return set(rows.loc[rows["status"] == "ok", "case"])


def _ending(read: Callable[[], object]) -> str:
    try:
        read()
    except ConfigError as error:
        return "refused in a sentence" if "\n" not in str(error) else f"WRONG: {error}"
    except Exception:  # noqa: BLE001  # what the campaign looks for
        return f"WRONG: {traceback.format_exc(limit=-2)}"
    return "read"


def _status(command: list[str]) -> str:
    """Outcome of a command that runs in this process, in words."""
    said = io.StringIO()
    status = 0
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            run_command(command)
        except SystemExit as end:
            status = int(end.code or 0)
        except BaseException:  # noqa: BLE001
            return f"WRONG: {traceback.format_exc(limit=-2)}"
    if status not in _ENDINGS or "Traceback" in said.getvalue():
        return f"WRONG: status {status}: {said.getvalue()}"
    return "refused in a sentence" if status else "read"


def _campaigns() -> dict[str, Callable[[random.Random, Path], Iterator[tuple[str, str]]]]:
    from benchmarks.wire_faults import liars, serial_answers

    return {
        "yaml": yaml_files,
        "csv": csv_files,
        "serial": serial_answers,
        "liars": liars,
        "writers": writers,
        "kills": kills,
    }


def main() -> None:
    """Run the campaigns that the command line names, or all."""
    campaigns = _campaigns()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("kinds", nargs="*", metavar="kind", help=", ".join(campaigns))
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    bad = 0
    for kind in asked.kinds or campaigns:
        endings: Counter[str] = Counter()
        with tempfile.TemporaryDirectory(prefix="hilbench-campaign-") as folder:
            for ending, evidence in campaigns[kind](random.Random(asked.seed), Path(folder)):  # noqa: S311
                wrong = ending.startswith("WRONG")
                endings["WRONG" if wrong else ending] += 1
                if wrong and endings["WRONG"] <= 5:
                    print(f"--- {kind}: {ending}\n{json.dumps(evidence)[:2000]}", flush=True)
        bad += endings["WRONG"]
        told = ", ".join(f"{count} {ending}" for ending, count in endings.most_common())
        print(f"{kind}: {endings.total()} faults: {told}", flush=True)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
