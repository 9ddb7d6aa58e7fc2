from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.boards import get_board, load_boards
from hilbench.boards.providers import PROVIDERS
from hilbench.boards.providers.process import ProcessProvider
from hilbench.errors import ConfigError

_ENTRY = """
boards:
  bench:
    description: a board
    chip: stm32h743
    serial: {port: /dev/ttyACM0}
"""


def boards_file(folder: Path, text: str) -> Path:
    path = folder / "boards.yaml"
    path.write_text(text)
    return path


def test_the_shipped_file_describes_a_board_and_its_twin() -> None:
    boards = load_boards()
    assert boards["stm32h7"].virtual == "stm32h7-virtual"
    provider = boards["stm32h7-virtual"].provider
    assert isinstance(provider, ProcessProvider)
    assert provider.launch[:3] == ("hilbench", "virtual", "serve")
    assert boards["stm32h7"].chip is boards["stm32h7-virtual"].chip


def test_every_module_is_a_provider_called_like_its_module() -> None:
    assert set(PROVIDERS.names) >= {"bench", "process"}
    for name in PROVIDERS.names:
        assert PROVIDERS.find(name).model_fields["kind"].default == name


def test_launch_is_short_for_a_process(tmp_path: Path) -> None:
    entry = "boards: {b: {description: x, chip: stm32h743, %s}}"
    short = load_boards(boards_file(tmp_path, entry % "launch: [twin, x]"))["b"]
    long = load_boards(boards_file(tmp_path, entry % "provider: {kind: process, launch: [twin, x]}"))["b"]
    assert short == long
    assert short.provider == ProcessProvider(launch=("twin", "x"))


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    board = load_boards(boards_file(tmp_path, _ENTRY))["bench"]
    assert board.power == "none"
    assert board.serial is not None
    assert board.serial.baud == 115_200
    assert board.deadlines.boot_s > 0


def test_an_unknown_board_is_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="No board 'esp32'; there are: stm32h7, stm32h7-virtual"):
        get_board(load_boards(), "esp32")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "is not YAML"),
        ("board: {}", "needs a mapping 'boards:'"),
        ("boards: {}\nbord: 1", "unknown key 'bord' beside 'boards'"),
        ("boards: {bench: 3}", "boards.bench must be a mapping"),
        (_ENTRY + "    baud: 9600\n", "boards.bench.baud is not a key that hilbench knows"),
        (_ENTRY + "    name: x\n", "boards.bench.name is not a key that hilbench knows"),
        (_ENTRY + "    probe: {serial: 1}\n", "boards.bench.probe.serial is not a key that hilbench knows"),
        (
            _ENTRY + "    power: {meter: monsoon}\n",
            "no instrument 'monsoon'; there are: csv_replay, ina2xx, joulescope",
        ),
        (_ENTRY + "    power: {port: /dev/x}\n", "boards.bench.power must be a mapping with the key 'meter'"),
        (
            _ENTRY + "    power: {meter: [1]}\n",
            r"bench.power: the instrument must be a word, not \[1\]",
        ),
        (_ENTRY + "    power: {meter: ppk2, colour: 1}\n", "boards.bench.power.colour is not a key"),
        (_ENTRY + "    power: 3\n", "boards.bench.power"),
        (_ENTRY + "    provider: {kind: rack}\n", "no board provider 'rack'; there are: bench, process"),
        (_ENTRY + "    provider: bench\n", "provider must be a mapping with the key 'kind'"),
        (_ENTRY + "    launch: [x]\n    provider: {kind: bench}\n", "has 'launch' and 'provider'"),
        (_ENTRY + "    launch: 3\n", "boards.bench.launch: input should be a valid tuple"),
        (_ENTRY + "    virtual: ghost\n", "boards.bench.virtual names 'ghost', which is not in the file"),
        (_ENTRY + "    virtual: bench\n", "boards.bench.virtual names 'bench', which has no 'launch'"),
        (_ENTRY.replace("stm32h743", "z80"), "No chip 'z80' is described; there are: "),
        ("boards: {b: {description: x, chip: stm32h743}}", "boards.b: needs 'serial'"),
        (_ENTRY.replace("{port: /dev/ttyACM0}", "{}"), "boards.bench: needs 'serial' with a 'port'"),
        (_ENTRY + "    calibration: twin.yaml\n", "boards.bench: has a 'calibration', which only a board"),
        (_ENTRY + "    deadlines: {boot_s: .inf}\n", "boards.bench.deadlines.boot_s: input should be"),
        (_ENTRY + "    deadlines: {boot_s: 1e9}\n", "boards.bench.deadlines.boot_s: input should be"),
        (_ENTRY.replace("bench:", "../bench:"), "must be up to 64 characters without a slash"),
        (_ENTRY.replace("bench:", "b" * 65 + ":"), "must be up to 64 characters without a slash"),
        (_ENTRY.replace("stm32h743", "../chips/stm32h743"), "No chip '../chips/stm32h743'"),
        (_ENTRY.replace("stm32h743", "z" * 300), "No chip 'zzz"),
        ("boards: {? 0x" + "f" * 5000 + " : {}}", "a number of thousands of digits"),
        ("boards: 2024-13-45", "which is not YAML"),
        (_ENTRY + "    deadlines: {boot_s: 0}\n", "boards.bench.deadlines.boot_s: input should be greater"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as error:
        load_boards(boards_file(tmp_path, text))
    assert "\n" not in str(error.value)


def test_a_calibration_that_is_not_there_is_named(tmp_path: Path) -> None:
    launched = _ENTRY.replace("serial: {port: /dev/ttyACM0}", "launch: [twin]")
    board = load_boards(boards_file(tmp_path, launched + "    calibration: twin.yaml\n"))["bench"]
    with pytest.raises(ConfigError, match=r"Cannot read the calibration .*twin\.yaml of 'bench'"):
        _ = board.calibration_digest


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Cannot read"):
        load_boards(tmp_path / "none.yaml")
