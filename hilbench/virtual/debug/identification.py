"""CoreSight identification: how a debugger finds out what is in the chip.

Component and peripheral ID registers: Arm ADIv5 (IHI 0031), sections D1.2; part numbers: Arm's
Technical Reference Manuals of the Cortex-M0+ (DDI 0484), section 6, M4 (100166), section 2.3, and M7
(DDI 0489), section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

ROM_TABLE_BASE = 0xE00F_F000
_ID_OFFSET = 0xFBC
_ID_SIZE = 0x44
_PIDR4 = 0xFD0 - _ID_OFFSET
_PAGE_MASK = 0xFFFF_F000
_PRESENT = 0b11


class ComponentClass(IntEnum):
    """Class field of CIDR1."""

    ROM_TABLE = 0x1
    CORESIGHT = 0x9
    GENERIC_IP = 0xE


@dataclass(frozen=True)
class Component:
    """A debug component on the private peripheral bus."""

    base: int
    peripheral_id: int
    kind: ComponentClass = ComponentClass.GENERIC_IP
    architecture: int = 0
    """DEVARCH, which those of class CoreSight have."""


SCS = Component(0xE000_E000, 0x04_000B_B00C)
DWT = Component(0xE000_1000, 0x04_000B_B002)
FPB = Component(0xE000_2000, 0x04_000B_B00E)
ITM = Component(0xE000_0000, 0x04_000B_B001)
PMU = Component(0xE000_3000, 0x04_000B_BD22, ComponentClass.CORESIGHT, 0x4770_0A06)
"""PMU as the Cortex-M55 has it; the cores below have none in silicon (`hilbench.virtual.system.pmu`)."""
ROM_TABLE = Component(ROM_TABLE_BASE, 0x04_000B_B4C7, ComponentClass.ROM_TABLE)
COMPONENTS = {
    "cortex-m0+": (
        Component(SCS.base, 0x04_000B_B008),
        Component(DWT.base, 0x04_000B_B00A),
        Component(FPB.base, 0x04_000B_B00B),
    ),
    "cortex-m4": (SCS, DWT, Component(FPB.base, 0x04_000B_B003), ITM, PMU),
    "cortex-m7": (SCS, DWT, FPB, ITM, PMU),
    "cortex-m33": (
        Component(SCS.base, 0x04_000B_BD21, ComponentClass.CORESIGHT, 0x4770_2A04),
        Component(DWT.base, 0x04_000B_BD21, ComponentClass.CORESIGHT, 0x4770_1A02),
        Component(FPB.base, 0x04_000B_BD21, ComponentClass.CORESIGHT, 0x4770_1A03),
        PMU,
    ),
}
"""Components on the private peripheral bus, by core."""


class IdentificationRegisters:
    """DEVARCH, PIDR4-7, PIDR0-3 and CIDR0-3 at the end of a component's page."""

    size = _ID_SIZE

    def __init__(self, component: Component) -> None:
        self.base = component.base + _ID_OFFSET
        peripheral = component.peripheral_id.to_bytes(8, "little")
        identity = bytes([0x0D, component.kind << 4, 0x05, 0xB1])
        self._bytes = peripheral[4:] + peripheral[:4] + identity
        self._architecture = component.architecture

    def read(self, offset: int, size: int) -> int:
        """DEVARCH first, then a byte a register."""
        if offset == 0:
            return self._architecture
        return self._bytes[(offset - _PIDR4) // 4] if offset >= _PIDR4 and offset % 4 == 0 else 0

    def write(self, offset: int, size: int, value: int) -> None:
        """Ignore a write; the registers are read-only."""

    def reset(self) -> None:
        """Do nothing; the registers are constant."""


class RomTable:
    """The table that the access port's BASE points to: an entry a component, then zero."""

    base = ROM_TABLE_BASE
    size = 0x1000

    def __init__(self, components: Sequence[Component]) -> None:
        self._components = components

    def read(self, offset: int, size: int) -> int:
        """The entry at `offset`: the component's distance from the table and its presence."""
        index = offset // 4
        if index >= len(self._components):
            return 0
        return ((self._components[index].base - self.base) & _PAGE_MASK) | _PRESENT

    def write(self, offset: int, size: int, value: int) -> None:
        """Ignore a write; the registers are read-only."""

    def reset(self) -> None:
        """Do nothing; the registers are constant."""
