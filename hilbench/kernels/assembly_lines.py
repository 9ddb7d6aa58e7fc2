"""Lines of Thumb-2 assembly as the generators write them: what each reads, writes and is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """Kind of an instruction, as far as the issue of others with it depends on that."""

    LOAD = auto()
    STORE = auto()
    MULTIPLY = auto()
    DSP = auto()
    """Bit-fields, saturation and operations on bytes and halfwords."""
    PLAIN = auto()
    SEVERAL = auto()
    """Loads and stores of several registers."""
    BARRIER = auto()
    """Barrier that nothing moves past: branches, labels, calls, whatever is not known."""


_KINDS = {
    Kind.LOAD: "ldr",
    Kind.STORE: "str strh strb",
    Kind.MULTIPLY: "smlad smuad smlabb smlabt smlatb smlatt smlald smmla smmlar umull mla mul",
    Kind.DSP: "ssat usat bfi pkhbt pkhtb sxtb16 qadd8 uadd8 qadd16 ssub16",
    Kind.PLAIN: "add adds sub subs asr mov movw movt cmp",
    Kind.SEVERAL: "ldrd strd",
}
_KIND_OF = {mnemonic: kind for kind, mnemonics in _KINDS.items() for mnemonic in mnemonics.split()}
_WRITES_TWO = ("ldrd", "umull", "smlald")
_WRITES_NOTHING = ("str", "strh", "strb", "strd", "cmp")
_READS_TARGET = ("bfi", "movt", "smlald")
_FLAGS = "flags"
_SETS_FLAGS = ("adds", "subs", "cmp")
_MEMORY = re.compile(r"\[(\w+)(?:, #?(-?\w+))?\](!?)")
_REGISTER = re.compile(r"\b(?:r\d+|lr|sp)\b")
_STACK = "sp"


@dataclass(frozen=True)
class Instruction:
    """One line of assembly.

    Attributes:
        mnemonic: without its width.
        reads: registers, those of its address included.
        accumulates: the register that a multiplication only adds to.
        base: register of its address; empty where it accesses no memory.
        offset: from the base; None where that is not a number.
    """

    text: str
    mnemonic: str
    kind: Kind
    writes: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    accumulates: str = ""
    base: str = ""
    offset: int | None = None

    @property
    def stores(self) -> bool:
        """Whether it writes memory."""
        return bool(self.base) and self.mnemonic.startswith("st")

    @property
    def on_stack(self) -> bool:
        """Whether it accesses the stack, where no tensor and no constant lies."""
        return self.base == _STACK

    @property
    def moves_base(self) -> bool:
        """Whether it writes its address back."""
        return bool(self.base) and self.base in self.writes

    @property
    def shifts_operand(self) -> bool:
        """Whether an operand of a plain instruction is shifted by a constant."""
        return self.kind is Kind.PLAIN and ", asr #" in self.text and self.mnemonic != "asr"


def parsed(line: str) -> Instruction:
    """The instruction of a line; a barrier where it is none that is known."""
    text = line.split("@")[0].strip()
    mnemonic, _, operands = text.partition(" ")
    mnemonic = mnemonic.removesuffix(".w")
    kind = _KIND_OF.get(mnemonic, Kind.BARRIER)
    if kind is Kind.BARRIER:
        return Instruction(text, mnemonic, kind)
    memory = _MEMORY.search(operands)
    registers = _REGISTER.findall(operands[: memory.start()] if memory else operands)
    targets = 0 if mnemonic in _WRITES_NOTHING else 2 if mnemonic in _WRITES_TWO else 1
    writes, reads = set(registers[:targets]), set(registers[targets:])
    if mnemonic in _READS_TARGET:
        reads |= writes
    if mnemonic in _SETS_FLAGS:
        writes.add(_FLAGS)
    accumulates = registers[3] if kind is Kind.MULTIPLY and len(registers) > 3 else ""
    base, offset = "", None
    if memory:
        base = memory[1]
        reads.add(base)
        offset = 0 if memory[2] is None else int(memory[2]) if memory[2].lstrip("-").isdigit() else None
        reads |= set(_REGISTER.findall(memory[2] or ""))
        if memory[3]:
            writes.add(base)
    return Instruction(text, mnemonic, kind, frozenset(writes), frozenset(reads), accumulates, base, offset)
