"""Devices that lie about their clock."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from hilbench.boards.clock import check_real_clock, check_stated_clock
from hilbench.boards.config import Deadlines
from hilbench.boards.device import Device
from hilbench.boards.limits import Limits
from hilbench.boards.link import SerialLink
from hilbench.boards.responses import DeviceInfo
from hilbench.chips import load_chip
from hilbench.errors import MeasureError
from tests.boards.scripted_device import ScriptedDevice, sealed

MHZ = 1_000_000


def info(clock_hz: int) -> DeviceInfo:
    return DeviceInfo("ab" * 32, clock_hz, 12, counts_instructions=False)


@dataclass
class Counter(Device):
    """A device that counts at another rate than it says."""

    hertz: float
    late: Sequence[float] = ()
    """Seconds by which the host hears the end of each count too late."""
    asked: list[int] = field(default_factory=list)

    def clock(self, cycles: int) -> tuple[int, float]:
        late = self.late[len(self.asked)] if len(self.asked) < len(self.late) else 0
        self.asked.append(cycles)
        return cycles, cycles / self.hertz + late


@pytest.mark.parametrize("megahertz", [120, 470, 491, 960])
def test_a_clock_that_the_chip_does_not_have_is_refused(megahertz: int) -> None:
    with pytest.raises(MeasureError, match=f"{megahertz} MHz, a stm32h743 runs at 480 MHz"):
        check_stated_clock(info(megahertz * MHZ), load_chip("stm32h743"), "bench")


def test_the_clock_of_the_chip_is_taken() -> None:
    check_stated_clock(info(480 * MHZ), load_chip("stm32h743"), "bench")


@pytest.mark.parametrize("real", [120, 469, 491, 1920])
def test_a_clock_that_runs_at_another_rate_than_it_says_is_refused(real: int) -> None:
    device = Counter(real * MHZ)
    with pytest.raises(MeasureError, match="off the 480 MHz that it says"):
        check_real_clock(device, info(480 * MHZ), "bench")
    assert len(device.asked) == 3


@pytest.mark.parametrize("real", [472, 480, 488])
def test_a_clock_within_two_percent_is_taken(real: int) -> None:
    deviation = check_real_clock(Counter(real * MHZ), info(480 * MHZ), "bench")
    assert deviation == pytest.approx(real / 480 - 1)


def test_a_host_that_hears_late_asks_again() -> None:
    device = Counter(480 * MHZ, late=[0.4, 0.1])
    assert check_real_clock(device, info(480 * MHZ), "bench") == pytest.approx(0)
    assert len(device.asked) == 3


def test_a_count_is_timed_by_the_host(device: ScriptedDevice) -> None:
    device.pauses["clock 960000000"] = 0.2
    device.answers["clock 960000000"] = (
        f"m-clock-start\r\n|{sealed('m-clock-stop-[960000007]')}\r\nm-ready\r\n".encode()
    )
    link = SerialLink(device.port, 115_200, board="bench")
    began = time.monotonic()
    counted, seconds = Device(link, Limits(Deadlines(), "bench")).clock(960_000_000)
    assert counted == 960_000_007
    assert 0 < seconds <= time.monotonic() - began
    with pytest.raises(MeasureError, match="by the host's clock"):  # two seconds it says, a fifth it takes
        check_real_clock(Device(link, Limits(Deadlines(), "bench")), info(480 * MHZ), "bench")
    link.close()
