"""DFSR, DEMCR and the exception that takes debug events where no debugger does (ARMv7-M, C1.4 and C1.6)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntFlag

from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.system.nvic import Nvic, Vector


class Dfsr(IntFlag):
    """Bits of DFSR, which say what debug events there were; written ones clear them."""

    HALTED = 1 << 0
    BKPT = 1 << 1
    DWTTRAP = 1 << 2
    VCATCH = 1 << 3


class Demcr(IntFlag):
    """Bits of DEMCR, the exception and monitor control register."""

    VC_CORERESET = 1 << 0
    VC_MMERR = 1 << 4
    VC_NOCPERR = 1 << 5
    VC_CHKERR = 1 << 6
    VC_STATERR = 1 << 7
    VC_BUSERR = 1 << 8
    VC_INTERR = 1 << 9
    VC_HARDERR = 1 << 10
    MON_EN = 1 << 16
    MON_PEND = 1 << 17
    MON_STEP = 1 << 18
    MON_REQ = 1 << 19
    TRCENA = 1 << 24


_MONITOR = Demcr.MON_EN | Demcr.MON_PEND | Demcr.MON_STEP | Demcr.MON_REQ
_BASELINE = Demcr.VC_CORERESET | Demcr.VC_HARDERR | Demcr.TRCENA


class DebugFaultStatus(RegisterBank):
    """DFSR; a system reset leaves it."""

    def __init__(self) -> None:
        super().__init__(0xE000_ED30, 4)

    def reset(self) -> None:
        """Do nothing; only power-on clears DFSR."""

    def power_on_reset(self) -> None:
        """Return to the state after power-on: there was no event yet."""
        super().reset()

    def note(self, event: Dfsr) -> None:
        """Note a debug event."""
        self.words[0] = self.load(0) | event

    def write(self, offset: int, size: int, value: int) -> None:
        """Clear the flags that are written as ones."""
        self.words[0] = self.load(0) & ~(value << 8 * offset)


class MonitorControl(RegisterBank):
    """Register DEMCR.

    Args:
        nvic: keeps the exception.
        baseline: ARMv6-M, which has no debug monitor.

    Attributes:
        on_change: called when another vector catch may have been asked for.
        enabled: MON_EN; the monitor takes debug events.
        steps: MON_STEP; it comes back after each instruction of lower priority.
    """

    def __init__(self, nvic: Nvic, *, baseline: bool) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.enabled = self.steps = False
        self._nvic = nvic
        self._writable = _BASELINE if baseline else Demcr(0x010F_07F1)
        super().__init__(0xE000_EDFC, 4)

    def reset(self) -> None:
        """A system reset ends the monitor's work, and leaves the debugger's wishes (C1.6.5)."""
        self._set(self.load(0) & ~_MONITOR)

    def power_on_reset(self) -> None:
        """Return to the state after power-on: nobody wishes anything."""
        super().reset()
        self._set(0)
        self.on_change()

    @property
    def value(self) -> Demcr:
        """Value of DEMCR."""
        return Demcr(self.load(0))

    def load(self, offset: int) -> int:
        """MON_PEND is the exception's state."""
        pending = Demcr.MON_PEND if Vector.DEBUG_MONITOR in self._nvic.pending else 0
        return self.words.get(0, 0) | pending

    def store(self, offset: int, value: int) -> None:
        """MON_EN allows the exception, MON_PEND pends it or takes that back."""
        value &= self._writable
        nvic = self._nvic
        (nvic.enabled.add if value & Demcr.MON_EN else nvic.enabled.discard)(Vector.DEBUG_MONITOR)
        if value & Demcr.MON_PEND:
            nvic.pend(Vector.DEBUG_MONITOR)
        else:
            nvic.pending.discard(Vector.DEBUG_MONITOR)
            nvic.on_change()
        self._set(value & ~Demcr.MON_PEND)
        self.on_change()

    def _set(self, value: int) -> None:
        self.words[0] = value
        self.enabled = bool(value & Demcr.MON_EN)
        self.steps = self.enabled and bool(value & Demcr.MON_STEP)
