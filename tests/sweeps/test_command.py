"""`hilbench sweep` where it ends before a board is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.cli import main


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        ([], 2, "there are: stm32h7, stm32h7-virtual"),
        (["--board", "nonesuch"], 2, "No board 'nonesuch'; there are: stm32h7"),
        (["--board", "stm32h7-virtual", "--grid", "nonesuch"], 2, "No grid 'nonesuch'"),
        (["--board", "stm32h7-virtual", "--operators", "nonesuch"], 2, "nonesuch does not exist"),
        (["--board", "stm32h7-virtual", "--variant", "nonesuch"], 2, "dsp, lean, reference"),
        (["--board", "stm32h7-virtual", "--boards", "none.yaml"], 2, "none.yaml"),
        (["--board", "stm32h7-virtual", "--resume"], 2, "No unfinished run of 'quick'"),
        (["--board", "stm32h7-virtual", "--resume", "r9"], 2, "No run 'r9'"),
        (["--board", "stm32h7-virtual", "--placement", "moon"], 2, "'moon'"),
        (["--board", "stm32h7-virtual", "--out", "/proc/none"], 2, "Cannot write to /proc/none"),
        (["--board", "stm32h7-virtual", "--store", "/proc/none.sqlite"], 4, "--store"),
    ],
)
def test_a_wrong_request_is_one_sentence(
    arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sweep", *arguments])
    assert ended.value.code == status
    assert sentence in capsys.readouterr().err


def test_an_impossible_case_names_file_entry_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yaml").write_text("cases:\n  - {operator: conv2d, input: 4x4x3, out_c: 2, strid: 2}\n")
    with pytest.raises(SystemExit):
        main(["sweep", "--board", "stm32h7-virtual", "--grid", "mine.yaml"])
    said = capsys.readouterr().err
    assert "mine.yaml, entry 1" in said
    assert "'strid'" in said


def test_no_compiler_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HILBENCH_GCC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["sweep", "--board", "stm32h7-virtual", "--toolchain", "gcc"])
    assert ended.value.code == 4
    assert "arm-none-eabi-gcc" in capsys.readouterr().err


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    main(["sweep", "--help"])
    assert "hilbench sweep --board stm32h7-virtual" in capsys.readouterr().out
