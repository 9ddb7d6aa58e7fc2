"""A small operating system's way to its first sleep, on every chip: console, kernel timer, banner."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.virtual.architecture.chips import outcome

BANNER = "*** Booting ***\n" + 3 * "awake\n"
F7_AND_H7 = "0x40011000, 0x40004400, 0x40004C00, 0x40005000, 0x40011400, 0x40007800, 0x40007C00"
Defines = dict[str, int | str]

STM32: dict[str, Defines] = {
    "stm32h743": {"CONSOLE": 0x4000_4800, "OTHERS": f"{F7_AND_H7}, 0x58000C00", "CLOCK": 64_000_000},
    "stm32f767": {"CONSOLE": 0x4000_4800, "OTHERS": F7_AND_H7, "CLOCK": 16_000_000},
    "stm32l475": {
        "CONSOLE": 0x4001_3800,
        "OTHERS": "0x40004400, 0x40004800, 0x40004C00, 0x40005000, 0x40008000",
        "CLOCK": 4_000_000,
    },
    "stm32l031": {"CONSOLE": 0x4000_4400, "OTHERS": "0x40004800", "CLOCK": 2_097_152},
}
"""Addresses of a chip's serial ports; its clock after reset, Hz."""
LOW_POWER: dict[str, Defines] = {
    "stm32h743": {
        "LPTIM": 0x4000_2400,
        "TIMER_IRQ": 93,
        "LSI": 32_000,
        "LSI_REGISTER": 0x5802_4474,
        "SELECT": 0x5802_4454,
        "SELECT_SHIFT": 28,
        "SELECT_LSI": 4,
    },
    "stm32f767": {
        "LPTIM": 0x4000_2400,
        "TIMER_IRQ": 93,
        "LSI": 32_000,
        "LSI_REGISTER": 0x4002_3874,
        "SELECT": 0x4002_3890,
        "SELECT_SHIFT": 24,
        "SELECT_LSI": 1,
    },
    "stm32l475": {
        "LPTIM": 0x4000_7C00,
        "TIMER_IRQ": 65,
        "LSI": 32_000,
        "LSI_REGISTER": 0x4002_1094,
        "SELECT": 0x4002_1088,
        "SELECT_SHIFT": 18,
        "SELECT_LSI": 1,
    },
    "stm32l031": {
        "LPTIM": 0x4000_7C00,
        "TIMER_IRQ": 13,
        "LSI": 37_000,
        "LSI_REGISTER": 0x4002_1050,
        "SELECT": 0x4002_104C,
        "SELECT_SHIFT": 18,
        "SELECT_LSI": 1,
    },
}
"""Address of a chip's low-power timer, and the register that chooses its clock."""
NRF: dict[str, Defines] = {
    "nrf52840": {
        "CONSOLE": 0x4000_2000,
        "OTHERS": "0x40028000",
        "CLOCK_BASE": 0x4000_0000,
        "RTC": 0x4001_1000,
        "TIMER_IRQ": 17,
        "PPI": 0x4001_F000,
        "FICR": 0x1000_0000,
        "PART": 8,
        "REVISION": 3,
    },
    "nrf9160": {
        "CONSOLE": 0x5000_8000,
        "OTHERS": "0x50009000, 0x5000A000, 0x5000B000",
        "CLOCK_BASE": 0x5000_5000,
        "RTC": 0x5001_5000,
        "TIMER_IRQ": 21,
        "DPPI": 0x5001_7000,
        "FICR": 0x00FF_0000,
        "PART": 9,
        "REVISION": 1,
    },
}


@pytest.mark.parametrize("chip", STM32)
def test_an_stm32_prints_its_banner_and_sleeps_by_systick(chip: str, tmp_path: Path) -> None:
    arrives(tmp_path, "console_stm32", chip, STM32[chip])


@pytest.mark.parametrize("chip", LOW_POWER)
def test_an_stm32_prints_its_banner_and_sleeps_by_the_low_power_timer(chip: str, tmp_path: Path) -> None:
    arrives(tmp_path, "console_stm32", chip, STM32[chip] | LOW_POWER[chip])


@pytest.mark.parametrize("chip", NRF)
def test_an_nrf_prints_its_banner_and_sleeps_by_the_real_time_counter(chip: str, tmp_path: Path) -> None:
    arrives(tmp_path, "console_nrf", chip, NRF[chip])


def arrives(folder: Path, program: str, chip: str, defines: Defines) -> None:
    """Assert that the program prints what it should and nothing of what it finds wrong."""
    values = {name: f"{value:#x}" if isinstance(value, int) else value for name, value in defines.items()}
    report, printed = outcome(folder, program, chip, *(f"{name}={value}" for name, value in values.items()))
    assert (printed, report.exit_status) == (BANNER, 0), report.where
    assert 0.299 < report.seconds < 0.32
