"""A user's own board of a known chip: its firmware on a virtual board with the same pins and clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hilbench.boards import Board, attach, load_boards
from hilbench.errors import BootError, ConfigError, HilbenchError
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators import Layer
from tests.boards.changed import write_boards
from tests.boards.test_on_virtual_board import measure, with_deadlines

H7: dict[str, Any] = {
    "uart": {"name": "uart4", "tx": "PD1", "rx": "PB8"},
    "trigger": "PE0",
    "clock": {"source": "hse-crystal", "source_hz": 25_000_000, "core_hz": 400_000_000},
}
L4: dict[str, Any] = {
    "uart": {"name": "usart2", "tx": "PD5", "rx": "PA15"},
    "trigger": "PC7",
    "clock": {"source": "hsi", "core_hz": 24_000_000},
}


def _board(folder: Path, name: str, hardware: dict[str, Any], **changes: Any) -> Board:
    return load_boards(write_boards(folder, name, hardware=hardware, **changes))[name]


def _build(board: Board, cases: list[Layer], cache: Path) -> Image:
    (image,) = Builder(board.chip, find_toolchain("auto"), cache_dir=cache).build(cases).images
    return image


@pytest.mark.parametrize(
    ("name", "hardware", "volts"),
    [
        ("stm32h7-virtual", H7, "vos1"),
        ("stm32h7-virtual", {"clock": {"source": "hsi", "core_hz": 200_000_000}}, "vos3"),
        ("stm32l4-virtual", L4, "range2"),
        (
            "stm32l4-virtual",
            {"clock": {"source": "hse-bypass", "source_hz": 8_000_000, "core_hz": 64_000_000}},
            "range1",
        ),
    ],
)
def test_firmware_runs_with_the_board_s_pins_and_clock(
    tmp_path: Path, cases: list[Layer], name: str, hardware: dict[str, Any], volts: str
) -> None:
    board = _board(tmp_path, name, hardware)
    assert board.chip.setup is not None
    assert board.chip.setup.clock.voltage == volts
    image = _build(board, cases, tmp_path / "cache")
    with attach(name, boards={name: board}) as session:
        measure(session, image)
        assert session.clock_hz == hardware["clock"]["core_hz"]
        measured = session.window(session.window_iterations(1000))  # between edges of the trigger's pin
        assert measured is not None
        assert measured[0].samples >= 1000


def test_firmware_for_other_pins_is_not_heard(tmp_path: Path, cases: list[Layer]) -> None:
    name = "stm32l4-virtual"
    image = _build(load_boards()[name], cases, tmp_path / "cache")
    board = with_deadlines(_board(tmp_path, name, {"uart": L4["uart"]}), boot_s=1.0)
    with attach(name, boards={name: board}) as session:
        session.flash(image)
        with pytest.raises(HilbenchError):
            session.boot(image)


def test_a_crystal_does_not_start_as_a_clock_from_outside(tmp_path: Path, cases: list[Layer]) -> None:
    name, hertz = "stm32h7-virtual", {"source_hz": 8_000_000, "core_hz": 480_000_000}
    asked = _board(tmp_path, name, {"clock": {"source": "hse-bypass", **hertz}})
    wired = _board(tmp_path, name, {"clock": {"source": "hse-crystal", **hertz}})
    image = _build(asked, cases, tmp_path / "cache")
    with attach(name, boards={name: wired}) as session:
        session.flash(image)
        with pytest.raises(BootError, match="HSE"):
            session.boot(image)


@pytest.mark.parametrize(
    ("name", "hardware", "sentence"),
    [
        ("stm32h7-virtual", {"clock": {"source": "hsi", "core_hz": 500_000_000}}, "480 MHz at most"),
        (
            "stm32h7-virtual",
            {"clock": {"source": "hsi", "core_hz": 400_000_000, "voltage": "vos2"}},
            "300 MHz at most with the voltage vos2; 400 MHz needs vos1 or vos0",
        ),
        (
            "stm32h7-virtual",
            {"clock": {"source": "hse-crystal", "source_hz": 60_000_000, "core_hz": 480_000_000}},
            "takes 4 MHz to 48 MHz as hse-crystal, not 60 MHz",
        ),
        ("stm32h7-virtual", {"clock": {"source": "hsi", "core_hz": 433_123_457}}, "is the nearest"),
        ("stm32h7-virtual", {"clock": {"source": "msi", "core_hz": 80_000_000}}, "no clock source 'msi'"),
        ("stm32h7-virtual", {"uart": {"name": "usart9", "tx": "PA9", "rx": "PA10"}}, "has no UART 'usart9'"),
        (
            "stm32h7-virtual",
            {"uart": {"name": "usart1", "tx": "PA2", "rx": "PA10"}},
            "usart1 of stm32h743 sends by PA9, PB6, PB14, and not by PA2",
        ),
        ("stm32h7-virtual", {"trigger": "PD8"}, "PD8 is a pin of the UART"),
        ("stm32l4-virtual", {"trigger": "PG3"}, "has no pin 'PG3'"),
        ("stm32l4-virtual", {"trigger": "PA13"}, "is a pin of the debug probe"),
        ("nrf52840-virtual", {"trigger": "PA1"}, "made for one board"),
    ],
)
def test_what_the_chip_cannot_do_is_one_sentence(
    tmp_path: Path, name: str, hardware: dict[str, Any], sentence: str
) -> None:
    path = write_boards(tmp_path, name, hardware=hardware)
    with pytest.raises(ConfigError) as refused:
        load_boards(path)
    assert sentence in str(refused.value)
    assert f"boards.{name}.hardware: " in str(refused.value)


def test_an_overlay_takes_the_place_of_files_of_the_same_name(tmp_path: Path, cases: list[Layer]) -> None:
    name = "stm32l4-virtual"
    overlay = tmp_path / "mine"
    overlay.mkdir()
    (overlay / "port.h").write_text("#error mine\n")
    board = _board(tmp_path, name, {}, firmware="mine")
    with pytest.raises(HilbenchError, match="mine"):
        _build(board, cases, tmp_path / "cache")
    (overlay / "port.h").unlink()
    with pytest.raises(ConfigError, match=r"has no \.c, \.h or \.ld file"):
        _build(board, cases, tmp_path / "cache")
