"""Serial line of a chip's setup: which pins lead to it, and what must be switched on for bytes to pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hilbench.chips import Setup
from hilbench.chips.setup import Pin
from hilbench.virtual.peripherals.stm32.gpio import Gpio
from hilbench.virtual.peripherals.stm32.usart import Usart


class WiredSerialPort:
    """A UART behind the pins that the board wires: bytes pass while firmware has given them to the UART.

    Args:
        usart: the UART that the setup names.
        setup: of the board.
        ports: of the chip, by letter.
        enable: reads the word of the register that gives the UART its clock.
    """

    def __init__(self, usart: Usart, setup: Setup, ports: dict[str, Gpio], enable: Callable[[], int]) -> None:
        self._usart = usart
        self._setup = setup
        self._ports = ports
        self._enable = enable

    def on_transmit(self, callback: Callable[[bytes], None]) -> None:
        """Have `callback` called with every byte that reaches the line, in the machine's thread."""

        def transmit(data: bytes) -> None:
            if self._reaches(self._setup.tx):
                callback(data)

        self._usart.on_transmit(transmit)

    def receive(self, data: bytes) -> None:
        """Receive bytes from the line, or lose them; safe from any thread."""
        if self._reaches(self._setup.rx):
            self._usart.receive(data)

    def update(self) -> None:
        """Bring the interrupt request in line with what has arrived; in the machine's thread."""
        self._usart.update()

    def _reaches(self, pin: Pin) -> bool:
        """Whether the UART has its clock and the pin."""
        clocked = self._enable() >> self._setup.uart.enable[1] & 1
        return bool(clocked) and self._ports[pin.port].alternate(pin.number) == pin.function


class Registers(Protocol):
    """A block of registers that can be looked at without reading them."""

    base: int
    words: dict[int, int]


def word_of(bank: Registers, address: int) -> Callable[[], int]:
    """Reader of a register by its address."""
    return lambda: bank.words.get(address - bank.base, 0)
