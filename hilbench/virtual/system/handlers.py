"""Priorities and state of the system's own handlers: SHPR1 to SHPR3 and SHCSR (ARMv7-M, B3.2.10 to B3.2.13).

ARMv6-M has SHPR2, SHPR3 and of SHCSR one bit (DDI 0419, B3.2); Armv8-M's SHCSR has more (DDI 0553, D1.2).
"""

from __future__ import annotations

from collections.abc import Mapping

from hilbench.virtual.core.core_features import CoreFeatures
from hilbench.virtual.system.nvic import Nvic, Vector

_SHCSR = 0x0C
_FIRST = 4
"""The exception that the first byte of SHPR1 is the priority of."""
_CALL_PENDED = {Vector.SV_CALL: 15}
_ACTIVE = {
    Vector.MEM_MANAGE: 0,
    Vector.BUS_FAULT: 1,
    Vector.USAGE_FAULT: 3,
    Vector.SV_CALL: 7,
    Vector.DEBUG_MONITOR: 8,
    Vector.PEND_SV: 10,
    Vector.SYS_TICK: 11,
}
_PENDED = {Vector.USAGE_FAULT: 12, Vector.MEM_MANAGE: 13, Vector.BUS_FAULT: 14, **_CALL_PENDED}
_ENABLED = {Vector.MEM_MANAGE: 16, Vector.BUS_FAULT: 17, Vector.USAGE_FAULT: 18}
_ARMV8_ACTIVE = {Vector.HARD_FAULT: 2, Vector.SECURE_FAULT: 4, Vector.NMI: 5}
_ARMV8_PENDED = {Vector.SECURE_FAULT: 20, Vector.HARD_FAULT: 21}
_ARMV8_ENABLED = {Vector.SECURE_FAULT: 19}
_PRIORITIES = {
    "armv6": frozenset({Vector.SV_CALL, Vector.PEND_SV, Vector.SYS_TICK}),
    "armv7": frozenset(_ACTIVE),
    "armv8": frozenset({*_ACTIVE, Vector.SECURE_FAULT}),
}
"""Exceptions whose priority can be set."""

_Bits = Mapping[Vector, int]


class SystemHandlers:
    """The registers at 0xE000ED18; exceptions are kept by the `Nvic`.

    Args:
        nvic: keeps the exceptions.
        features: the architecture.
    """

    base = 0xE000_ED18
    size = 0x10

    def __init__(self, nvic: Nvic, features: CoreFeatures) -> None:
        self._nvic = nvic
        self._active: _Bits = {} if features.baseline else _ACTIVE
        self._pended: _Bits = _CALL_PENDED if features.baseline else _PENDED
        self._enabled: _Bits = {} if features.baseline else _ENABLED
        if features.armv8:
            self._active = {**self._active, **_ARMV8_ACTIVE}
            self._pended = {**self._pended, **_ARMV8_PENDED}
            self._enabled = {**self._enabled, **_ARMV8_ENABLED}
        self._priorities = _PRIORITIES[
            "armv6" if features.baseline else "armv8" if features.armv8 else "armv7"
        ]

    def reset(self) -> None:
        """Do nothing; the exceptions are not kept here."""

    def read(self, offset: int, size: int) -> int:
        """Read priorities, a byte each; SHCSR is made from the exceptions' state."""
        if offset >= _SHCSR:
            return self._state() >> 8 * (offset - _SHCSR) & (1 << 8 * size) - 1
        first = _FIRST + offset
        return int.from_bytes(bytes(self._nvic.priority[first : first + size]), "little")

    def write(self, offset: int, size: int, value: int) -> None:
        """Write a register; any write may make another exception the next one to take."""
        self._nvic.on_change()
        if offset >= _SHCSR:
            shift = 8 * (offset - _SHCSR)
            mask = (1 << 8 * size) - 1 << shift
            self._set_state(self._state() & ~mask | value << shift & mask)
            return
        for number, priority in enumerate(value.to_bytes(size, "little"), _FIRST + offset):
            if number in self._priorities:
                self._nvic.set_priority(number, priority)

    def _state(self) -> int:
        nvic = self._nvic
        parts = ((self._active, nvic.active), (self._pended, nvic.pending), (self._enabled, nvic.enabled))
        return sum(1 << bit for bits, members in parts for vector, bit in bits.items() if vector in members)

    def _set_state(self, value: int) -> None:
        nvic = self._nvic
        for vector, bit in self._enabled.items():
            (nvic.enabled.add if value >> bit & 1 else nvic.enabled.discard)(vector)
        for vector, bit in self._pended.items():
            if not value >> bit & 1:
                nvic.pending.discard(vector)
            elif vector not in nvic.pending:
                nvic.pend(vector)
        for vector, bit in self._active.items():
            nvic.set_active(vector, active=bool(value >> bit & 1))
