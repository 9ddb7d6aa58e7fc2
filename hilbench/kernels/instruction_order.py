"""Order of straight-line assembly: as a core issues it soonest, its results unchanged.

List scheduling: of the next lines, those whose operands are there are issued, the earliest first; whatever
a line reads, writes or stores keeps its order to the others. Latencies and pairs of the Cortex-M7 are
those measured at github.com/jnk0le/random, "pipeline cycle test".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from math import inf

from hilbench.kernels.assembly_lines import Instruction, Kind, parsed

_WINDOW = 40
"""Lines that are looked at, from the first that is left."""
_BANK = 4
"""Bit of an address that tells a memory's banks apart."""


@dataclass(frozen=True)
class _Node:
    """An instruction, and cycles from the issue of each earlier one that it waits for to its own."""

    instruction: Instruction
    before: Mapping[int, int]


def dual_issue_order(text: str) -> str:
    """The lines for a core that issues two instructions at a time."""
    return _reordered(text, _pairs)


def pipelined_load_order(text: str) -> str:
    """The lines for a core that issues one instruction at a time and loads in a row without a wait."""
    return _reordered(text, _rows_of_loads)


ORDERS: Mapping[str, Callable[[str], str]] = {
    "dual_issue": dual_issue_order,
    "single_issue": pipelined_load_order,
}
"""Orders by the kind of core."""


def _reordered(text: str, issue: Callable[[Sequence[_Node]], Iterator[Instruction]]) -> str:
    lines = (parsed(line) for line in text.splitlines() if line.strip())
    ordered: list[str] = []
    for is_barrier, group in groupby(lines, lambda line: line.kind is Kind.BARRIER):
        run = tuple(group)
        ordered += [f"    {each.text}" for each in (run if is_barrier else issue(_nodes(run)))]
    return "\n".join(ordered)


def _nodes(run: Sequence[Instruction]) -> list[_Node]:
    """Instructions with what each of them waits for; of memory, every access for the stores before it."""
    nodes: list[_Node] = []
    written, touched = set[str](), set[str]()
    last_store: dict[bool, int] = {}
    for index, each in enumerate(run):
        before: dict[int, int] = {}
        unread, unwritten = each.reads & written, each.writes & touched
        horizon = 0 if each.stores else last_store.get(each.on_stack, index) if each.base else index
        for other in reversed(range(index)):
            if not (unread or unwritten or other >= horizon):
                break
            earlier = run[other]
            waits = [_latency(earlier, each, register) for register in earlier.writes & unread]
            waits += [1] * bool(earlier.writes & unwritten)
            waits += [0] * bool(earlier.reads & unwritten or _meet_in_memory(earlier, each))
            if waits:
                before[other] = max(waits)
            unread -= earlier.writes
            unwritten -= earlier.writes
        nodes.append(_Node(each, before))
        written |= each.writes
        touched |= each.writes | each.reads
        if each.stores:
            last_store[each.on_stack] = index
    return nodes


def _meet_in_memory(earlier: Instruction, later: Instruction) -> bool:
    """Whether both may access the same word, of which one or both store it."""
    accesses = bool(earlier.base and later.base) and earlier.on_stack == later.on_stack
    return accesses and (earlier.stores or later.stores)


def _latency(producer: Instruction, consumer: Instruction, register: str) -> int:
    """Cycles from one's issue to the other's, which takes its result."""
    if register == producer.base:  # an address that is written back
        return 1
    if producer.kind is Kind.MULTIPLY:
        return 1 if register == consumer.accumulates else 2
    if producer.kind in (Kind.LOAD, Kind.SEVERAL):
        return 1 if consumer.kind is Kind.STORE or register == consumer.accumulates else 2
    early = register == consumer.base or consumer.mnemonic == "bfi" or consumer.shifts_operand
    return 2 if early else 1


def _ready(nodes: Sequence[_Node], left: Sequence[int], issued: dict[int, int], cycle: int) -> list[int]:
    """Next instructions that wait for nothing."""
    return [index for index in left[:_WINDOW] if _earliest(nodes[index], issued) <= cycle]


def _earliest(node: _Node, issued: dict[int, int]) -> float:
    return max((issued.get(other, inf) + cycles for other, cycles in node.before.items()), default=0)


def _pairs(nodes: Sequence[_Node]) -> Iterator[Instruction]:
    """Instructions cycle by cycle, two in one where the Cortex-M7 pairs them."""
    left, issued = list(range(len(nodes))), dict[int, int]()
    for cycle in count():
        if not left:
            return
        ready = _ready(nodes, left, issued, cycle)
        if not ready:
            continue
        first = ready[0]
        issued[first] = cycle
        left.remove(first)
        chosen = _with_partner(nodes, first, set(ready), _ready(nodes, left, issued, cycle))
        for index in chosen:
            if index != first:
                left.remove(index)
                issued[index] = cycle
            yield nodes[index].instruction


def _with_partner(nodes: Sequence[_Node], first: int, alone: set[int], ready: Sequence[int]) -> Sequence[int]:
    """The first one with what shares its cycle, in their order; `alone` may come before it as well."""
    for index in ready:
        if _share_a_cycle(nodes[first].instruction, nodes[index].instruction):
            return first, index
        if index in alone and _share_a_cycle(nodes[index].instruction, nodes[first].instruction):
            return index, first
    return (first,)


def _share_a_cycle(older: Instruction, younger: Instruction) -> bool:
    """Whether a Cortex-M7 issues both in one cycle, neither of which waits for the other."""
    kinds = {older.kind, younger.kind}
    if Kind.SEVERAL in kinds or younger.kind is Kind.DSP or older.writes & younger.writes:
        return False
    if older.kind is younger.kind is Kind.LOAD:
        return _banks_differ(older, younger)
    if kinds == {Kind.MULTIPLY, Kind.STORE} or (len(kinds) == 1 and Kind.PLAIN not in kinds):
        return False
    return not (_takes_shifter(older) and _takes_shifter(younger))


def _banks_differ(older: Instruction, younger: Instruction) -> bool:
    if older.base != younger.base or older.moves_base or older.offset is None or younger.offset is None:
        return False
    return bool((older.offset ^ younger.offset) & _BANK)


def _takes_shifter(each: Instruction) -> bool:
    return each.shifts_operand or each.mnemonic in ("bfi", "pkhbt", "pkhtb")


def _rows_of_loads(nodes: Sequence[_Node]) -> Iterator[Instruction]:
    """Instructions in their order, but behind a load all loads that may come as soon."""
    left, issued, loads = list(range(len(nodes))), dict[int, int](), False
    while left:
        free = _ready(nodes, left, issued, len(nodes))
        more = [index for index in free if nodes[index].instruction.kind is Kind.LOAD] if loads else []
        index = (more or free)[0]
        left.remove(index)
        issued[index] = 0
        loads = nodes[index].instruction.kind is Kind.LOAD
        yield nodes[index].instruction
