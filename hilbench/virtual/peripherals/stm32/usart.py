"""USART of an STM32 (RM0433 Rev 8, chapter 48; RM0351 and RM0410 alike), asynchronous, FIFO off."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_CR1, _RQR, _ISR, _ICR, _RDR, _TDR = 0x00, 0x18, 0x1C, 0x20, 0x24, 0x28
_UE, _RE, _TE, _RXNEIE, _TCIE, _TXEIE = 1 << 0, 1 << 2, 1 << 3, 1 << 5, 1 << 6, 1 << 7
_RXNE, _TC, _TXE, _TEACK, _REACK, _TXFE = 1 << 5, 1 << 6, 1 << 7, 1 << 21, 1 << 22, 1 << 23
_FIFOEN = 1 << 29
_TCCF = 1 << 6
_RXFRQ = 1 << 3


class Usart(RegisterBank):
    """A serial port: what firmware sends goes to a callback at once, what arrives waits its turn.

    Args:
        base: first address.
        set_line: raises or lowers the interrupt request.
        wake: called from whichever thread hands over bytes; has `update` called in the machine's.
    """

    def __init__(self, base: int, set_line: Callable[[bool], None], wake: Callable[[], None]) -> None:
        super().__init__(base, 0x400)
        self._set_line = set_line
        self._wake = wake
        self._transmit: Callable[[bytes], None] = lambda _: None
        self._received: deque[int] = deque()
        self._complete = True

    def on_transmit(self, callback: Callable[[bytes], None]) -> None:
        """Have `callback` called with every byte that firmware sends, in the machine's thread."""
        self._transmit = callback

    def receive(self, data: bytes) -> None:
        """Receive bytes from the line; safe from any thread."""
        self._received.extend(data)
        self._wake()

    def reset(self) -> None:
        """Return to the state after a system reset; what arrived before is lost."""
        super().reset()
        self._received.clear()
        self._complete = True
        self.update()

    def update(self) -> None:
        """Bring the interrupt request in line with the state."""
        control = self.words.get(_CR1, 0)
        status = self.load(_ISR)
        asked = control & (_RXNEIE | _TCIE | _TXEIE)
        self._set_line(bool(control & _UE and status & asked))

    def load(self, offset: int) -> int:
        """Reading RDR takes the byte that arrived first."""
        control = self.words.get(_CR1, 0)
        if offset == _ISR:
            status = _TXE | (_TC if self._complete else 0) | (_TXFE if control & _FIFOEN else 0)
            if control & _UE and control & _TE:
                status |= _TEACK
            if control & _UE and control & _RE:
                status |= _REACK | (_RXNE if self._received else 0)
            return status
        if offset == _RDR:
            value = self._received.popleft() if self._listens and self._received else 0
            if not self._received:  # with more of them the request stays as it is
                self.update()
            return value
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """Writing TDR sends a byte when the transmitter is on."""
        if offset == _TDR:
            if self.words.get(_CR1, 0) & (_UE | _TE) == _UE | _TE:
                self._transmit(bytes([value & 0xFF]))
                self._complete = True
        elif offset == _RQR:
            if value & _RXFRQ:
                self._received.clear()
        elif offset == _ICR:
            self._complete = self._complete and not value & _TCCF
        elif offset not in (_ISR, _RDR):
            super().store(offset, value)
        self.update()

    @property
    def _listens(self) -> bool:
        return self.words.get(_CR1, 0) & (_UE | _RE) == _UE | _RE
