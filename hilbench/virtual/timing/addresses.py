"""Where a block's loads and stores go, in terms of the registers that it begins with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from hilbench.virtual.timing.instruction import PC, SP, Instruction, Operation

_LOADS = (Operation.LOAD, Operation.LOAD_MULTIPLE)
_STORES = (Operation.STORE, Operation.STORE_MULTIPLE)
_TERMS = 2
"""Registers that an address is made of at most."""
_LINE = 32
_NAMES = {**{f"r{number}": number for number in range(13)}, "sb": 9, "sl": 10, "fp": 11, "ip": 12}
_NAMES |= {"sp": SP, "lr": 14}
_REGISTER = "|".join(_NAMES)
_ARITHMETIC = re.compile(
    rf"(?P<name>[a-z]+)(\.w)? (?P<to>{_REGISTER})"
    rf"(, (?P<first>{_REGISTER}))?(, (?P<second>{_REGISTER}))?"
    r"(, lsl #(?P<shift>\w+))?(, #(?P<constant>-?\w+))?"
)
_POST_INDEX = re.compile(r"\], #(-?\w+)$")

ReadWord = Callable[[int], int]
"""Takes an address in constant memory; the 32-bit word that lies there."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A constant plus registers as they are at the block's entry, each shifted left."""

    constant: int
    terms: tuple[tuple[int, int], ...] = ()
    """Register and shift."""

    def plus(self, other: Linear) -> Linear | None:
        """The sum; None where it has too many terms."""
        terms = self.terms + other.terms
        return Linear(self.constant + other.constant, terms) if len(terms) <= _TERMS else None

    def shifted(self, places: int) -> Linear:
        """Times a power of two."""
        terms = tuple((register, shift + places) for register, shift in self.terms)
        return Linear(self.constant << places, terms)


@dataclass(frozen=True, slots=True)
class Access:
    """One or more loads, or stores, that lie together.

    Attributes:
        address: of the first byte.
        size: bytes from there to the last one.
        store: whether they are stores.
        count: how many they are, a word of a multiple transfer being one.
    """

    address: Linear
    size: int
    store: bool
    count: int


def accesses(block: Sequence[Instruction], read_word: ReadWord) -> tuple[Access, ...]:
    """The block's accesses but for those whose address depends on what it loads.

    Neighbours whose bytes leave no cache line between them are told as one.

    Args:
        block: the whole block, in order.
        read_word: reads a literal.
    """
    joined: dict[tuple[tuple[tuple[int, int], ...], bool], list[Access]] = {}
    for access in sorted(_single(block, read_word), key=lambda each: each.address.constant):
        alike = joined.setdefault((access.address.terms, access.store), [])
        gap = access.address.constant - _end(alike[-1]) if alike else _LINE
        if gap < _LINE:
            last = alike[-1]
            size = max(_end(access), _end(last)) - last.address.constant
            alike[-1] = replace(last, size=size, count=last.count + access.count)
        else:
            alike.append(access)
    return tuple(access for alike in joined.values() for access in alike)


def _end(access: Access) -> int:
    return access.address.constant + access.size


def _single(block: Sequence[Instruction], read_word: ReadWord) -> Iterator[Access]:
    values: dict[int, Linear | None] = {register: Linear(0, ((register, 0),)) for register in range(PC)}
    for instruction in block:
        address = _address(instruction, values)
        transfer = instruction.operation in _LOADS or instruction.operation in _STORES
        if transfer and address is not None:
            size = instruction.transfers * instruction.access_bytes
            store = instruction.operation in _STORES
            yield Access(address, size, store, instruction.transfers)
        after = _results(instruction, values, read_word)
        for register in instruction.writes:
            values[register] = after.get(register)


def _address(instruction: Instruction, values: dict[int, Linear | None]) -> Linear | None:
    if instruction.literal is not None:
        return Linear(instruction.literal)
    memory = instruction.memory
    if memory is None:
        return None
    base = values.get(memory.base)
    index = Linear(0) if memory.index is None else values.get(memory.index)
    if base is None or index is None:
        return None
    whole = base.plus(index.shifted(memory.shift))
    return None if whole is None else whole.plus(Linear(memory.offset))


def _results(
    instruction: Instruction, values: dict[int, Linear | None], read_word: ReadWord
) -> dict[int, Linear | None]:
    """What is known of the registers that the instruction writes."""
    if instruction.literal is not None:
        whole_word = instruction.operation is Operation.LOAD and instruction.access_bytes == 4
        return dict.fromkeys(
            instruction.writes, Linear(read_word(instruction.literal)) if whole_word else None
        )
    if instruction.base is not None:
        moved = _written_back(instruction, values.get(instruction.base)) if instruction.writeback else None
        return {instruction.base: moved}
    if instruction.predicated:
        return {}
    found = _ARITHMETIC.fullmatch(instruction.text)
    return {} if found is None else {_NAMES[found["to"]]: _computed(found, values)}


def _written_back(instruction: Instruction, base: Linear | None) -> Linear | None:
    memory = instruction.memory
    if base is None or memory is None:
        return None
    if post_index := _POST_INDEX.search(instruction.text):
        return base.plus(Linear(int(post_index[1], 0)))
    if memory.offset or instruction.operation not in (Operation.LOAD_MULTIPLE, Operation.STORE_MULTIPLE):
        return base.plus(Linear(memory.offset))
    return base.plus(Linear(instruction.transfers * instruction.access_bytes))


def _computed(found: re.Match[str], values: dict[int, Linear | None]) -> Linear | None:
    """The result of an addition, subtraction, move or shift to the left."""
    name = found["name"].removesuffix("s").removesuffix("w")
    constant = int(found["constant"], 0) if found["constant"] else None
    sources = [_NAMES[register] for register in (found["first"], found["second"]) if register]
    if name == "mov" and constant is not None:
        return Linear(constant)
    if name == "movt" and constant is not None:
        low = values.get(_NAMES[found["to"]])
        known = low is not None and not low.terms
        return Linear(low.constant & 0xFFFF | constant << 16) if low is not None and known else None
    if name == "lsl" and constant is not None:
        source = values.get(sources[0] if sources else _NAMES[found["to"]])
        return None if source is None else source.shifted(constant)
    if name == "mov" and len(sources) == 1:
        return values.get(sources[0])
    if name not in ("add", "sub"):
        return None
    if len(sources) < 2 - (constant is not None):
        sources.insert(0, _NAMES[found["to"]])
    first = values.get(sources[0])
    second = Linear(constant or 0) if len(sources) == 1 else values.get(sources[1])
    if first is None or second is None or (name == "sub" and second.terms):
        return None
    if name == "sub":
        return first.plus(Linear(-second.constant))
    return first.plus(second.shifted(int(found["shift"], 0) if found["shift"] else 0))
