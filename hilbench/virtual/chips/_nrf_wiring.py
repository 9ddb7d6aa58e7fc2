"""Serial line of an nRF's setup: bytes pass while the port is connected to the pins that the board wires."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.chips import NordicSetup
from hilbench.virtual.peripherals.nrf.uart import Uart

_PSEL_TXD, _PSEL_RXD = 0x50C, 0x514


class WiredSerialPort:
    """A serial port behind the board's pins.

    Args:
        uart: the port, UART or UARTE.
        setup: of the board.
    """

    def __init__(self, uart: Uart, setup: NordicSetup) -> None:
        self._uart = uart
        self._setup = setup

    def on_transmit(self, callback: Callable[[bytes], None]) -> None:
        """Have `callback` called with every byte that reaches the line, in the machine's thread."""

        def transmit(data: bytes) -> None:
            if self._uart.words.get(_PSEL_TXD) == self._setup.tx.select:
                callback(data)

        self._uart.on_transmit(transmit)

    def receive(self, data: bytes) -> None:
        """Receive bytes from the line, or lose them; safe from any thread."""
        if self._uart.words.get(_PSEL_RXD) == self._setup.rx.select:
            self._uart.receive(data)

    def update(self) -> None:
        """Take in what has arrived; in the machine's thread."""
        self._uart.update()
