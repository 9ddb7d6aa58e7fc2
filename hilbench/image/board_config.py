"""Header `board_config.h`: the setup of a chip's board, as the firmware reads it."""

from __future__ import annotations

from hilbench.chips import Chip, NordicSetup, Setup, chip_names, load_chip, load_setups, resolve_setup
from hilbench.chips.clock_plan import ClockSource
from hilbench.chips.setup import Pin

BOARD_CONFIG = "board_config.h"


def board_config(chip: Chip) -> str:
    """C of the header; empty for a chip whose family's firmware is made for one board."""
    setup = chip.setup or _default(chip)
    if setup is None:
        return ""
    macros = _nordic_macros(setup) if isinstance(setup, NordicSetup) else _macros(setup)
    lines = (f"#define BOARD_{name} {value}" for name, value in macros.items())
    return "\n".join(["/* Made of the chip's setup. */", "#pragma once", *lines, ""])


def _default(chip: Chip) -> Setup | NordicSetup | None:
    """Setup of the chip's default board, for a chip that a user described that of its family."""
    names = [chip.name, *(name for name in chip_names() if load_chip(name).family == chip.family)]
    return next((resolve_setup(name) for name in names if load_setups(name) is not None), None)


def _macros(setup: Setup) -> dict[str, str]:
    uart, clock = setup.uart, setup.clock
    enable, bit = uart.enable
    select, shift, mask, value = uart.select
    return {
        "UART": f"0x{uart.base:08X}u",
        "UART_IRQ": f"{uart.irq}u",
        "UART_ENABLE": f"HB_REGISTER(0x{enable:08X}u)",
        "UART_ENABLE_BIT": f"(1u << {bit})",
        "UART_SELECT": f"HB_REGISTER(0x{select:08X}u)",
        "UART_SELECT_MASK": f"({mask}u << {shift})",
        "UART_SELECT_HSI": f"({value}u << {shift})",
        **_pin(setup, "TX", setup.tx),
        **_pin(setup, "RX", setup.rx),
        **_pin(setup, "TRIGGER", setup.trigger),
        "PORTS_ENABLE": f"HB_REGISTER(0x{setup.gpio.enable:08X}u)",
        "UART_PORTS": f"0x{setup.port_bits((setup.tx, setup.rx)):X}u",
        "TRIGGER_PORTS": f"0x{setup.port_bits((setup.trigger,)):X}u",
        "CLOCK_HSE": str(int(clock.source.is_external)),
        "CLOCK_HSE_BYPASS": str(int(clock.source is ClockSource.HSE_BYPASS)),
        "CLOCK_HSI": str(int(clock.source is ClockSource.HSI)),
        "PLL_PRESCALER": f"{clock.prescaler}u",
        "PLL_MULTIPLIER": f"{clock.multiplier}u",
        "PLL_DIVIDER": f"{clock.divider}u",
        "PLL_REFERENCE_HZ": str(clock.reference_hz),
        "CORE_HZ": str(clock.core_hz),
        "VOLTAGE": clock.voltage[-1],
        "WAIT_STATES": f"{clock.wait_states}u",
    }


def _nordic_macros(setup: NordicSetup) -> dict[str, str]:
    pins = {"TX": setup.tx, "RX": setup.rx, "TRIGGER": setup.trigger}
    return {
        f"{name}_{key}": value
        for name, pin in pins.items()
        for key, value in (
            ("PORT", f"0x{pin.base:08X}u"),
            ("PIN", f"{pin.number}u"),
            ("SELECT", f"{pin.select}u"),
        )
    }


def _pin(setup: Setup, name: str, pin: Pin) -> dict[str, str]:
    found = {f"{name}_PORT": f"0x{setup.port(pin):08X}u", f"{name}_PIN": f"{pin.number}u"}
    return found | ({f"{name}_FUNCTION": f"{pin.function}u"} if pin.function else {})
