"""The MPU's registers keep what start-up code puts in."""

from __future__ import annotations

from hilbench.virtual.system.mpu import MemoryProtection

TYPE, CTRL, RNR, RBAR, RASR = 0x00, 0x04, 0x08, 0x0C, 0x10
VALID = 1 << 4


def test_regions_are_kept_apart() -> None:
    unit = MemoryProtection(8, armv8=False)
    assert unit.read(TYPE, 4) == 8 << 8
    for region in range(8):
        unit.write(RNR, 4, region)
        unit.write(RBAR, 4, 0x2000_0000 + 0x1000 * region)
        unit.write(RASR, 4, region << 1 | 1)
    unit.write(RNR, 4, 3)
    assert (unit.read(RBAR, 4), unit.read(RASR, 4)) == (0x2000_3003, 7)
    unit.reset()
    assert unit.read(RASR, 4) == 0


def test_a_base_may_name_its_region_and_the_aliases_are_the_same() -> None:
    unit = MemoryProtection(8, armv8=False)
    for alias, region in enumerate((5, 2, 7, 0)):
        unit.write(RBAR + 8 * alias, 4, 0x2000_0000 | VALID | region)
        unit.write(RASR + 8 * alias, 4, 100 + region)
    assert unit.read(RNR, 4) == 0
    for region in (5, 2, 7, 0):
        unit.write(RNR, 4, region)
        assert (unit.read(RBAR, 4), unit.read(RASR, 4)) == (0x2000_0000 | region, 100 + region)


def test_armv8_has_four_regions_in_a_row() -> None:
    unit = MemoryProtection(16, armv8=True)
    unit.write(RNR, 4, 4)
    for alias in range(4):
        unit.write(RBAR + 8 * alias, 4, 0x1000 * alias | 0x1F)
    unit.write(RNR, 4, 6)
    assert unit.read(RBAR, 4) == 0x201F
    unit.write(0x30, 4, 0xFF44)
    assert unit.read(0x30, 4) == 0xFF44


def test_the_control_register_is_kept() -> None:
    unit = MemoryProtection(8, armv8=False)
    unit.write(CTRL, 4, 5)
    unit.write(TYPE, 4, 0)
    assert (unit.read(CTRL, 4), unit.read(TYPE, 4)) == (5, 8 << 8)
