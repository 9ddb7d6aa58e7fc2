"""UART with EasyDMA (nRF9160 PS v2.1, 6.19; nRF52840 PS v1.8, 6.34): buffers in RAM in place of registers."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.bus import Bus
from hilbench.virtual.peripherals.nrf.uart import BYTEWISE, Task, Uart

_RXDRDY, _ENDRX, _ENDTX = 0x108, 0x110, 0x120
_RXSTARTED, _TXSTARTED, _TXSTOPPED = 0x14C, 0x150, 0x158
_SHORTS = 0x200
_ENDRX_STARTRX = 1 << 5
_RXD_PTR, _RXD_MAXCNT, _RXD_AMOUNT = 0x534, 0x538, 0x53C
_TXD_PTR, _TXD_MAXCNT, _TXD_AMOUNT = 0x544, 0x548, 0x54C
_DMA = 8
"""ENABLE of a port that fetches and stores by itself."""


class Uarte(Uart):
    """A serial port that fetches what it sends and stores what arrives.

    Args:
        base: first address.
        bus: where the buffers are.
        set_line: raises or lowers the interrupt request.
        wake: called from whichever thread hands over bytes; has `update` called in the machine's.
        count_bits: of a buffer's size.
        bytewise: it can also be had with a register each way, as in the nRF52.
    """

    def __init__(
        self,
        base: int,
        bus: Bus,
        set_line: Callable[[bool], None],
        wake: Callable[[], None],
        *,
        count_bits: int,
        bytewise: bool = False,
    ) -> None:
        self._bus = bus
        self._count = (1 << count_bits) - 1
        self._modes = {_DMA, BYTEWISE} if bytewise else {_DMA}
        self._buffer = range(0)
        super().__init__(base, set_line, wake)

    def start(self, task: int) -> None:
        """Start or stop a transfer."""
        if self.mode == _DMA and task == Task.STARTRX:
            self._take_buffer()
        super().start(task)
        if self.mode != _DMA:
            return
        match task:
            case Task.STARTRX if self._on:
                self.happen(_RXSTARTED)
            case Task.STOPRX:
                self.happen(_ENDRX)
            case Task.STARTTX if self._sending:
                self._send()
            case Task.STOPTX:
                self.happen(_TXSTOPPED)

    def update(self) -> None:
        """Store what has arrived, until the buffer is full."""
        if self.mode != _DMA:
            super().update()
            return
        taken = min(len(self._buffer), len(self._received)) if self._listening else 0
        if not taken:
            return
        data = bytes(self._received.popleft() for _ in range(taken))
        self._bus.write(self._buffer.start, data)
        self._buffer = self._buffer[taken:]
        self.words[_RXD_AMOUNT] = self.words.get(_RXD_AMOUNT, 0) + taken
        self.happen(_RXDRDY)
        if not self._buffer:
            self._listening = False
            self.happen(_ENDRX)
            if self.words.get(_SHORTS, 0) & _ENDRX_STARTRX:
                self.start(Task.STARTRX)

    def _take_buffer(self) -> None:
        """Firmware may name the next one as soon as this is in use."""
        first = self.words.get(_RXD_PTR, 0)
        self._buffer = range(first, first + (self.words.get(_RXD_MAXCNT, 0) & self._count))
        self.words[_RXD_AMOUNT] = 0

    def _send(self) -> None:
        self.happen(_TXSTARTED)
        count = self.words.get(_TXD_MAXCNT, 0) & self._count
        self._transmit(self._bus.read(self.words.get(_TXD_PTR, 0), count))
        self.words[_TXD_AMOUNT] = count
        self.happen(_ENDTX)

    @property
    def _on(self) -> bool:
        return self.mode in self._modes
