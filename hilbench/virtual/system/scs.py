"""The System Control Block: identification, vector table, fault status, pending bits, caches.

ARMv7-M Architecture Reference Manual (DDI 0403E) B3.2; Cortex-M7 TRM (DDI 0489F) 3.3.
"""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.core.kind import CoreKind
from hilbench.virtual.core.traps import Traps
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.system.nvic import Nvic, Vector

_ICSR, _VTOR, _AIRCR, _SCR, _CCR = 0x04, 0x08, 0x0C, 0x10, 0x14
_SHPR, _SHCSR = (0x18, 0x1C, 0x20), 0x24
_CFSR, _HFSR, _MMFAR, _BFAR, _CPACR = 0x28, 0x2C, 0x34, 0x38, 0x88
_STIR = 0x200

_MAINLINE = frozenset({_SHCSR, _CFSR, _HFSR, _MMFAR, _BFAR, _CPACR, _STIR})
"""Registers that ARMv6-M does not have."""
_SCHEDULING = frozenset({_ICSR, _AIRCR, *_SHPR, _SHCSR, _STIR})
"""Registers that may make another exception the next one to take."""

_AIRCR_KEY = 0x05FA
_AIRCR_READ_KEY = 0xFA05
_SYSRESETREQ = 1 << 2
_HFSR_FORCED = 1 << 30

_CPUID, _CCSIDR, _CSSELR = 0x00, 0x80, 0x84
_INSTRUCTION_CACHE = 1
_DATA_CACHE_ON, _INSTRUCTION_CACHE_ON = 1 << 16, 1 << 17
_UNALIGN_TRP, _DIV_0_TRP = 1 << 3, 1 << 4
_SLEEPONEXIT, _SEVONPEND = 1 << 1, 1 << 4
_FLOAT_ACCESS = 0xF << 20
_FPCCR, _ASPEN = 0x234, 1 << 31
_PENDABLE = ((Vector.NMI, 31, None), (Vector.PEND_SV, 28, 27), (Vector.SYS_TICK, 26, 25))
"""Exceptions with a set bit, and a clear bit where there is one, in ICSR."""
_ENABLES = ((Vector.MEM_MANAGE, 16), (Vector.BUS_FAULT, 17), (Vector.USAGE_FAULT, 18))
"""Exceptions with an enable bit in SHCSR."""


class SystemControl(RegisterBank):
    """SCB registers at 0xE000ED00; exceptions are kept by the `Nvic`.

    Args:
        nvic: keeps the exceptions.
        kind: what the core's identification registers say.
        cpuid: that of the chip's revision of the core.
        boot_address: where the vector table lies after reset.

    Attributes:
        boot_address: where the vector table lies after reset.
        on_reset_request: called when firmware or a debugger writes SYSRESETREQ.
        on_caches: called with whether the instruction and the data cache are on, when that may have changed.
        on_traps: called with what is trapped, when that may have changed.
        caches_at_reset: the caches, where there are any, are on from the beginning.
        float_at_reset: the floating-point unit, where there is one, is on from the beginning.
    """

    def __init__(self, nvic: Nvic, kind: CoreKind, cpuid: int, boot_address: int) -> None:
        self.on_reset_request: Callable[[], None] = lambda: None
        self.on_caches: Callable[[bool, bool], None] = lambda *_: None
        self.on_traps: Callable[[Traps], None] = lambda _: None
        self.caches_at_reset = False
        self.float_at_reset = False
        self._nvic = nvic
        self._kind = kind
        super().__init__(0xE000_ED00, 0x300, {_CPUID: cpuid, **kind.identification})
        self.boot_address = boot_address

    def reset(self) -> None:
        """The vector table is where the chip boots from."""
        super().reset()
        self.words[_VTOR] = self.boot_address
        if self.caches_at_reset and self._kind.instruction_ccsidr:
            self.words[_CCR] |= _INSTRUCTION_CACHE_ON | _DATA_CACHE_ON
        if self.float_at_reset:
            self.words[_CPACR] = _FLOAT_ACCESS
        self._tell_caches()
        self._tell_traps()

    @property
    def vector_table(self) -> int:
        """Address of the vector table."""
        return self.words[_VTOR]

    @property
    def fault_status(self) -> int:
        """CFSR: why the last faults happened."""
        return self.words.get(_CFSR, 0)

    @fault_status.setter
    def fault_status(self, value: int) -> None:
        self.words[_CFSR] = value

    @property
    def bus_fault_address(self) -> int:
        """BFAR: the address whose access faulted."""
        return self.words.get(_BFAR, 0)

    @bus_fault_address.setter
    def bus_fault_address(self, value: int) -> None:
        self.words[_BFAR] = value

    @property
    def instruction_cache(self) -> bool:
        """Whether CCR.IC is set."""
        return bool(self.words[_CCR] & _INSTRUCTION_CACHE_ON)

    @property
    def pending_sends_event(self) -> bool:
        """SCR.SEVONPEND: an exception that becomes pending is an event, even when it cannot be taken."""
        return bool(self.words.get(_SCR, 0) & _SEVONPEND)

    @property
    def sleeps_on_exit(self) -> bool:
        """SCR.SLEEPONEXIT: the last handler's return is followed by sleep, as by a WFI."""
        return bool(self.words.get(_SCR, 0) & _SLEEPONEXIT)

    @property
    def stacks_float(self) -> bool:
        """FPCCR.ASPEN: floating-point registers that are in use are stacked with the others."""
        return bool(self.words.get(_FPCCR, 0) & _ASPEN)

    def _tell_traps(self) -> None:
        if self._kind.baseline:
            return  # every unaligned access faults anyway
        control = self.words[_CCR]
        float_off = not self.words.get(_CPACR, 0) & _FLOAT_ACCESS
        self.on_traps(Traps(bool(control & _DIV_0_TRP), bool(control & _UNALIGN_TRP), float_off))

    def _tell_caches(self) -> None:
        self.on_caches(self.instruction_cache, bool(self.words[_CCR] & _DATA_CACHE_ON))

    def escalate(self) -> None:
        """A configurable fault is taken as HardFault."""
        self.words[_HFSR] = self.words.get(_HFSR, 0) | _HFSR_FORCED

    def load(self, offset: int) -> int:
        """A register; ICSR, AIRCR, SHPR and SHCSR are made from the exceptions' state."""
        if offset == _ICSR:
            return self._pending_state()
        if offset == _AIRCR:
            return _AIRCR_READ_KEY << 16 | self._nvic.group_shift - 1 << 8
        if offset in _SHPR:
            first = 4 + offset - _SHPR[0]
            return int.from_bytes(bytes(self._nvic.priority[first : first + 4]), "little")
        if offset in _MAINLINE and self._kind.baseline:
            return 0
        if offset == _SHCSR:
            return sum(1 << bit for vector, bit in _ENABLES if vector in self._nvic.enabled)
        if offset == _CCSIDR and self.words.get(_CSSELR, 0) & _INSTRUCTION_CACHE:
            return self._kind.instruction_ccsidr
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """Write a register; identification is read-only, fault status clears where 1 is written."""
        if offset in _SCHEDULING:
            self._nvic.on_change()
        if offset == _ICSR:
            self._set_pending(value)
        elif offset == _AIRCR:
            self._control_reset(value)
        elif offset in _SHPR:
            for position, priority in enumerate(value.to_bytes(4, "little")):
                self._nvic.set_priority(4 + offset - _SHPR[0] + position, priority)
        elif offset in _MAINLINE and self._kind.baseline:
            return
        elif offset == _SHCSR:
            chosen = {vector for vector, bit in _ENABLES if value >> bit & 1}
            self._nvic.enabled = self._nvic.enabled - {vector for vector, _ in _ENABLES} | chosen
        elif offset in (_CFSR, _HFSR):
            self.words[offset] = self.words.get(offset, 0) & ~value
        elif offset == _VTOR:
            self.words[offset] = value & ~0x7F
        elif offset == _STIR:
            self._nvic.pend(16 + (value & 0x1FF))
        elif offset in (_SCR, _CCR, _MMFAR, _BFAR, _CPACR, _CSSELR, _FPCCR, 0x238, 0x23C):
            self.words[offset] = value
            if offset == _CCR:
                self._tell_caches()
            if offset in (_CCR, _CPACR):
                self._tell_traps()

    def write(self, offset: int, size: int, value: int) -> None:
        """Write `size` bytes; priorities are commonly written a byte at a time."""
        if size < 4 and _SHPR[0] <= offset < _SHCSR:
            for position, priority in enumerate(value.to_bytes(size, "little")):
                self._nvic.set_priority(4 + offset + position - _SHPR[0], priority)
            return
        super().write(offset, size, value)

    def _pending_state(self) -> int:
        nvic = self._nvic
        state = max(nvic.active[-1:], default=0)
        ready = nvic.pending & nvic.enabled
        if ready:
            state |= min(ready, key=lambda number: (nvic.priority_of(number), number)) << 12
        if any(number >= 16 for number in nvic.pending):
            state |= 1 << 22
        if len(nvic.active) <= 1:
            state |= 1 << 11
        return state | sum(1 << bit for vector, bit, _ in _PENDABLE if vector in nvic.pending)

    def _set_pending(self, value: int) -> None:
        for vector, set_bit, clear_bit in _PENDABLE:
            if value >> set_bit & 1:
                self._nvic.pend(vector)
            elif clear_bit is not None and value >> clear_bit & 1:
                self._nvic.pending.discard(vector)

    def _control_reset(self, value: int) -> None:
        if value >> 16 != _AIRCR_KEY:
            return
        self._nvic.group_shift = (value >> 8 & 7) + 1
        if value & _SYSRESETREQ:
            self.on_reset_request()
