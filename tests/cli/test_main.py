"""The command line as a whole: what it suggests, documents, and takes from the environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hilbench.cli import main
from hilbench.errors import ExitCode
from hilbench.results import Store
from tests.cli.runs import RUN


@pytest.mark.parametrize(
    ("command", "guess"),
    [
        (["swep"], "sweep"),
        (["sweep", "--board", "stm32h77"], "stm32h7"),
        (["sweep", "--board", "STM32L4-virtual"], "stm32l4-virtual"),
        (["sweep", "--board", "stm32h7", "--grid", "kernel"], "kernels"),
        (["sweep", "--board", "stm32h7", "--variant", "dps"], "dsp"),
        (["compare", "a", "b", "--metric", "cycels"], "cycles"),
        (["tune", "--board", "stm32h7", "--case", "operator: conv_2d, input: 8x8x8, out_c: 8"], "conv2d"),
        (["tune", "--board", "stm32h7", "--case", "operator: conv2d, inptu: 8x8x8, out_c: 8"], "input"),
    ],
)
def test_a_misspelt_name_is_guessed(
    command: list[str],
    guess: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == ExitCode.USAGE
    assert f"(did you mean '{guess}'?)" in capsys.readouterr().err


def test_what_resembles_nothing_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["zebra"])
    said = capsys.readouterr().err
    assert "did you mean" not in said
    assert "there are: bench, boards" in said


def test_help_documents_every_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    documented = re.findall(r"^  +(\d+)  ", capsys.readouterr().out, re.MULTILINE)
    assert {int(status) for status in documented} == set(ExitCode)


def test_the_store_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "elsewhere.sqlite")
    with Store(path) as store:
        store.begin_run(RUN)
    monkeypatch.setenv("HILBENCH_STORE", path)
    main(["export", "--list"])
    assert RUN.run_id in capsys.readouterr().out


def test_a_log_in_ascii_loses_signs_but_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hilbench", "doctor"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == ""
    assert "?  hilbench" in done.stdout


def test_a_full_disk_under_the_output_is_a_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hilbench", "doctor"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == ExitCode.TOOL
    assert done.stderr.startswith("hilbench: The disk of the output")
