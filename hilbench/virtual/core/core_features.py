"""Features of each core, as far as its registers show them and a debugger cares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_CCR, _CLIDR, _CTR, _CCSIDR = 0x14, 0x78, 0x7C, 0x80
_MVFR0, _MVFR1, _MVFR2 = 0x240, 0x244, 0x248
"""Offsets in the System Control Block."""
_STKALIGN = 1 << 9
_UNALIGN_TRP = 1 << 3
_BRANCH_PREDICTION = 1 << 18


@dataclass(frozen=True)
class CacheGeometry:
    """A cache of `sets` x `ways` lines, both powers of two."""

    sets: int
    ways: int
    line_bytes: int

    @classmethod
    def of_register(cls, ccsidr: int) -> CacheGeometry:
        """Geometry by the value of CCSIDR (ARMv7-M ARM, B4.8.2)."""
        return cls((ccsidr >> 13 & 0x7FFF) + 1, (ccsidr >> 3 & 0x3FF) + 1, 1 << (ccsidr & 7) + 4)


@dataclass(frozen=True)
class CoreFeatures:
    """Registers and debug units of a core, whatever chip it is in.

    Attributes:
        identification: System Control Block registers that are not zero after reset, by offset.
        breakpoints: instruction comparators.
        breakpoint_version: of the unit that has them.
        watchpoints: data comparators.
        baseline: ARMv6-M; every fault is a HardFault, and no register tells which or where.
        cycle_counter: whether there is DWT_CYCCNT.
        instruction_ccsidr: of its instruction cache; 0 without one.
        armv8: Armv8-M, whose MPU has other registers.
        fixed_control: bits of CCR that are set for good.
    """

    identification: Mapping[int, int]
    breakpoints: int
    breakpoint_version: int
    watchpoints: int
    baseline: bool = False
    cycle_counter: bool = True
    instruction_ccsidr: int = 0
    armv8: bool = False
    fixed_control: int = 0

    @property
    def instruction_cache(self) -> CacheGeometry | None:
        """Instruction cache of the core itself; None without one."""
        return CacheGeometry.of_register(self.instruction_ccsidr) if self.instruction_ccsidr else None

    @property
    def floating_point(self) -> bool:
        """Whether it has a floating-point unit."""
        return _MVFR0 in self.identification

    @property
    def data_cache(self) -> CacheGeometry | None:
        """Data cache of the core itself; None without one."""
        register = self.identification.get(_CCSIDR)
        return CacheGeometry.of_register(register) if register else None


CORE_FEATURES = {
    # Cortex-M0+ TRM (DDI 0484C), 4.1 and 7.1.
    "cortex-m0+": CoreFeatures(
        identification={_CCR: _STKALIGN | _UNALIGN_TRP},
        breakpoints=4,
        breakpoint_version=1,
        watchpoints=2,
        baseline=True,
        cycle_counter=False,
    ),
    # Cortex-M3 TRM (DDI 0337), 4.1.
    "cortex-m3": CoreFeatures(
        identification={_CCR: _STKALIGN},
        breakpoints=6,
        breakpoint_version=1,
        watchpoints=4,
    ),
    # Cortex-M4 TRM (100166), 4.1; FPv4-SP.
    "cortex-m4": CoreFeatures(
        identification={
            _CCR: _STKALIGN,
            _MVFR0: 0x1011_0021,
            _MVFR1: 0x1100_0011,
        },
        breakpoints=6,
        breakpoint_version=1,
        watchpoints=4,
    ),
    # Cortex-M7 TRM (DDI 0489F), 3.3; FPv5, 16 KiB each of instruction and data cache.
    "cortex-m7": CoreFeatures(
        identification={
            _CCR: _BRANCH_PREDICTION | _STKALIGN,
            _CLIDR: 0x0900_0003,
            _CTR: 0x8303_C003,
            _CCSIDR: 0xF00F_E019,
            _MVFR0: 0x1011_0221,
            _MVFR1: 0x1200_0011,
            _MVFR2: 0x0000_0040,
        },
        breakpoints=8,
        breakpoint_version=2,
        watchpoints=4,
        instruction_ccsidr=0xF01F_E009,
        fixed_control=_BRANCH_PREDICTION | _STKALIGN,
    ),
    # Cortex-M33 TRM (100230), B1; FPv5-SP, all of it secure after reset.
    "cortex-m33": CoreFeatures(
        identification={
            _CCR: _STKALIGN | 1,
            _MVFR0: 0x1011_0021,
            _MVFR1: 0x1100_0011,
            _MVFR2: 0x0000_0040,
        },
        breakpoints=8,
        breakpoint_version=2,
        watchpoints=4,
        armv8=True,
        fixed_control=_STKALIGN | 1,
    ),
}
"""Features by the core's name in a chip's description."""
