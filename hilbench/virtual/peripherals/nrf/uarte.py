"""UART with EasyDMA (nRF9160 PS v2.1, 6.19): buffers in RAM instead of data registers."""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.bus import Bus
from hilbench.virtual.peripherals.nrf.uart import Task, Uart

_ENDRX, _ENDTX = 0x110, 0x120
_RXD_PTR, _RXD_MAXCNT, _RXD_AMOUNT = 0x534, 0x538, 0x53C
_TXD_PTR, _TXD_MAXCNT, _TXD_AMOUNT = 0x544, 0x548, 0x54C
_COUNT = 0x1FFF


class Uarte(Uart):
    """A serial port that fetches what it sends and stores what arrives.

    Args:
        base: first address.
        bus: where the buffers are.
        set_line: raises or lowers the interrupt request.
        wake: called from whichever thread hands over bytes; has `update` called in the machine's.
    """

    enabled = 8

    def __init__(
        self, base: int, bus: Bus, set_line: Callable[[bool], None], wake: Callable[[], None]
    ) -> None:
        super().__init__(base, set_line, wake)
        self._bus = bus

    def start(self, task: int) -> None:
        """Start or stop a transfer."""
        if task == Task.STARTRX:
            self.words[_RXD_AMOUNT] = 0
        super().start(task)
        if task == Task.STOPRX:
            self.happen(_ENDRX)
        elif task == Task.STARTTX and self._sending:
            self._send()

    def update(self) -> None:
        """Store what has arrived, until the buffer is full."""
        taken = self.words.get(_RXD_AMOUNT, 0)
        room = (self.words.get(_RXD_MAXCNT, 0) & _COUNT) - taken
        if not self._listening or room <= 0:
            return
        data = bytes(self._received.popleft() for _ in range(min(room, len(self._received))))
        self._bus.write(self.words.get(_RXD_PTR, 0) + taken, data)
        self.words[_RXD_AMOUNT] = taken + len(data)
        if len(data) == room:
            self._listening = False
            self.happen(_ENDRX)

    def _send(self) -> None:
        count = self.words.get(_TXD_MAXCNT, 0) & _COUNT
        self._transmit(self._bus.read(self.words.get(_TXD_PTR, 0), count))
        self.words[_TXD_AMOUNT] = count
        self.happen(_ENDTX)
