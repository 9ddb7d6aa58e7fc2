"""The Performance Monitoring Unit of Armv8.1-M (Armv8-M ARM, DDI 0553, B14 and D1.2), counting instructions.

No silicon of the cores emulated here has one: it is the virtual boards' own, where the Cortex-M55 has its, so
that firmware made for that core counts instructions on these, too.
"""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.peripherals.bank import RegisterBank

_EVCNTR, _EVTYPER = 0x000, 0x400
_CNTENSET, _CNTENCLR, _OVSCLR, _OVSSET = 0xC00, 0xC20, 0xC80, 0xCC0
_TYPE, _CTRL = 0xE00, 0xE04
_INST_RETIRED, _CHAIN = 0x08, 0x1E
_EVENT_MASK = 0xFFFF
_ENABLE, _RESET_COUNTERS = 1 << 0, 1 << 1
_COUNTERS = 2
_BITS = 16
_COUNTS = range(_EVCNTR, _EVCNTR + 4 * _COUNTERS, 4)
_EVENTS = range(_EVTYPER, _EVTYPER + 4 * _COUNTERS, 4)
_READ_AS = {_CNTENCLR: _CNTENSET, _OVSCLR: _OVSSET}


class PerformanceMonitor(RegisterBank):
    """Two 16-bit counters of INST_RETIRED; the second can be chained to the first. They raise no interrupts.

    Args:
        retired: executed instructions, up to the one that asks.
    """

    def __init__(self, retired: Callable[[], int]) -> None:
        super().__init__(0xE000_3000, 0x1000, {_TYPE: _COUNTERS})
        self._retired = retired
        self._seen = 0

    def load(self, offset: int) -> int:
        """Both views of the enables, and of the overflows, read alike."""
        self._advance()
        return super().load(_READ_AS.get(offset, offset))

    def store(self, offset: int, value: int) -> None:
        """Write a register; what was counted until now was counted by the registers as they were."""
        self._advance()
        words = self.words
        if offset == _CTRL:
            words[_CTRL] = value & _ENABLE
            if value & _RESET_COUNTERS:
                words.update(dict.fromkeys(_COUNTS, 0))
        elif offset in (_CNTENSET, _OVSSET):
            words[offset] = words.get(offset, 0) | value & (1 << _COUNTERS) - 1
        elif offset in (_CNTENCLR, _OVSCLR):
            seen = _READ_AS[offset]
            words[seen] = words.get(seen, 0) & ~value
        elif offset in _COUNTS:
            words[offset] = value & (1 << _BITS) - 1
        elif offset in _EVENTS:
            words[offset] = value & _EVENT_MASK

    def _advance(self) -> None:
        """Count what was executed since the last access."""
        now = self._retired()
        executed, self._seen = now - self._seen, now
        if not self.words.get(_CTRL, 0) & _ENABLE:
            return
        overflows = 0
        for counter, (count, event) in enumerate(zip(_COUNTS, _EVENTS, strict=True)):
            events = {_INST_RETIRED: executed, _CHAIN: overflows if counter % 2 else 0}
            enabled = self.words.get(_CNTENSET, 0) >> counter & 1
            gained = events.get(self.words.get(event, 0), 0) if enabled else 0
            overflows, self.words[count] = divmod(self.words.get(count, 0) + gained, 1 << _BITS)
            if overflows:
                self.words[_OVSSET] = self.words.get(_OVSSET, 0) | 1 << counter
