"""Unforeseen errors: a sentence and a log file, never the status of a verdict; markup that is no markup."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

import hilbench
from hilbench.cli import main
from hilbench.console import plain_console
from hilbench.errors import ExitCode
from hilbench.passwords import hide_passwords

MARKUP = "extra [virtual] [/] [bold] :warning: $x^"


def _raising(name: str) -> object:
    raise {"ValueError": ValueError(f"{MARKUP}\nsecond line"), "RecursionError": RecursionError("deep")}[name]


@pytest.mark.parametrize("name", ["ValueError", "RecursionError"])
def test_an_unforeseen_exception_is_a_sentence_that_names_a_log(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("hilbench.boards.status.board_states", lambda _: _raising(name))
    monkeypatch.setattr(sys, "argv", ["hilbench", "boards", "--boards", "postgresql://me:secret@host/x"])
    with pytest.raises(SystemExit) as ended:
        main(["boards"])
    said = capsys.readouterr().err
    assert ended.value.code == ExitCode.TOOL
    assert len(said.splitlines()) == 1
    assert "Traceback" not in said
    (log,) = tmp_path.glob("hilbench-*.log")
    assert str(log) in said
    written = log.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert "_raising" in written
    assert "secret" not in written


def test_where_no_log_can_be_written_the_traceback_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    monkeypatch.setattr("hilbench.boards.status.board_states", lambda _: _raising("ValueError"))
    with pytest.raises(SystemExit) as ended:
        main(["boards"])
    assert ended.value.code == ExitCode.TOOL
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_verdict(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "hilbench", "doctor", "--json"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, text=True)
    os.close(writing)
    assert done.returncode == ExitCode.READER_LEFT
    assert done.stderr == ""


def test_doctor_names_the_whole_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hilbench.boards.diagnostics.find_spec", lambda _: None)
    main(["doctor"])
    assert 'pip install "hilbench[virtual]"' in capsys.readouterr().out


def test_what_a_file_says_is_printed_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = f"{{description: '{MARKUP}', chip: stm32h743, serial: {{port: '/dev/[red]x[/]'}}}}"
    path = tmp_path / "lab.yaml"
    path.write_text(f"boards:\n  '[b]': {entry}\n", encoding="utf-8")
    main(["boards", "--boards", str(path)])
    said = capsys.readouterr().out
    assert MARKUP in said
    assert "[b]" in said


def test_every_console_prints_text_as_it_is() -> None:
    package = Path(hilbench.__file__).parent
    made = [
        ast.unparse(node)
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Console", "TextColumn"}
    ]
    assert len(made) >= 3
    assert [call for call in made if "markup=False" not in call] == []


def test_a_console_knows_neither_markup_nor_emoji(capsys: pytest.CaptureFixture[str]) -> None:
    console: Console = plain_console()
    console.print(MARKUP)
    assert capsys.readouterr().out == f"{MARKUP}\n"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://me:secret@host:5432/name",
        "postgresql+psycopg://me:secret/with@signs@host/name",
        "postgresql+psycopg://host/name?user=me&password=secret&sslmode=require",
        "'postgresql://me:secret@/name'",
    ],
)
def test_passwords_of_urls_are_hidden(url: str) -> None:
    hidden = hide_passwords(f"The store {url} cannot be used.")
    assert "secret" not in hidden
    assert re.search(r"\*\*\*", hidden)
    assert "name" in hidden


@pytest.mark.parametrize("url", ["sqlite:////tmp/a:b@c.sqlite", "socket://lab:7000", "remote:127.0.0.1:1"])
def test_what_has_no_password_stays(url: str) -> None:
    assert hide_passwords(url) == url
