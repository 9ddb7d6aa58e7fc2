"""Registers that the vendors' start-up code reads or polls: none faults, and each says what ends the wait.

ST: `system_stm32*.c`, and HAL_RCC_OscConfig, HAL_RCC_ClockConfig and HAL_PWREx_* as SystemClock_Config of the
HAL examples calls them. Nordic: `system_nrf52.c` and `system_nrf9160.c` of the MDK, with their errata.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hilbench.chips import load_chip
from hilbench.virtual.machine import Machine

_ANY = 0


@dataclass(frozen=True)
class Wait:
    """A loop of start-up code: it writes, then reads until the bits in `mask` are `wanted`.

    `mask` 0 is a plain read.
    """

    name: str
    address: int
    mask: int = _ANY
    wanted: int = 0
    write: tuple[int, int] | None = None


def _ready(name: str, address: int, enable: int, ready: int) -> Wait:
    """An oscillator or PLL whose ready bit follows its enable bit."""
    return Wait(name, address, 1 << ready, 1 << ready, (address, 1 << enable))


def _st(
    rcc: int, cfgr: int, backup: int, status: int, pwr: int, acr: int, idcode: tuple[int, int]
) -> list[Wait]:
    """Waits that all STM32 have."""
    latency = 1
    return [
        _ready("HSERDY", rcc, 16, 17),
        _ready("PLLRDY", rcc, 24, 25),
        _ready("LSIRDY", status, 0, 1),
        _ready("LSERDY", backup, *((8, 9) if backup == status else (0, 1))),
        Wait("DBP", pwr, 1 << 8, 1 << 8, (pwr, 1 << 8)),
        Wait("LATENCY", acr, 0xF, latency, (acr, latency)),
        Wait("SWS", cfgr, 0, 0, (cfgr, 1)),
        Wait("DEV_ID", idcode[0], 0xFFF, idcode[1]),
    ]


WAITS = {
    "stm32h743": [
        *_st(
            0x5802_4400, 0x5802_4410, 0x5802_4470, 0x5802_4474, 0x5802_4800, 0x5200_2000, (0x5C00_1000, 0x450)
        ),
        _ready("HSIRDY", 0x5802_4400, 0, 2),
        _ready("CSIRDY", 0x5802_4400, 7, 8),
        _ready("HSI48RDY", 0x5802_4400, 12, 13),
        _ready("PLL2RDY", 0x5802_4400, 26, 27),
        _ready("PLL3RDY", 0x5802_4400, 28, 29),
        Wait("revision newer than Y", 0x5C00_1000, 1 << 29, 1 << 29),
        Wait("ACTVOSRDY", 0x5802_4804, 1 << 13, 1 << 13),
        Wait("VOSRDY", 0x5802_4818, 1 << 13, 1 << 13, (0x5802_4818, 0xC000)),
        Wait("SWS", 0x5802_4410, 0x38, 0x18, (0x5802_4410, 3)),
        Wait("SYSCFG_PWRCR", 0x5800_042C, 1, 1, (0x5800_042C, 1)),
        Wait("FMC_BCR1", 0x5200_4000),
        Wait("switch of AXI SRAM", 0x5100_8108),
        Wait("flash size", 0x1FF1_E880, 0xFFFF, 2048),
    ],
    "stm32f767": [
        *_st(
            0x4002_3800, 0x4002_3808, 0x4002_3870, 0x4002_3874, 0x4000_7000, 0x4002_3C00, (0xE004_2000, 0x451)
        ),
        _ready("HSIRDY", 0x4002_3800, 0, 1),
        _ready("PLLI2SRDY", 0x4002_3800, 26, 27),
        _ready("PLLSAIRDY", 0x4002_3800, 28, 29),
        Wait("VOSRDY", 0x4000_7004, 1 << 14, 1 << 14),
        Wait("ODRDY", 0x4000_7004, 1 << 16, 1 << 16, (0x4000_7000, 1 << 16)),
        Wait("ODSWRDY", 0x4000_7004, 3 << 16, 3 << 16, (0x4000_7000, 3 << 16)),
        Wait("SWS", 0x4002_3808, 0xC, 0x8, (0x4002_3808, 2)),
        Wait("package, by the manual", 0x1FFF_7BF0, 0x700, 0x200),
        Wait("package, by ST's headers", 0x1FF0_F7E0, 0x700, 0x200),
        Wait("flash size", 0x1FF0_F442, 0xFFFF, 2048),
    ],
    "stm32l475": [
        *_st(
            0x4002_1000, 0x4002_1008, 0x4002_1090, 0x4002_1094, 0x4000_7000, 0x4002_2000, (0xE004_2000, 0x415)
        ),
        _ready("MSIRDY", 0x4002_1000, 0, 1),
        _ready("HSIRDY", 0x4002_1000, 8, 10),
        _ready("PLLSAI1RDY", 0x4002_1000, 26, 27),
        _ready("PLLSAI2RDY", 0x4002_1000, 28, 29),
        Wait("VOSF", 0x4000_7014, 1 << 10, 0, (0x4000_7000, 1 << 9)),
        Wait("REGLPF", 0x4000_7014, 1 << 9, 0),
        Wait("SWS waits for a PLL that stands still", 0x4002_1008, 0xC, 0x4, (0x4002_1008, 3)),
        Wait("SWS", 0x4002_1008, 0xC, 0xC, (0x4002_100C, 1 << 24 | 40 << 8 | 1)),
        Wait("package", 0x1FFF_7500, 0x1F, 2),
        Wait("flash size", 0x1FFF_75E0, 0xFFFF, 1024),
    ],
    "stm32l031": [
        *_st(
            0x4002_1000, 0x4002_100C, 0x4002_1050, 0x4002_1050, 0x4000_7000, 0x4002_2000, (0x4001_5800, 0x425)
        ),
        _ready("HSIRDY", 0x4002_1000, 0, 2),
        _ready("HSIDIVF", 0x4002_1000, 3, 4),
        _ready("MSIRDY", 0x4002_1000, 8, 9),
        Wait("VOSF", 0x4000_7004, 1 << 4, 0, (0x4000_7000, 1 << 11)),
        Wait("VREFINTRDYF", 0x4000_7004, 1 << 3, 1 << 3),
        Wait("SWS", 0x4002_100C, 0xC, 0xC, (0x4002_100C, 3)),
        Wait("flash size", 0x1FF8_007C, 0xFFFF, 32),
    ],
    "nrf52840": [
        Wait("FICR part", 0x1000_0130, 0xFF, 8),
        Wait("FICR revision", 0x1000_0134, 0xFF, 3),
        Wait("INFO.PART", 0x1000_0100, 0xFFFF_FFFF, 0x5_2840),
        Wait("part, older code", 0xF000_0FE0, 0xFF, 8),
        Wait("revision, older code", 0xF000_0FE8, 0xF0, 0x30),
        Wait("COMP, erratum 12", 0x1000_0324),
        Wait("CLOCK, erratum 31", 0x1000_0244),
        Wait("RAM, erratum 115", 0x1000_0258),
        Wait("RAM, erratum 115, register", 0x4000_0EE4),
        *(Wait("TEMP, erratum 66", address) for address in range(0x1000_0404, 0x1000_0448, 4)),
        Wait("CCM.MAXPACKETSIZE, erratum 103", 0x4000_F518, write=(0x4000_F518, 0xFB)),
        Wait("QSPI, erratum 120", 0x4002_9640),
        Wait("RESETREAS, erratum 136", 0x4000_0400, 1, 0, (0x4000_0400, 0xFFFF_FFFE)),
        Wait("APPROTECT.DISABLE", 0x4000_0558, 0x5A, 0x5A, (0x4000_0558, 0x5A)),
        Wait("UICR.PSELRESET", 0x1000_1200, 0xFFFF_FFFF, 0xFFFF_FFFF),
        Wait("UICR.NFCPINS", 0x1000_120C),
        Wait("UICR.APPROTECT", 0x1000_1208),
        Wait("NVMC.READY", 0x4001_E400, 1, 1, (0x4001_E504, 1)),
        Wait("LFCLKSTAT", 0x4000_0418, 1 << 16, 1 << 16, (0x4000_0008, 1)),
        Wait("HFCLKSTAT", 0x4000_040C, 1 << 16, 1 << 16, (0x4000_0000, 1)),
        Wait("CRYPTOCELL.ENABLE", 0x5002_A500, 1, 1, (0x5002_A500, 1)),
        Wait("CC_HOST_RGF", 0x5002_BA38),
    ],
    "nrf9160": [
        Wait("FICR part", 0x00FF_0130, 0xFF, 9),
        Wait("FICR revision", 0x00FF_0134, 0xFF, 1),
        Wait("TRIMCNF[0].ADDR", 0x00FF_0300, 0xFFFF_FFFF, 0xFFFF_FFFF),
        Wait("UICR.HFXOSRC", 0x00FF_801C),
        Wait("UICR.HFXOCNT", 0x00FF_8020),
        Wait("NVMC.READY", 0x5003_9400, 1, 1, (0x5003_9504, 1)),
        Wait("REGULATORS.DCDCEN", 0x5000_4578, 1, 1, (0x5000_4578, 1)),
        Wait("erratum 14", 0x5000_4A38),
        Wait("RAM, erratum 20", 0x5003_AEE4),
        Wait("XOSC32k, erratum 31", 0x5000_4710),
        Wait("POWER.EVENTS_SLEEPENTER", 0x5000_5114),
        Wait("SPU.RAMREGION", 0x5000_3700),
        Wait("SAU_CTRL", 0xE000_EDD0),
        Wait("TAD.ENABLE", 0xE008_0500),
        Wait("LFCLKSTAT", 0x5000_5418, 1 << 16, 1 << 16, (0x5000_5008, 1)),
        Wait("CRYPTOCELL.ENABLE", 0x5084_0500, 1, 1, (0x5084_0500, 1)),
        Wait("CC_HOST_RGF", 0x5084_1A38),
    ],
}


@pytest.fixture(params=WAITS)
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    running = Machine(load_chip(request.param), realtime=False)
    running.start(halt=True)
    yield running
    running.close()


def test_what_start_up_code_waits_for_comes(machine: Machine) -> None:
    stuck = []
    for wait in WAITS[machine.chip.name]:
        if wait.write is not None:
            address, value = wait.write
            machine.write_memory(address, value.to_bytes(4, "little"))
        read = int.from_bytes(machine.read_memory(wait.address & ~3, 4), "little")
        read >>= 8 * (wait.address & 3)
        if read & wait.mask != wait.wanted:
            stuck.append(f"{wait.name}: 0x{read:08X}")
    assert stuck == []
