"""A user's own board of a known chip: its firmware on a virtual board with the same pins and clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hilbench.boards import Board, attach, load_boards
from hilbench.chips import Setup
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
F7: dict[str, Any] = {
    "uart": {"name": "uart7", "tx": "PE8", "rx": "PF6"},
    "trigger": "PG9",
    "clock": {"source": "hsi", "core_hz": 144_000_000},
}
L0: dict[str, Any] = {
    "uart": {"name": "usart2", "tx": "PA9", "rx": "PA10"},
    "trigger": "PC15",
    "clock": {"source": "hsi", "core_hz": 16_000_000},
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
        ("stm32f7-virtual", F7, "scale3"),
        (
            "stm32f7-virtual",
            {"clock": {"source": "hse-crystal", "source_hz": 25_000_000, "core_hz": 200_000_000}},
            "scale1",
        ),
        ("stm32l0-virtual", L0, "range2"),
        (
            "stm32l0-virtual",
            {"clock": {"source": "hse-bypass", "source_hz": 8_000_000, "core_hz": 32_000_000}},
            "range1",
        ),
    ],
)
def test_firmware_runs_with_the_board_s_pins_and_clock(
    tmp_path: Path, cases: list[Layer], name: str, hardware: dict[str, Any], volts: str
) -> None:
    board = _board(tmp_path, name, hardware)
    assert isinstance(board.chip.setup, Setup)
    assert board.chip.setup.clock.voltage == volts
    image = _build(board, cases, tmp_path / "cache")
    with attach(name, boards={name: board}) as session:
        measure(session, image)
        assert session.clock_hz == hardware["clock"]["core_hz"]
        measured = session.window(session.window_iterations(1000))  # between edges of the trigger's pin
        assert measured is not None
        assert measured[0].samples >= 1000


@pytest.mark.parametrize(
    ("name", "hardware"),
    [
        ("nrf52840-virtual", {"uart": {"name": "uart0", "tx": "P1.02", "rx": "P0.31"}, "trigger": "P0.13"}),
        ("nrf9160-virtual", {"uart": {"name": "uarte0", "tx": "P0.02", "rx": "P0.03"}, "trigger": "P0.31"}),
    ],
)
def test_firmware_of_an_nrf_runs_with_the_board_s_pins(
    tmp_path: Path, cases: list[Layer], name: str, hardware: dict[str, Any]
) -> None:
    board = _board(tmp_path, name, hardware)
    image = _build(board, cases, tmp_path / "cache")
    with attach(name, boards={name: board}) as session:
        measure(session, image)
        measured = session.window(session.window_iterations(1000))
        assert measured is not None
        assert measured[0].samples >= 1000


def test_firmware_of_an_nrf_for_other_pins_is_not_heard(tmp_path: Path, cases: list[Layer]) -> None:
    name = "nrf52840-virtual"
    image = _build(load_boards()[name], cases, tmp_path / "cache")
    wired = {"uart": {"name": "uart0", "tx": "P0.07", "rx": "P0.08"}}
    board = with_deadlines(_board(tmp_path, name, wired), boot_s=1.0)
    with attach(name, boards={name: board}) as session:
        session.flash(image)
        with pytest.raises(HilbenchError):
            session.boot(image)


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
        (
            "nrf52840-virtual",
            {"trigger": "PA1"},
            "has no pin 'PA1'; there are: P0.00 to P0.31, P1.00 to P1.15",
        ),
        ("nrf52840-virtual", {"clock": {"source": "hsi", "core_hz": 1}}, "always runs at 64 MHz"),
        ("nrf9160-virtual", {"trigger": "P0.28"}, "must be three"),
        ("nrf9160-virtual", {"uart": {"name": "uart0", "tx": "P0.01", "rx": "P0.02"}}, "talks by uarte0"),
        ("stm32l0-virtual", {"clock": {"source": "hsi", "core_hz": 20_000_000}}, "is the nearest"),
        ("stm32f7-virtual", {"clock": {"source": "hsi", "core_hz": 217_000_000}}, "216 MHz at most"),
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
