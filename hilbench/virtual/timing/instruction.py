"""One decoded instruction, with everything that a pipeline's rules ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SP, LR, PC = 13, 14, 15
FLAGS = 16
"""The condition flags, as one register: Arm cores forward them as one."""
FIRST_FLOAT = 32
"""S0; a double-precision register is the pair of single ones it overlays."""
_FLOATS = frozenset(range(FIRST_FLOAT, FIRST_FLOAT + 32))


class Operation(StrEnum):
    """Classes of instructions, as fine as the rules of any modelled core distinguish them."""

    ADD = "add"
    """ADD, SUB and address forming."""
    MOVE = "move"
    LOGIC = "logic"
    """Every other arithmetic, logic or compare operation."""
    SHIFT = "shift"
    """A move with a shift, LSL to RRX."""
    EXTEND = "extend"
    EXTEND_ADD = "extend-add"
    BITFIELD_EXTRACT = "bitfield-extract"
    BITFIELD_INSERT = "bitfield-insert"
    PACK = "pack"
    REVERSE = "reverse"
    PARALLEL = "parallel"
    """Packed and saturating arithmetic, SEL, CLZ."""
    MULTIPLY = "multiply"
    MULTIPLY_ADD = "multiply-add"
    LONG_MULTIPLY = "long-multiply"
    LONG_MULTIPLY_ADD = "long-multiply-add"
    DIVIDE = "divide"
    LOAD = "load"
    STORE = "store"
    LOAD_MULTIPLE = "load-multiple"
    """LDM, POP, LDRD and their floating-point kin."""
    STORE_MULTIPLE = "store-multiple"
    BRANCH = "branch"
    CONDITIONAL_BRANCH = "conditional-branch"
    CALL = "call"
    INDIRECT_BRANCH = "indirect-branch"
    TABLE_BRANCH = "table-branch"
    IT = "it"
    NOP = "nop"
    BARRIER = "barrier"
    SYSTEM = "system"
    """Special registers, masks, hints, exceptions."""
    FLOAT_ADD = "float-add"
    """Additions, comparisons, conversions, roundings."""
    FLOAT_MULTIPLY = "float-multiply"
    FLOAT_MULTIPLY_ADD = "float-multiply-add"
    """VMLA and its kin, which round between product and sum."""
    FLOAT_FUSED = "float-fused"
    FLOAT_DIVIDE = "float-divide"
    FLOAT_ROOT = "float-root"
    FLOAT_MOVE = "float-move"


class Operand2(StrEnum):
    """The form of the second operand, after the Arm architecture's name for it."""

    PLAIN = "plain"
    """A register, a constant of 8 or 12 bits, or one made by repeating 8 bits."""
    SHIFTED_CONSTANT = "shifted-constant"
    SHIFTED_REGISTER = "shifted-register"


@dataclass(frozen=True, slots=True)
class MemoryOperand:
    """Address of a load or store: r[base] + (r[index] << shift) + offset."""

    base: int
    index: int | None
    shift: int
    offset: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction at its address; registers are 0-15, `FLAGS`, and from `FIRST_FLOAT` on."""

    address: int
    size: int
    """Size in bytes: 2 or 4."""
    mnemonic: str
    text: str
    """Disassembly, for people."""
    operation: Operation
    reads: frozenset[int] = frozenset()
    writes: frozenset[int] = frozenset()
    address_reads: frozenset[int] = frozenset()
    """Registers out of `reads` that form a memory address."""
    early_reads: frozenset[int] = frozenset()
    """Registers out of `reads` that pass a shifter or extractor before the arithmetic."""
    accumulator_reads: frozenset[int] = frozenset()
    """Registers out of `reads` that a multiply-accumulate or extend-and-add adds to."""
    operand2: Operand2 = Operand2.PLAIN
    transfers: int = 1
    """Words moved by a load or store."""
    access_bytes: int = 4
    """Bytes of each transfer."""
    memory: MemoryOperand | None = None
    """Memory operand of a load or store; None where the address is relative to PC."""
    writeback: bool = False
    dividend: int | None = None
    divisor: int | None = None
    """Registers of an integer division: the one that it divides, and the one by which."""
    condition: int | None = None
    """Condition that it executes on inside an IT block, as encoded; odd ones negate the even before."""
    literal: int | None = None
    """Address of the constant that a PC-relative load reads."""
    target: int | None = None
    """Address that a direct branch leads to."""
    region: int | None = None
    """Base of the memory that a load or store was seen to access; None where it was not seen."""

    @property
    def end(self) -> int:
        """Address just behind the instruction."""
        return self.address + self.size

    @property
    def base(self) -> int | None:
        """The base register of a load or store."""
        return None if self.memory is None else self.memory.base

    @property
    def offset(self) -> int | None:
        """Constant distance from `base`; None where a register gives it."""
        return None if self.memory is None or self.memory.index is not None else self.memory.offset

    @property
    def sets_flags(self) -> bool:
        """Whether it writes the condition flags."""
        return FLAGS in self.writes

    @property
    def wide(self) -> bool:
        """Whether the encoding has 32 bits."""
        return self.size == 4

    @property
    def redirects(self) -> bool:
        """Whether the next instruction is never the one behind it."""
        if self.operation in (Operation.BRANCH, Operation.CALL, Operation.INDIRECT_BRANCH):
            return True
        return self.operation is Operation.TABLE_BRANCH or PC in self.writes

    @property
    def ends_block(self) -> bool:
        """Whether a basic block ends with it of itself."""
        return self.redirects or self.operation in (
            Operation.CONDITIONAL_BRANCH,
            Operation.BARRIER,
            Operation.SYSTEM,
        )

    @property
    def predicated(self) -> bool:
        """Whether it executes or not by the flags."""
        return self.condition is not None

    def excludes(self, condition: int | None) -> bool:
        """Whether it does not execute where `condition` holds."""
        return self.condition is not None and condition is not None and self.condition ^ condition == 1

    @property
    def unmasks(self) -> bool:
        """Whether it may lift PRIMASK, FAULTMASK or BASEPRI."""
        return self.text.startswith(("cpsie", "msr"))

    @property
    def sends_event(self) -> bool:
        """Whether it is SEV."""
        return self.mnemonic == "sev"

    @property
    def is_float(self) -> bool:
        """Whether it touches the floating-point registers."""
        return not (_FLOATS.isdisjoint(self.reads) and _FLOATS.isdisjoint(self.writes))

    @property
    def is_double(self) -> bool:
        """Whether it is floating-point arithmetic in double precision."""
        return ".f64" in self.text and self.operation.startswith("float") and ".f64" in self.text.split()[0]
