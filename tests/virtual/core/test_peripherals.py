"""The chip around the core: clock tree, serial port, trigger pin, timer."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.machine import Machine
from hilbench.virtual.peripherals.stm32.gpio import Gpio
from hilbench.virtual.peripherals.stm32.usart import Usart
from hilbench.virtual.peripherals.stm32h7.rcc import Rcc
from tests.virtual.core.programs import CHIP, build, finished, powered

RCC = 0x58024400
PWR = 0x58024800
MODER, IDR, ODR, BSRR = 0x00, 0x10, 0x14, 0x18


@pytest.fixture(name="machine")
def _machine() -> Iterator[Machine]:
    machine = Machine(CHIP)
    machine.start(halt=True)
    yield machine
    machine.close()


def write(machine: Machine, address: int, value: int) -> None:
    """A 32-bit write through the bus."""
    machine.write_memory(address, struct.pack("<I", value))


def read(machine: Machine, address: int) -> int:
    """A 32-bit read through the bus."""
    (value,) = struct.unpack("<I", machine.read_memory(address, 4))
    return int(value)


def test_the_core_clock_follows_the_clock_tree(machine: Machine) -> None:
    assert machine.core.clock.frequency == 64_000_000
    write(machine, RCC + 0x00, 1 << 16 | 1 << 18 | 1)  # HSE in bypass
    assert read(machine, RCC) & 1 << 17
    write(machine, RCC + 0x28, 2 | 1 << 4)  # PLL1 from HSE / 1
    write(machine, RCC + 0x30, 119 | 1 << 9)  # times 120, divided by 2
    write(machine, RCC + 0x00, 1 << 24 | 1 << 16 | 1 << 18 | 1)
    assert read(machine, RCC) & 1 << 25
    write(machine, RCC + 0x10, 3)
    assert read(machine, RCC + 0x10) >> 3 & 7 == 3
    assert machine.core.clock.frequency == 480_000_000
    write(machine, RCC + 0x18, 8 << 8)
    assert machine.core.clock.frequency == 240_000_000
    machine.reset(halt=True)
    assert machine.core.clock.frequency == 64_000_000


@given(
    divider_m=st.integers(1, 63),
    factor=st.integers(4, 512),
    divider_p=st.integers(1, 128),
    fraction=st.integers(0, 8191),
)
def test_pll_arithmetic(divider_m: int, factor: int, divider_p: int, fraction: int) -> None:
    rcc = Rcc()
    rcc.write(0x00, 4, rcc.read(0x00, 4) | 1 << 16)
    rcc.write(0x28, 4, 2 | divider_m << 4)
    rcc.write(0x2C, 4, 1)
    rcc.write(0x34, 4, fraction << 3)
    rcc.write(0x30, 4, factor - 1 | divider_p - 1 << 9)
    rcc.write(0x10, 4, 3)
    exact = 8e6 / divider_m * (factor + fraction / 8192) / divider_p
    assert rcc.core_clock == pytest.approx(exact, abs=1)


def test_voltage_scaling_is_ready_at_once(machine: Machine) -> None:
    write(machine, PWR + 0x18, 3 << 14)
    assert read(machine, PWR + 0x18) & 1 << 13
    assert read(machine, PWR + 0x04) >> 14 & 3 == 3


def test_reserved_registers_read_as_zero(machine: Machine) -> None:
    assert read(machine, 0x40007F00) == 0


def test_bytes_arrive_by_interrupt_and_leave_at_once(tmp_path: Path) -> None:
    sent = bytearray()
    with powered(build(tmp_path, "echo"), realtime=True, halt=True) as machine:
        machine.uart.on_transmit(sent.extend)
        machine.resume()
        machine.uart.receive(b"all by ")
        machine.uart.receive(b"interrupt")
        for _ in range(2000):
            if len(sent) >= 17:
                break
            time.sleep(0.005)
    assert sent == b">ALL\0BY\0INTERRUPT"


def test_a_port_that_is_off_neither_sends_nor_receives() -> None:
    sent: list[bytes] = []
    uart = Usart(0x40004800, lambda _: None, lambda: None)
    uart.on_transmit(sent.append)
    uart.receive(b"x")
    uart.write(0x28, 4, ord("y"))
    assert sent == []
    assert uart.read(0x1C, 4) & 1 << 5 == 0
    uart.write(0x00, 4, 0b1101)
    assert uart.read(0x1C, 4) & 1 << 5
    assert (uart.read(0x24, 1), uart.read(0x24, 1)) == (ord("x"), 0)


@given(st.lists(st.tuples(st.integers(0, 15), st.booleans()), max_size=40))
def test_pins_report_every_edge_and_nothing_else(levels: list[tuple[int, bool]]) -> None:
    seen: list[tuple[int, bool]] = []
    port = Gpio(0)
    port.write(MODER, 4, 0x5555_5555)
    for number in range(16):
        port.watch(number, partial(lambda pin, level: seen.append((pin, level)), number))
    state, expected = [False] * 16, []
    for pin, level in levels:
        port.write(BSRR, 4, 1 << pin if level else 1 << pin + 16)
        if state[pin] != level:
            state[pin] = level
            expected.append((pin, level))
    assert seen == expected
    assert port.read(IDR, 4) == sum(level << pin for pin, level in enumerate(state))


def test_setting_wins_over_resetting_and_halves_stay_apart() -> None:
    port = Gpio(0)
    port.write(BSRR, 4, 0x0003_0001)
    assert port.read(ODR, 4) == 1
    port.write(BSRR, 2, 0x8000)
    port.write(BSRR + 2, 2, 0x0001)
    assert port.read(ODR, 4) == 0x8000


def test_a_trigger_pulse_lasts_as_long_as_the_cycle_counter_says(tmp_path: Path) -> None:
    with finished(build(tmp_path, "trigger")) as program:
        (cycles,) = struct.unpack("<I", program.machine.read_memory(0x38000000, 4))
        segments = program.machine.timeline.read()
    first_high = next(index for index, segment in enumerate(segments) if segment.trigger)
    low = sum(segment.seconds for segment in segments[first_high:] if not segment.trigger)
    assert low == pytest.approx(cycles / 64e6, abs=50 / 64e6)


def test_the_timer_stops_starts_and_changes_its_period(tmp_path: Path) -> None:
    with finished(build(tmp_path, "systick")) as program:
        assert program.status == 42
