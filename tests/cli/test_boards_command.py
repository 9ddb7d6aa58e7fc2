from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hilbench.boards.lock import BoardLock
from hilbench.cli import cli

_BOARDS = """
boards:
  bench:
    description: a board without its probe
    chip: stm32h743
    serial: {port: /dev/no-such-port}
    virtual: twin
  strict:
    description: a board whose probe is named
    chip: stm32h743
    probe: {unique_id: 0670FF}
    serial: {port: /dev/no-such-port}
  taken:
    description: a board that somebody has
    chip: stm32h743
    serial: {port: /dev/no-such-port}
  twin:
    description: a program
    chip: stm32h743
    launch: ["true"]
"""


@pytest.fixture
def boards_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    monkeypatch.setattr("pyocd.core.helpers.ConnectHelper.get_all_connected_probes", lambda **_: [])
    path = tmp_path / "boards.yaml"
    path.write_text(_BOARDS)
    return str(path)


def test_every_board_is_shown_with_its_reason(boards_file: str) -> None:
    with BoardLock("taken", "hilbench sweep --board taken"):
        result = CliRunner().invoke(cli, ["boards", "--boards", boards_file, "--json"])
    assert result.exit_code == 0
    shown = {board["name"]: board for board in json.loads(result.stdout)}
    assert shown["bench"]["state"] == "missing"
    assert "no probe with a stm32h743xx is attached; 'twin' stands in" in shown["bench"]["detail"]
    assert shown["strict"]["state"] == "missing"
    assert "0670FF" in shown["strict"]["detail"]
    assert shown["taken"]["state"] == "busy"
    assert "hilbench sweep --board taken" in shown["taken"]["detail"]
    assert shown["twin"]["state"] == "launchable"


def test_the_table_names_every_board(boards_file: str) -> None:
    result = CliRunner().invoke(cli, ["boards", "--boards", boards_file])
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("bench", "strict", "twin", "launchable", "missing"))
    lines = result.stdout.splitlines()
    assert len(lines) == 1 + 4
    assert lines[1].startswith("bench")
    assert lines[2].startswith("  twin")


def test_the_doctor_finds_what_these_tests_run_on() -> None:
    result = CliRunner().invoke(cli, ["doctor", "--json"])
    checks = {check["subject"]: check for check in json.loads(result.stdout)}
    assert checks["pyOCD"]["verdict"] == "good"
    assert checks["python"]["verdict"] == "good"
    assert all(check["advice"] for check in checks.values() if check["verdict"] != "good")


def test_without_a_compiler_the_doctor_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("HILBENCH_GCC", "/no/such/gcc")
    result = CliRunner().invoke(cli, ["doctor", "--json"])
    checks = {check["subject"]: check for check in json.loads(result.stdout)}
    assert checks["gcc"]["verdict"] == "optional"
    assert "gcc" in checks["gcc"]["advice"]
