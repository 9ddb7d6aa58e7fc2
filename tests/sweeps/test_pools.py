"""Pools: cases go to whichever member is free; one that dies leaves its cases to the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from hilbench.boards import attach, get_board, load_boards
from hilbench.boards.launch import LaunchedBoard
from hilbench.boards.status import board_states
from hilbench.errors import BoardBusy, BoardMissing, ConfigError
from hilbench.report.tables import members
from hilbench.results import RunRecord, Status, Store
from hilbench.results.rows import to_frame
from hilbench.runner.events import CaseDone, Event, MemberExcluded
from hilbench.sweeps import RunSettings, SweepRequest, run_sweep
from tests.launched import launched

NAMES = ("a", "b", "c")
SIZES = tuple(range(4, 16))


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, LaunchedBoard]]:
    """Virtual boards behind their wires, as boards on a shelf."""
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    boards = {name: launched(load_boards()["stm32l4-virtual"]) for name in NAMES}
    yield boards
    for board in boards.values():
        board.close()


@pytest.fixture
def boards_file(shelf: dict[str, LaunchedBoard], tmp_path: Path) -> Path:
    """The shelf as a pool of boards on the bench."""
    listed = [
        {
            "name": name,
            "probe": {"unique_id": board.endpoints.probe},
            "serial": {"port": board.endpoints.serial},
            "power": {"meter": "ppk2", "port": board.endpoints.power},
        }
        for name, board in shelf.items()
    ]
    entry = {"description": "a shelf", "chip": "stm32l475", "members": listed}
    path = tmp_path / "boards.yaml"
    path.write_text(yaml.safe_dump({"boards": {"shelf": entry}}))
    return path


def _sweep(boards_file: Path, store: Store, listener: object) -> RunRecord:
    grid = boards_file.parent / "grid.yaml"
    grid.write_text(
        yaml.safe_dump({"cases": [{"operator": "add", "input": f"{size}x{size}x4"} for size in SIZES]})
    )
    request = SweepRequest(
        board="shelf",
        grid=str(grid),
        variant="reference",
        boards_file=boards_file,
        settings=RunSettings(iterations=3),
    )
    return run_sweep(request, store, listener)  # type: ignore[arg-type]  # of events


def test_a_member_that_dies_in_the_middle_leaves_its_cases_to_the_others(
    shelf: dict[str, LaunchedBoard], boards_file: Path, tmp_path: Path
) -> None:
    excluded: list[str] = []
    dead: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, CaseDone) and not dead:
            dead.append(event.measurement.environment.member)
            shelf[dead[0]].kill()
        if isinstance(event, MemberExcluded):
            excluded.append(event.name)

    with Store(str(tmp_path / "store.sqlite")) as store:
        run = _sweep(boards_file, store, listen)
        rows = store.measurements(run.run_id)
    assert [row.workload.inputs[0].shape[1] for row in rows] == list(SIZES)
    assert {row.status for row in rows} == {Status.OK}
    assert {row.board for row in rows} == {"shelf"}
    assert excluded == [f"shelf.{dead[0]}"]
    assert len({row.environment.member for row in rows} - set(dead)) == 2
    frame = to_frame(rows, run.run_id)
    assert set(frame["member"]) <= set(NAMES)
    table = members(frame)
    assert table is not None
    assert sum(int(row[3]) for row in table.rows) == len(SIZES)
    assert all(abs(float(row[6])) < 20 for row in table.rows)


def test_each_command_takes_a_member_until_none_is_left(
    shelf: dict[str, LaunchedBoard], boards_file: Path
) -> None:
    boards = load_boards(boards_file)
    with attach("shelf", boards=boards) as first, attach("shelf", boards=boards) as second:
        assert (first.name, first.environment.member) == ("shelf", "a")
        assert second.environment.member == "b"
        shelf["c"].kill()
        with pytest.raises(BoardBusy):
            attach("shelf", boards=boards)
        (state,) = board_states(boards)
        assert state.detail.startswith("0 of 3 members: a busy")


def test_a_pool_without_its_boards_is_missing(shelf: dict[str, LaunchedBoard], boards_file: Path) -> None:
    for board in shelf.values():
        board.kill()
    with pytest.raises(BoardMissing):
        attach("shelf", boards=load_boards(boards_file))


@pytest.mark.parametrize(
    ("members", "sentence"),
    [([], "must be a list"), ([{"name": "a"}, {"name": "a"}], "has the name 'a' twice"), ([3], "mappings")],
)
def test_members_that_cannot_be_are_refused(tmp_path: Path, members: object, sentence: str) -> None:
    entry = {
        "description": "x",
        "chip": "stm32l475",
        "serial": {"port": "/dev/null"},
        "members": members,
    }
    path = tmp_path / "boards.yaml"
    path.write_text(yaml.safe_dump({"boards": {"shelf": entry}}))
    with pytest.raises(ConfigError, match=sentence):
        get_board(load_boards(path), "shelf")
