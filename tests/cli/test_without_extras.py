"""Commands where a package is not installed, or the system is not Linux: one sentence, and the rest works."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import serial

from hilbench.errors import ExitCode
from tests.networks.small_networks import small_network
from tests.without import hilbench_without

NOT_ON_WINDOWS = ("fcntl", "termios", "pty", "tty")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.tflite").write_bytes(small_network())
    (tmp_path / "m.onnx").write_bytes(b"-")
    (tmp_path / "m.keras").write_bytes(b"-")
    np.save(tmp_path / "r.npy", np.zeros((1, 2), np.float32))
    return tmp_path


BOARD = ("--board", "stm32h7-virtual")


@pytest.mark.parametrize(
    ("package", "extra", "arguments"),
    [
        ("unicorn", "virtual", ["sweep", *BOARD]),
        ("capstone", "virtual", ["bench", "m.tflite", *BOARD]),
        ("numba", "virtual", ["sweep", *BOARD]),
        ("numba", "virtual", ["virtual", "serve", "stm32h7-virtual"]),
        ("ai_edge_litert", "networks", ["plan", "m.tflite", *BOARD]),
        ("onnx", "networks", ["plan", "m.onnx", *BOARD]),
        ("tensorflow", "networks", ["plan", "m.keras", "--representative", "r.npy", *BOARD]),
        ("scipy", "calibrate", ["calibrate", *BOARD]),
        ("bakenn", "peers", ["bench", "m.tflite", "--deployer", "bakenn", *BOARD]),
        ("tflite_micro", "peers", ["bench", "m.tflite", "--oracle", "tflm", *BOARD]),
        ("psycopg", "postgres", ["runs", "--store", "postgresql+psycopg://nowhere/x"]),
        ("ziglang", "clang", ["sweep", "--toolchain", "clang", *BOARD]),
    ],
)
@pytest.mark.slow
def test_a_package_that_is_missing_is_one_sentence(
    folder: Path, package: str, extra: str, arguments: list[str]
) -> None:
    done = hilbench_without([package], folder, *arguments)
    sentence = done.stderr.strip().splitlines()[-1]
    assert f'pip install "hilbench[{extra}]"' in sentence
    assert package in sentence
    assert "Traceback" not in done.stderr
    assert "nobody foresaw" not in done.stderr
    assert done.returncode in {ExitCode.USAGE, ExitCode.BOARD, ExitCode.TOOL}


def test_a_system_without_pseudo_terminals_has_no_virtual_boards(tmp_path: Path) -> None:
    done = hilbench_without(NOT_ON_WINDOWS, tmp_path, "sweep", *BOARD)
    assert done.returncode == ExitCode.BOARD
    assert "pseudo-terminals, which this system does not have" in done.stderr


def test_boards_and_predictions_of_the_rest_are_listed_there(tmp_path: Path) -> None:
    done = hilbench_without(NOT_ON_WINDOWS, tmp_path, "boards", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    assert any(each["name"] == "stm32h7" for each in json.loads(done.stdout))


def test_reports_and_comparisons_are_made_there(tmp_path: Path) -> None:
    from hilbench.results.csv_file import write_csv
    from hilbench.results.rows import to_frame
    from tests.analysis.rows import measurement

    write_csv(to_frame([measurement()], "mine"), tmp_path / "results.csv")
    report = hilbench_without(NOT_ON_WINDOWS, tmp_path, "report", "results.csv", "--out", "page")
    assert report.returncode == ExitCode.OK, report.stderr
    assert (tmp_path / "page" / "index.html").is_file()
    compared = hilbench_without(NOT_ON_WINDOWS, tmp_path, "compare", "results.csv", "results.csv")
    assert compared.returncode == ExitCode.OK, compared.stderr


def test_a_real_board_is_looked_for_there(tmp_path: Path) -> None:
    board = "{description: mine, chip: stm32h743, serial: {port: /dev/ttyNONE}}"
    (tmp_path / "mine.yaml").write_text(f"boards:\n  mine: {board}\n", encoding="utf-8")
    done = hilbench_without(NOT_ON_WINDOWS, tmp_path, "sweep", "--board", "mine", "--boards", "mine.yaml")
    assert done.returncode == ExitCode.BOARD
    assert "No debug probe for 'mine'" in done.stderr


def test_every_failure_of_a_port_is_foreseen() -> None:
    from hilbench.serial_failures import SERIAL_FAILURES

    assert issubclass(serial.PortNotOpenError, SERIAL_FAILURES)
