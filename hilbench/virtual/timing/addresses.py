"""Addresses of a block's loads and stores, in terms of the registers that it begins with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hilbench.virtual.timing.instruction import PC, SP, Instruction, Operation

_LOADS = (Operation.LOAD, Operation.LOAD_MULTIPLE)
_STORES = (Operation.STORE, Operation.STORE_MULTIPLE)
_TERMS = 2
"""Registers that an exact address is made of at most."""
_MOST_TERMS = 8
_LINE = 32
_LONGEST = 1024
"""Most bytes of accesses that count as one."""
FIRST_LOADED = 17
"""First of the register numbers that name what the block itself loads and forms addresses with."""
_LAST_LOADED = 31
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
"""Reader of constant memory: takes an address, returns the 32-bit word there."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A constant plus registers as they are at the block's entry, each shifted left."""

    constant: int
    terms: tuple[tuple[int, int], ...] = ()
    """Register and shift; registers from `FIRST_LOADED` on are loaded by the block."""
    exact: bool = True
    """False where something unknown is added, an index as a rule, so that only the memory is known."""

    def plus(self, other: Linear | None) -> Linear:
        """Sum of two addresses; one with an unknown value, or with too many terms, is not exact."""
        terms = self.terms + (() if other is None else other.terms)
        if other is None or len(terms) > _MOST_TERMS:
            return replace(self, exact=False)
        exact = self.exact and other.exact and len(terms) <= _TERMS
        return Linear(self.constant + other.constant, terms, exact)

    def shifted(self, places: int) -> Linear:
        """Product with a power of two."""
        terms = tuple((register, shift + places) for register, shift in self.terms)
        return Linear(self.constant << places, terms, self.exact)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Value that a load brings, where addresses depend on it.

    Attributes:
        name: of the value, as a register.
        size: bytes.
        signed: whether they are extended by their sign.
    """

    name: int
    size: int
    signed: bool


@dataclass(frozen=True, slots=True)
class Access:
    """One or more loads, or stores, that lie together.

    Attributes:
        address: of the first byte.
        size: bytes from there to the last one.
        store: whether they are stores.
        count: how many they are, a word of a multiple transfer being one.
        loaded: what later addresses need of it.
        width: bytes of each load that may be unaligned; 0 of all else.
    """

    address: Linear
    size: int
    store: bool
    count: int
    loaded: Loaded | None = None
    width: int = 0


def accesses(block: Sequence[Instruction], read_word: ReadWord) -> tuple[Access, ...]:
    """The block's accesses but for those whose address is more than a sum.

    First come those that others depend on, in their order; of the rest, neighbours that are aligned alike and
    whose bytes leave no cache line between them are taken as one.

    Args:
        block: the whole block, in order.
        read_word: reads a literal.
    """
    found = [each for _, each in each_access(block, read_word) if each.address.exact]
    needed = {register for access in found for register, _ in access.address.terms}
    first = [each for each in found if each.loaded and each.loaded.name in needed]
    rest = (replace(each, loaded=None) for each in found if each not in first)
    return (*first, *_joined(rest))


def _joined(found: Iterable[Access]) -> Iterator[Access]:
    joined: dict[tuple[object, ...], list[Access]] = {}
    for access in sorted(found, key=lambda each: each.address.constant):
        alignment = access.address.constant % (access.width or 1)
        alike = joined.setdefault((access.address.terms, access.store, access.width, alignment), [])
        gap = access.address.constant - _end(alike[-1]) if alike else _LINE
        if gap < _LINE and alike[-1].size < _LONGEST:
            last = alike[-1]
            size = max(_end(access), _end(last)) - last.address.constant
            alike[-1] = replace(last, size=size, count=last.count + access.count)
        else:
            alike.append(access)
    return (access for alike in joined.values() for access in alike)


def _end(access: Access) -> int:
    return access.address.constant + access.size


def each_access(block: Sequence[Instruction], read_word: ReadWord) -> Iterator[tuple[Instruction, Access]]:
    """Each load and store of which at least the memory is known, in order, by itself.

    Args:
        block: the whole block, in order.
        read_word: reads a literal.
    """
    values: dict[int, Linear | None] = {register: Linear(0, ((register, 0),)) for register in range(PC)}
    free = iter(range(FIRST_LOADED, _LAST_LOADED + 1))
    for instruction in block:
        address = _address(instruction, values)
        transfer = instruction.operation in _LOADS or instruction.operation in _STORES
        loaded = None
        if transfer and address is not None:
            size = instruction.transfers * instruction.access_bytes
            store = instruction.operation in _STORES
            loaded = _loaded(instruction, free) if address.exact else None
            unaligned = instruction.operation is Operation.LOAD and instruction.access_bytes in (2, 4)
            width = instruction.access_bytes if unaligned and instruction.literal is None else 0
            yield instruction, Access(address, size, store, instruction.transfers, loaded, width)
        after = _results(instruction, values, read_word)
        if loaded is not None:
            (target,) = _targets(instruction)
            after[target] = Linear(0, ((loaded.name, 0),))
        for register in instruction.writes:
            values[register] = after.get(register)


def _targets(instruction: Instruction) -> frozenset[int]:
    """Core registers that a load brings its data to."""
    moved = {instruction.base} if instruction.writeback else set()
    return frozenset(each for each in instruction.writes if each < PC) - moved


def _loaded(instruction: Instruction, free: Iterator[int]) -> Loaded | None:
    """A name for what a load of one register brings; None for all else, and when names run out."""
    if instruction.operation is not Operation.LOAD or instruction.literal is not None:
        return None
    if instruction.predicated or len(_targets(instruction)) != 1:
        return None
    name = next(free, None)
    signed = instruction.mnemonic.startswith("ldrs")
    return None if name is None else Loaded(name, instruction.access_bytes, signed)


def _address(instruction: Instruction, values: dict[int, Linear | None]) -> Linear | None:
    if instruction.literal is not None:
        return Linear(instruction.literal)
    memory = instruction.memory
    if memory is None:
        return None
    base = values.get(memory.base)
    index = Linear(0) if memory.index is None else _shifted(values.get(memory.index), memory.shift)
    whole = _sum(base, index)
    return None if whole is None else whole.plus(Linear(memory.offset))


def _sum(first: Linear | None, second: Linear | None) -> Linear | None:
    """The sum of two values; None where neither is known."""
    return first.plus(second) if first is not None else None if second is None else second.plus(None)


def _shifted(value: Linear | None, places: int) -> Linear | None:
    return None if value is None else value.shifted(places)


def _results(
    instruction: Instruction, values: dict[int, Linear | None], read_word: ReadWord
) -> dict[int, Linear | None]:
    """Known values of the registers that the instruction writes."""
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
        known = low is not None and low.exact and not low.terms
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
    if name == "sub":
        known = second is not None and not second.terms
        negative = replace(second, constant=-second.constant) if second is not None and known else None
        return None if first is None else first.plus(negative)
    return _sum(first, _shifted(second, int(found["shift"], 0) if found["shift"] else 0))
