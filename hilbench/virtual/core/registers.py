"""The core registers by the numbers a debugger uses (ARMv7-M ARM, C1.6.3 DCRSR)."""

from __future__ import annotations

import ctypes
from typing import Final

from unicorn import Uc, arm_const

from hilbench.virtual.core.engine_library import LIBRARY

SP: Final = 13
LR: Final = 14
PC: Final = 15
XPSR: Final = 16
MSP: Final = 17
PSP: Final = 18
SPECIAL: Final = 20
"""CONTROL, FAULTMASK, BASEPRI and PRIMASK in one word, high to low."""
FPSCR: Final = 33
S0: Final = 64

THUMB: Final = 1 << 24
"""xPSR.T; clear, the next instruction faults."""
IPSR: Final = 0x1FF
"""The exception number in xPSR."""
SPSEL: Final = 2
FPCA: Final = 4
"""CONTROL: thread mode uses PSP; the floating-point context is active."""

_CONTROL_BITS = 7
_SFPA = 8

UNICORN = {
    **{number: getattr(arm_const, f"UC_ARM_REG_R{number}") for number in range(16)},
    XPSR: arm_const.UC_ARM_REG_XPSR,
    MSP: arm_const.UC_ARM_REG_MSP,
    PSP: arm_const.UC_ARM_REG_PSP,
    FPSCR: arm_const.UC_ARM_REG_FPSCR,
    **{S0 + number: getattr(arm_const, f"UC_ARM_REG_S{number}") for number in range(32)},
}
"""Unicorn's number of each register."""
_MASKS = (
    arm_const.UC_ARM_REG_PRIMASK,
    arm_const.UC_ARM_REG_BASEPRI,
    arm_const.UC_ARM_REG_FAULTMASK,
)


class Registers:
    """The registers of one emulated core, 32 bits each."""

    def __init__(self, engine: Uc) -> None:
        self._engine = engine._uch
        self._word = ctypes.c_uint32()
        self._place = ctypes.byref(self._word)

    def read(self, index: int) -> int:
        """The register called `index`; 0 for a number that names none."""
        if index == SPECIAL:
            return self.primask | self.basepri << 8 | self.faultmask << 16 | self.control << 24
        return self._get(UNICORN[index]) if index in UNICORN else 0

    def write(self, index: int, value: int) -> None:
        """Set the register called `index`; ignored for a number that names none."""
        if index == SPECIAL:
            for position, register in enumerate(_MASKS):
                self._set(register, value >> 8 * position & 0xFF)
            self.control = value >> 24 & _CONTROL_BITS
        elif index == PC:
            # Unicorn takes bit 0 of a written PC as the Thumb state, which the xPSR tells here.
            self._set(UNICORN[PC], value & ~1 | self.thumb)
        elif index in UNICORN:
            self._set(UNICORN[index], value & 0xFFFF_FFFF)
            if index == XPSR:
                self._settle_mode()

    @property
    def pc(self) -> int:
        """Address of the next instruction."""
        return self._get(arm_const.UC_ARM_REG_PC) & ~1

    @property
    def thumb(self) -> bool:
        """Whether the core is in Thumb state, as it must be."""
        return bool(self.read(XPSR) & THUMB)

    @property
    def exception(self) -> int:
        """Number of the exception being handled, 0 in thread mode."""
        return self.read(XPSR) & IPSR

    @property
    def primask(self) -> int:
        """1 while only NMI and HardFault may interrupt."""
        return self._get(arm_const.UC_ARM_REG_PRIMASK) & 1

    @property
    def basepri(self) -> int:
        """Priority from which on nothing may interrupt; 0 switches it off."""
        return self._get(arm_const.UC_ARM_REG_BASEPRI) & 0xFF

    @property
    def faultmask(self) -> int:
        """1 while only NMI may interrupt."""
        return self._get(arm_const.UC_ARM_REG_FAULTMASK) & 1

    @faultmask.setter
    def faultmask(self, value: int) -> None:
        self._set(arm_const.UC_ARM_REG_FAULTMASK, value)

    @property
    def control(self) -> int:
        """CONTROL: nPRIV, SPSEL, FPCA."""
        # Unicorn keeps ARMv8-M's SFPA beside them, which this architecture does not have.
        return self._get(arm_const.UC_ARM_REG_CONTROL) & _CONTROL_BITS

    @control.setter
    def control(self, value: int) -> None:
        # Without SFPA, Unicorn takes the next floating-point instruction for the first and clears FPSCR.
        secure = _SFPA if value & FPCA else 0
        self._set(arm_const.UC_ARM_REG_CONTROL, value | secure)
        self._settle_mode()

    def begin_float_context(self, modes: int) -> None:
        """Have CONTROL.FPCA set and FPSCR be `modes`; in the middle of a block, too."""
        self._set(arm_const.UC_ARM_REG_FPSCR, modes)
        self._set(arm_const.UC_ARM_REG_CONTROL, self.control | FPCA | _SFPA)

    def _settle_mode(self) -> None:
        """Unicorn finds out what the mode and CONTROL.nPRIV allow when CPSR is written, and only then."""
        self._set(arm_const.UC_ARM_REG_CPSR, self._get(arm_const.UC_ARM_REG_CPSR))

    def _get(self, register: int) -> int:
        # Past the binding, which takes several times as long: an exception moves dozens of registers.
        LIBRARY.uc_reg_read(self._engine, register, self._place)
        return self._word.value

    def _set(self, register: int, value: int) -> None:
        self._word.value = value
        LIBRARY.uc_reg_write(self._engine, register, self._place)
