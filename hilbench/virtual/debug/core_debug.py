"""The core's debug registers: halting, stepping, register transfer (ARMv7-M ARM, DDI 0403, section C1.6)."""

from __future__ import annotations

from enum import IntEnum, IntFlag

from hilbench.virtual.machine import Machine, State
from hilbench.virtual.system.debug_monitor import Demcr

_KEY = 0xA05F


class Dhcsr(IntFlag):
    """Bits of DHCSR, the halting control and status register."""

    C_DEBUGEN = 1 << 0
    C_HALT = 1 << 1
    C_STEP = 1 << 2
    C_MASKINTS = 1 << 3
    C_SNAPSTALL = 1 << 5
    S_REGRDY = 1 << 16
    S_HALT = 1 << 17
    S_SLEEP = 1 << 18
    S_LOCKUP = 1 << 19
    S_RETIRE_ST = 1 << 24
    S_RESET_ST = 1 << 25


class Register(IntEnum):
    """Offsets of the halting debug registers."""

    DHCSR = 0x0
    DCRSR = 0x4
    DCRDR = 0x8
    DEMCR = 0xC


_CONTROL = Dhcsr.C_DEBUGEN | Dhcsr.C_HALT | Dhcsr.C_STEP | Dhcsr.C_MASKINTS | Dhcsr.C_SNAPSTALL
_REGISTER_WRITE = 1 << 16
ATTACH = _KEY << 16 | Dhcsr.C_DEBUGEN
"""Written to DHCSR, it has a BKPT halt the core."""


class CoreDebug:
    """DHCSR, DCRSR, DCRDR and DEMCR of one core."""

    base = 0xE000_EDF0
    size = 0x10

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._control = Dhcsr(0)
        self._monitor = machine.core.monitor
        self._monitor.on_change = self._arm_vector_catch
        self._data = 0
        self._was_reset = True

    def read(self, offset: int, size: int) -> int:
        """DCRSR is write-only; reading DHCSR clears its S_RESET_ST."""
        match offset:
            case Register.DHCSR:
                return self._status()
            case Register.DCRDR:
                return self._data
            case Register.DEMCR:
                return self._monitor.value
        return 0

    def write(self, offset: int, size: int, value: int) -> None:
        """DHCSR needs its key in the upper half; DCRSR moves a register."""
        match offset:
            case Register.DHCSR if value >> 16 == _KEY:
                self._set_control(Dhcsr(value) & _CONTROL)
            case Register.DCRSR:
                self._transfer(value)
            case Register.DCRDR:
                self._data = value
            case Register.DEMCR:
                self._machine.call(lambda: self._monitor.store(0, value))

    def reset(self) -> None:
        """A system reset leaves the debug registers alone; it is only noted (DHCSR.S_RESET_ST)."""
        self._was_reset = True

    def power_on_reset(self) -> None:
        """Return to the state after power-on: no debugger is attached any more."""
        self._control, self._data = Dhcsr(0), 0
        self._machine.halting.enabled = False
        self._arm_vector_catch()

    def _status(self) -> int:
        state = self._machine.state
        status = self._control & ~Dhcsr.C_HALT | Dhcsr.S_REGRDY | Dhcsr.S_RETIRE_ST
        if state is State.HALTED:
            status |= Dhcsr.S_HALT | Dhcsr.C_HALT
        if state is State.SLEEPING:
            status |= Dhcsr.S_SLEEP
        if state is State.LOCKUP:
            status |= Dhcsr.S_LOCKUP
        if self._was_reset:
            status |= Dhcsr.S_RESET_ST
            self._was_reset = False
        return status

    def _set_control(self, control: Dhcsr) -> None:
        self._control = control
        self._machine.halting.enabled = bool(control & Dhcsr.C_DEBUGEN)
        self._arm_vector_catch()
        halted = self._machine.state is State.HALTED
        if not control & Dhcsr.C_DEBUGEN:
            if halted:
                self._machine.resume()
        elif control & Dhcsr.C_HALT:
            if not halted:
                self._machine.halt()
        elif halted and control & Dhcsr.C_STEP:
            self._machine.step()
        elif halted:
            self._machine.resume()

    def _arm_vector_catch(self) -> None:
        caught = self._monitor.value if self._control & Dhcsr.C_DEBUGEN else Demcr(0)
        self._machine.halting.catch_reset = bool(caught & Demcr.VC_CORERESET)
        self._machine.halting.catch_hard_fault = bool(caught & Demcr.VC_HARDERR)

    def _transfer(self, selection: int) -> None:
        index = selection & 0x7F
        if selection & _REGISTER_WRITE:
            self._machine.write_register(index, self._data)
        else:
            self._data = self._machine.read_register(index)
