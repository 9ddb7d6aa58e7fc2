"""A meter cuts the supply and gives it back: what a debug probe, the serial line and the chip do."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
import serial
from pyocd.core.exceptions import Error, TransferError
from pyocd.core.helpers import ConnectHelper
from pyocd.core.session import Session

from hilbench.chips import chip_names, load_chip
from hilbench.grids import load_grid
from hilbench.image import Builder, find_toolchain
from hilbench.operators.registry import Registry
from hilbench.power import MeterConfig, PowerMeter
from hilbench.power.instruments.lpm01a import Lpm01aConfig
from hilbench.power.instruments.ppk2 import Ppk2Config
from hilbench.virtual.serve import VirtualBoard
from tests.virtual.wires.boot_counter import boot_counter

DEMCR, VC_CORERESET = 0xE000_EDFC, 1
NONSENSE = 0x1234_5678
PPK2, LPM01A = Ppk2Config(), Lpm01aConfig()


def debugger(board: VirtualBoard, chip: str) -> Session:
    """A pyOCD session, not yet opened, that leaves the core running."""
    options = {"target_override": load_chip(chip).pyocd_target, "no_config": True, "auto_unlock": False}
    return ConnectHelper.session_with_chosen_probe(
        unique_id=board.endpoints.probe, blocking=False, options={**options, "connect_mode": "attach"}
    )


def meter_of(board: VirtualBoard, config: MeterConfig) -> closing[PowerMeter]:
    """The meter, opened as a sweep opens it."""
    assert board.endpoints.power is not None
    return closing(config.open(board.endpoints.power))


def eventually(reached: Callable[[], bool]) -> bool:
    """Whether it is so before long: a PPK2 does not tell when it has switched."""
    end = time.monotonic() + 20
    while not (done := reached()) and time.monotonic() < end:
        time.sleep(0.01)
    return done


def acknowledges(session: Session, address: int) -> bool:
    """Whether nonsense can be written."""
    with suppress(TransferError):
        session.target.write32(address, NONSENSE)
        return True
    return False


def is_detected(board: VirtualBoard, chip: str) -> bool:
    """Whether pyOCD finds a chip behind the probe, which is there in any case."""
    with suppress(Error), debugger(board, chip):
        return True
    return False


@pytest.mark.parametrize(
    ("chip", "config"),
    [*((name, PPK2) for name in chip_names()), ("stm32l475", LPM01A)],
    ids=lambda value: getattr(value, "meter", value),
)
def test_without_supply_nothing_acknowledges_and_with_it_the_chip_starts_from_reset(
    chip: str, config: MeterConfig, tmp_path: Path
) -> None:
    image, count = boot_counter(load_chip(chip), tmp_path)
    board = VirtualBoard("under-test", load_chip(chip), config, image=image)
    with board, meter_of(board, config) as meter:
        with debugger(board, chip) as session:
            target = session.target
            assert eventually(lambda: target.read32(count) == 1)
            target.reset()
            assert eventually(lambda: target.read32(count) == 2)
            target.write32(DEMCR, target.read32(DEMCR) | VC_CORERESET)
            target.halt()
            meter.power(on=False)
            assert eventually(lambda: not acknowledges(session, count))
        with pytest.raises(Error, match="Target not detected"), debugger(board, chip):
            pass
        meter.power(on=True)
        assert eventually(lambda: is_detected(board, chip))
        with debugger(board, chip) as session:
            assert eventually(lambda: session.target.read32(count) == 1)
            assert session.target.read32(DEMCR) & VC_CORERESET == 0


@pytest.mark.parametrize("config", [PPK2, LPM01A], ids=lambda config: config.meter)
def test_without_supply_the_serial_line_is_silent(config: MeterConfig, registry: Registry) -> None:
    chip = load_chip("nrf52840")
    image = Builder(chip, find_toolchain("auto")).build([load_grid("quick", registry)[0]]).images[0]
    board = VirtualBoard("under-test", chip, config, image=image.elf)
    with board, serial.Serial(board.endpoints.serial, timeout=20) as port, meter_of(board, config) as meter:
        assert b"m-ready" in port.read_until(b"m-ready")
        port.write(b"name%")
        assert b"m-name" in port.read_until(b"m-name")
        meter.power(on=False)
        assert eventually(lambda: not is_detected(board, chip.name))
        port.reset_input_buffer()
        port.write(b"name%")
        port.timeout = 0.5
        assert port.read(1) == b""
        meter.power(on=True)
        port.timeout = 20
        assert b"m-ready" in port.read_until(b"m-ready")
        port.timeout = 0.5
        assert b"m-name" not in port.read_until(b"m-name"), "what was sent to a chip without supply is gone"
