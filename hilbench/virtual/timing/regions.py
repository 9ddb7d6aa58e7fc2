"""Memories that a block's loads and stores go to, by the registers that it begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hilbench.virtual.timing.addresses import Access, Linear, each_access
from hilbench.virtual.timing.instruction import Instruction, Operation

_ADDRESSES = 1 << 32


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The core and its memories as a block of code is about to execute.

    Attributes:
        register: the value of a core register, by its number.
        region_at: base of the memory around an address; None outside of memory.
        read: so many bytes of memory from an address.
    """

    register: Callable[[int], int]
    region_at: Callable[[int], int | None]
    read: Callable[[int, int], bytes]


def with_regions(block: Sequence[Instruction], around: Surroundings) -> tuple[Instruction, ...]:
    """The instructions of a block, each load and store with the memory that it is going to access.

    What is not known of an address, a masked index say, is taken to stay in the memory that the rest
    points to. A block in which no access follows a load right away comes back as it is.

    Args:
        block: the whole block, in order.
        around: as it is entered.
    """
    if not any(_may_pipeline(*pair) for pair in pairwise(block)):
        return tuple(block)
    loaded: dict[int, int] = {}
    found: dict[int, int | None] = {}
    for instruction, access in each_access(block, lambda address: _word(around, address)):
        address = _value(access.address, around, loaded)
        found[instruction.address] = around.region_at(address)
        if access.loaded is not None:
            loaded[access.loaded.name] = _loaded(access, address, around)
    return tuple(replace(each, region=found.get(each.address)) for each in block)


def _may_pipeline(first: Instruction, second: Instruction) -> bool:
    return first.operation is Operation.LOAD and second.operation in (Operation.LOAD, Operation.STORE)


def _value(address: Linear, around: Surroundings, loaded: Mapping[int, int]) -> int:
    terms = (
        (loaded[register] if register in loaded else around.register(register)) << shift
        for register, shift in address.terms
    )
    return (address.constant + sum(terms)) % _ADDRESSES


def _loaded(access: Access, address: int, around: Surroundings) -> int:
    """Value at an address as the block is entered; 0 outside of memory, where reads may change registers."""
    if access.loaded is None or around.region_at(address) is None:
        return 0
    size = access.loaded.size
    return int.from_bytes(around.read(address, size), "little", signed=access.loaded.signed)


def _word(around: Surroundings, address: int) -> int:
    return int.from_bytes(around.read(address, 4), "little")
