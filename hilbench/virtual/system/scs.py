"""The System Control Block: identification, vector table, fault status, pending bits, caches.

ARMv7-M Architecture Reference Manual (DDI 0403E) B3.2; Cortex-M7 TRM (DDI 0489F) 3.3.
"""

from __future__ import annotations

from collections.abc import Callable

from hilbench.virtual.core.core_features import CoreFeatures
from hilbench.virtual.core.registers import Registers
from hilbench.virtual.core.traps import Traps
from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.system.nvic import Nvic, Vector

_ICSR, _VTOR, _AIRCR, _SCR, _CCR = 0x04, 0x08, 0x0C, 0x10, 0x14
_CFSR, _HFSR, _MMFAR, _BFAR, _CPACR = 0x28, 0x2C, 0x34, 0x38, 0x88
_STIR = 0x200
_BPIALL = 0x278
"""Invalidates all branch predictors (ARMv7-M ARM, B3.2.24)."""

_MAINLINE = frozenset({_CFSR, _HFSR, _MMFAR, _BFAR, _CPACR, _STIR})
"""Registers that ARMv6-M does not have."""
_SCHEDULING = frozenset({_ICSR, _AIRCR, _STIR})
"""Registers that may make another exception the next one to take."""

_AIRCR_KEY = 0x05FA
_AIRCR_READ_KEY = 0xFA05
_SYSRESETREQ = 1 << 2
_HFSR_FORCED, _HFSR_DEBUGEVT = 1 << 30, 1 << 31

_CPUID, _CCSIDR, _CSSELR = 0x00, 0x80, 0x84
_INSTRUCTION_CACHE = 1
_DATA_CACHE_ON, _INSTRUCTION_CACHE_ON = 1 << 16, 1 << 17
_NONBASETHRDENA, _UNALIGN_TRP, _DIV_0_TRP = 1 << 0, 1 << 3, 1 << 4
_STKALIGN, _STKOFHFNMIGN = 1 << 9, 1 << 10
_SLEEPONEXIT, _SEVONPEND = 1 << 1, 1 << 4
_SCR_BITS = 0b10110
_CCR_ARMV7, _CCR_ARMV8 = 0x31B, 0x51A
_FLOAT_ACCESS = 0xF << 20
_PENDABLE = ((Vector.NMI, 31, None), (Vector.PEND_SV, 28, 27), (Vector.SYS_TICK, 26, 25))
"""Exceptions with a set bit, and a clear bit where there is one, in ICSR."""


class SystemControl(RegisterBank):
    """SCB registers at 0xE000ED00; exceptions are kept by the `Nvic`.

    Args:
        nvic: keeps the exceptions.
        features: what the core's identification registers say.
        cpuid: that of the chip's revision of the core.
        boot_address: where the vector table lies after reset.

    Attributes:
        boot_address: where the vector table lies after reset.
        on_reset_request: called when firmware or a debugger writes SYSRESETREQ.
        on_caches: called with whether the instruction and the data cache are on, when that may have changed.
        on_branches_forgotten: called when what branches did is to be forgotten.
        on_traps: called with what is trapped, when that may have changed.
        caches_at_reset: the caches, where there are any, are on from the beginning.
        float_at_reset: the floating-point unit, where there is one, is on from the beginning.
    """

    def __init__(self, nvic: Nvic, features: CoreFeatures, cpuid: int, boot_address: int) -> None:
        self.on_reset_request: Callable[[], None] = lambda: None
        self.on_caches: Callable[[bool, bool], None] = lambda *_: None
        self.on_traps: Callable[[Traps], None] = lambda _: None
        self.on_branches_forgotten: Callable[[], None] = lambda: None
        self.caches_at_reset = False
        self.float_at_reset = False
        self._nvic = nvic
        self._features = features
        super().__init__(0xE000_ED00, 0x300, {_CPUID: cpuid, **features.identification})
        self._writable = _writable_bits(features)
        self._fixed = {_CCR: features.fixed_control}
        self.boot_address = boot_address

    def reset(self) -> None:
        """Return to the state after reset: the vector table is where the chip boots from."""
        super().reset()
        self.words[_VTOR] = self.boot_address
        if self.caches_at_reset and self._features.instruction_ccsidr:
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
    def aligns_stack(self) -> bool:
        """CCR.STKALIGN: an exception's frame begins at a multiple of 8."""
        return bool(self.words[_CCR] & _STKALIGN)

    @property
    def threads_anywhere(self) -> bool:
        """CCR.NONBASETHRDENA: a handler may return to thread mode over others; always in Armv8-M."""
        return bool(self.words[_CCR] & _NONBASETHRDENA)

    def ignores_limits(self, registers: Registers) -> bool:
        """CCR.STKOFHFNMIGN: code at HardFault's priority or above may pass its stack's limit (Armv8-M)."""
        above = self._nvic.execution_priority(registers) < 0
        return above and bool(self.words[_CCR] & _STKOFHFNMIGN)

    def _tell_traps(self) -> None:
        if self._features.baseline:
            return  # every unaligned access faults anyway
        control = self.words[_CCR]
        float_off = not self.words.get(_CPACR, 0) & _FLOAT_ACCESS
        self.on_traps(Traps(bool(control & _DIV_0_TRP), bool(control & _UNALIGN_TRP), float_off))

    def _tell_caches(self) -> None:
        self.on_caches(self.instruction_cache, bool(self.words[_CCR] & _DATA_CACHE_ON))

    def escalate(self) -> None:
        """Note that a configurable fault is taken as HardFault."""
        self.words[_HFSR] = self.words.get(_HFSR, 0) | _HFSR_FORCED

    def note_debug_event(self) -> None:
        """Note that a debug event is taken as HardFault: HFSR.DEBUGEVT."""
        self.words[_HFSR] = self.words.get(_HFSR, 0) | _HFSR_DEBUGEVT

    def load(self, offset: int) -> int:
        """A register; ICSR and AIRCR are made from the exceptions' state."""
        if offset == _ICSR:
            return self._pending_state()
        if offset == _AIRCR:
            return _AIRCR_READ_KEY << 16 | self._nvic.group_shift - 1 << 8
        if offset in _MAINLINE and self._features.baseline:
            return 0
        if offset == _CCSIDR and self.words.get(_CSSELR, 0) & _INSTRUCTION_CACHE:
            return self._features.instruction_ccsidr
        return super().load(offset)

    def store(self, offset: int, value: int) -> None:
        """Write a register; identification is read-only, fault status clears where 1 is written."""
        if offset in _SCHEDULING:
            self._nvic.on_change()
        if offset == _ICSR:
            self._set_pending(value)
        elif offset == _AIRCR:
            self._control_reset(value)
        elif offset in _MAINLINE and self._features.baseline:
            return
        elif offset in (_CFSR, _HFSR):
            self.words[offset] = self.words.get(offset, 0) & ~value
        elif offset == _VTOR:
            self.words[offset] = value & ~0x7F
        elif offset == _STIR:
            if 16 + (value & 0x1FF) in self._nvic.numbers:
                self._nvic.pend(16 + (value & 0x1FF))
        elif offset == _BPIALL:
            self.on_branches_forgotten()
        elif offset in self._writable:
            self.words[offset] = value & self._writable[offset] | self._fixed.get(offset, 0)
            if offset == _CCR:
                self._tell_caches()
            if offset in (_CCR, _CPACR):
                self._tell_traps()

    def write(self, offset: int, size: int, value: int) -> None:
        """Write `size` bytes; of the fault status they clear bits of their own alone."""
        if size < 4 and offset & ~3 in (_CFSR, _HFSR):
            offset, size, value = offset & ~3, 4, value << 8 * (offset & 3)
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


def _writable_bits(features: CoreFeatures) -> dict[int, int]:
    """Bits that firmware can change, of the registers that just remember them."""
    if features.baseline:
        return {_SCR: _SCR_BITS}
    control = _CCR_ARMV8 if features.armv8 else _CCR_ARMV7
    caches = _DATA_CACHE_ON | _INSTRUCTION_CACHE_ON if features.instruction_cache else 0
    return {
        _SCR: _SCR_BITS,
        _CCR: control | caches,
        _MMFAR: 0xFFFF_FFFF,
        _BFAR: 0xFFFF_FFFF,
        _CPACR: _FLOAT_ACCESS if features.floating_point else 0,
        _CSSELR: 0xF if features.instruction_cache else 0,
    }
