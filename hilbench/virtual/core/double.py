"""Double-precision floating point, which the Cortex-M7 has and Unicorn's model of it has not.

An instruction that Unicorn finds undefined is executed here if it is one of FPv5's double-precision
ones (ARMv7-M ARM A7.5). Correct, round-to-nearest, and some thousand times slower than the rest.
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

import capstone
import numpy as np
from capstone import arm

from hilbench.virtual.bus import Bus, BusFault
from hilbench.virtual.core.registers import FPCA, FPSCR, PC, S0, XPSR, Registers

_SIZE = 4
_IT_LOW, _IT_HIGH = 25, 10
_IT_MASK = 0x0600_FC00
_INT_LIMITS = {"s32": (-(2**31), 2**31 - 1), "u32": (0, 2**32 - 1)}


def _fused(addend: float, one: float, other: float) -> float:
    """`addend` + `one` * `other` with a single rounding."""
    if not all(np.isfinite((addend, one, other))):
        return addend + one * other
    exact = Fraction(addend) + Fraction(one) * Fraction(other)
    if not exact:
        return addend + one * other
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


_UNARY: dict[str, Callable[[float], float]] = {
    "vmov": lambda value: value,
    "vneg": operator.neg,
    "vabs": abs,
    "vsqrt": np.sqrt,
    "vrintz": np.trunc,
    "vrintr": np.rint,
    "vrintx": np.rint,
    "vrintn": np.rint,
    "vrintm": np.floor,
    "vrintp": np.ceil,
}
_BINARY: dict[str, Callable[[float, float], float]] = {
    "vadd": operator.add,
    "vsub": operator.sub,
    "vmul": operator.mul,
    "vdiv": operator.truediv,
    "vnmul": lambda one, other: -(one * other),
    "vmaxnm": np.fmax,
    "vminnm": np.fmin,
}
_TERNARY: dict[str, Callable[[float, float, float], float]] = {
    "vmla": lambda to, one, other: to + one * other,
    "vmls": lambda to, one, other: to - one * other,
    "vnmla": lambda to, one, other: -to - one * other,
    "vnmls": lambda to, one, other: -to + one * other,
    "vfma": _fused,
    "vfms": lambda to, one, other: _fused(to, -one, other),
    "vfnma": lambda to, one, other: _fused(-to, -one, other),
    "vfnms": lambda to, one, other: _fused(-to, one, other),
}
_SELECT: dict[str, Callable[[int], bool]] = {
    "vseleq": lambda flags: bool(flags & 4),
    "vselvs": lambda flags: bool(flags & 1),
    "vselge": lambda flags: (flags >> 3 & 1) == (flags & 1),
    "vselgt": lambda flags: not flags & 4 and (flags >> 3 & 1) == (flags & 1),
}


class DoublePrecision:
    """Executes single double-precision instructions on the core's registers."""

    def __init__(self, bus: Bus, registers: Registers) -> None:
        self._bus = bus
        self._registers = registers

    def execute(self) -> bool:
        """Execute the instruction at PC and step past it; False when it is not one of these."""
        pc = self._registers.pc
        try:
            instruction = _decode(self._bus.read(pc, _SIZE))
        except BusFault:
            return False
        if instruction is None:
            return False
        with np.errstate(all="ignore"):
            done = self._perform(*instruction)
        if done:
            self._advance(pc)
        return done

    def _perform(self, name: str, types: tuple[str, ...], operands: tuple[int | float, ...]) -> bool:
        target = int(operands[0])
        if name.startswith("vcvt") and len(types) == 2:
            self._convert(types[0], types[1], target, int(operands[1]), to_zero=name == "vcvt")
        elif name in ("vcmp", "vcmpe"):
            other = self._value(operands[1]) if len(operands) > 1 else np.float64(0)
            self._compare(self._get(target), other)
        elif name in _UNARY:
            self._set(target, _UNARY[name](self._value(operands[1])))
        elif name in _BINARY:
            self._set(target, _BINARY[name](self._value(operands[1]), self._value(operands[2])))
        elif name in _TERNARY:
            values = (self._get(target), self._value(operands[1]), self._value(operands[2]))
            self._set(target, _TERNARY[name](*values))
        elif name in _SELECT:
            flags = self._registers.read(XPSR) >> 28
            self._set(target, self._value(operands[1 if _SELECT[name](flags) else 2]))
        else:
            return False
        return True

    def _convert(self, to: str, source: str, target: int, register: int, *, to_zero: bool) -> None:
        registers = self._registers
        if to == "f64":
            word = struct.pack("<I", registers.read(S0 + register))
            form = {"s32": "<i", "u32": "<I", "f32": "<f"}[source]
            self._set(target, struct.unpack(form, word)[0])
            return
        value = self._get(register)
        if to == "f32":
            registers.write(S0 + target, int(np.float32(value).view(np.uint32)))
            return
        low, high = _INT_LIMITS[to]
        whole = 0.0 if np.isnan(value) else np.clip(np.trunc(value) if to_zero else np.rint(value), low, high)
        registers.write(S0 + target, int(whole) & 0xFFFF_FFFF)

    def _compare(self, one: float, other: float) -> None:
        if np.isnan(one) or np.isnan(other):
            flags = 0b0011
        elif one == other:
            flags = 0b0110
        else:
            flags = 0b1000 if one < other else 0b0010
        status = self._registers.read(FPSCR) & 0x0FFF_FFFF
        self._registers.write(FPSCR, status | flags << 28)

    def _advance(self, pc: int) -> None:
        registers = self._registers
        registers.control |= FPCA
        status = registers.read(XPSR)
        state = status >> _IT_LOW & 3 | (status >> _IT_HIGH & 0x3F) << 2
        state = state & 0xE0 | state << 1 & 0x1F if state & 7 else 0
        registers.write(XPSR, status & ~_IT_MASK | (state & 3) << _IT_LOW | state >> 2 << _IT_HIGH)
        registers.write(PC, pc + _SIZE)

    def _value(self, operand: int | float) -> float:
        return np.float64(operand) if isinstance(operand, float) else self._get(operand)

    def _get(self, register: int) -> float:
        low, high = (self._registers.read(S0 + 2 * register + half) for half in (0, 1))
        (value,) = struct.unpack("<d", struct.pack("<2I", low, high))
        return np.float64(value)

    def _set(self, register: int, value: float) -> None:
        for half, word in enumerate(struct.unpack("<2I", struct.pack("<d", value))):
            self._registers.write(S0 + 2 * register + half, word)


@lru_cache(maxsize=4096)
def _decode(code: bytes) -> tuple[str, tuple[str, ...], tuple[int | float, ...]] | None:
    """Name, types and operands (register numbers; floats are constants) of a double-precision one."""
    engine = capstone.Cs(
        capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS | capstone.CS_MODE_V8
    )
    engine.detail = True
    found = next(engine.disasm(code, 0), None)
    if found is None or ".f64" not in found.mnemonic:
        return None
    # Outside of its IT block a condition is not part of the name.
    name, *types = found.mnemonic.split(".")
    return name, tuple(types), tuple(_operand(each) for each in found.operands)


def _operand(operand: arm.ArmOp) -> int | float:
    if operand.type == arm.ARM_OP_FP:
        return float(operand.fp)
    if operand.type == arm.ARM_OP_IMM:
        return float(operand.imm)
    base = arm.ARM_REG_D0 if arm.ARM_REG_D0 <= operand.reg <= arm.ARM_REG_D15 else arm.ARM_REG_S0
    return int(operand.reg - base)
