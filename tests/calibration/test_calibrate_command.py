"""`hilbench calibrate` and the commands that take its file, where they end before anything is measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hilbench.boards import Board, load_boards
from hilbench.calibration.document import calibrated_chip
from hilbench.calibration.observations import GRID, OPERATORS
from hilbench.chips import load_chip
from hilbench.cli import main
from hilbench.grids import load_grid
from hilbench.operators.registry import load_operators
from hilbench.provenance import Provenance
from hilbench.results import Measurement, RunRecord, Status, Store
from tests.analysis.rows import NOON, run_record
from tests.boards.changed import write_boards

_RUN = run_record(
    run_id="20260504-120000-stm32l4",
    board="stm32l4",
    provenance=Provenance.MEASURED,
    chip="stm32l475",
    core="cortex-m4",
    grid=str(GRID),
    command="hilbench calibrate --board stm32l4",
)


_DIVIDE = "chip: stm32l475\nparameters: {{pipeline.divide_cycles: {{value: {cycles}}}}}"


def entry(folder: Path) -> Board:
    """A virtual board whose entry, in `boards.yaml` of a folder, names `twin.yaml` beside it."""
    boards_file = write_boards(folder, "stm32l4-virtual", calibration="twin.yaml")
    return load_boards(boards_file)["stm32l4-virtual"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 2) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == status
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Which board? Name one with --board; there are: stm32h7, stm32h7-virtual"),
        (["--board", "nonesuch"], "No board 'nonesuch'; there are: stm32h7"),
        (["--board", "stm32l4-virtual", "--toolchain", "tcc"], "'tcc'"),
        (["--board", "stm32l4-virtual", "--resume"], "No unfinished run"),
        (["--board", "stm32l4-virtual", "--boards", "none.yaml"], "none.yaml"),
        (["--board", "stm32l4-virtual", "--out", "nowhere/twin.yaml"], "There is no folder nowhere"),
    ],
)
def test_a_wrong_request_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in refusal(capsys, "calibrate", *arguments)


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    main(["calibrate", "--help"])
    assert "hilbench calibrate --board stm32l4 --require-hardware" in capsys.readouterr().out


def test_without_scipy_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hilbench.extras.find_spec", lambda _: None)
    said = refusal(capsys, "calibrate", "--board", "stm32l4-virtual")
    assert 'pip install "hilbench[calibrate]"' in said


@pytest.mark.parametrize(
    ("run", "arguments", "status", "sentence"),
    [
        (replace(_RUN, grid="quick", finished=NOON), [], 2, "was no calibration"),
        (_RUN, [], 2, "finish it with: hilbench calibrate --board stm32l4 --resume 20260504-120000-stm32l4"),
        (replace(_RUN, finished=NOON), ["--board", "stm32h7"], 2, "was on 'stm32l4', not on 'stm32h7'"),
        (replace(_RUN, finished=NOON), [], 1, "measured no micro-kernel, so there is nothing to fit to"),
    ],
)
def test_a_stored_run_that_cannot_be_fitted_is_one_sentence(
    run: RunRecord,
    arguments: list[str],
    status: int,
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with Store(url) as store:
        store.begin_run(run)
        if run.finished:
            store.finish_run(run.run_id, run.finished)
    said = refusal(capsys, "calibrate", "--run", run.run_id, "--store", url, *arguments, status=status)
    assert sentence in said.replace("\n", "")


def test_rows_of_a_compiler_that_is_gone_are_measured_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = Measurement(
        workload=load_grid(GRID, load_operators(OPERATORS))[0].record(),
        board=_RUN.board,
        chip=_RUN.chip,
        core=_RUN.core,
        provenance=_RUN.provenance,
        status=Status.OK,
        cycles=(1000,),
        toolchain="gcc 4.9.3",
        placement="flash",
        measured_at=NOON,
    )
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with Store(url) as store:
        store.begin_run(replace(_RUN, finished=NOON))
        store.add(_RUN.run_id, row)
    said = refusal(capsys, "calibrate", "--run", _RUN.run_id, "--store", url).replace("\n", "")
    assert "were built by gcc 4.9.3, here is gcc" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("chip: stm32h743\nparameters: {}", "twin.yaml is of a stm32h743, the board has a stm32l475"),
        ("chip: stm32l475\nparameter: {}", "is not a key that hilbench knows"),
        (
            "chip: stm32l475\nparameters: {pipeline.mispredicted: {value: 3}}",
            "twin.yaml: stm32l475 has no parameter 'pipeline.mispredicted'",
        ),
        ("chip: stm32l475\nparameters: {pipeline.divide_cycles: {value: 99}}", "must lie between 1 and 16"),
    ],
)
def test_a_virtual_board_refuses_a_calibration_that_is_not_its_own(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "twin.yaml").write_text(text)
    entry(tmp_path)
    named = ("stm32l4-virtual", "--calibration", "twin.yaml")
    by_entry = ("stm32l4-virtual", "--boards", "boards.yaml")
    for arguments in (named, by_entry):
        assert sentence in refusal(capsys, "virtual", "serve", *arguments).replace("\n", "")


def test_the_virtual_boards_entry_or_an_option_names_the_file(tmp_path: Path) -> None:
    board = entry(tmp_path)
    (tmp_path / "twin.yaml").write_text(_DIVIDE.format(cycles=9))
    (tmp_path / "other.yaml").write_text(_DIVIDE.format(cycles=3))
    assert calibrated_chip(board).pipeline == {"divide_cycles": 9}
    assert calibrated_chip(board, tmp_path / "other.yaml").pipeline == {"divide_cycles": 3}
    assert calibrated_chip(load_boards()["stm32l4-virtual"]) == load_chip("stm32l475")
