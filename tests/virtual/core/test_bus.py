"""The bus against a plain model of memory, and peripherals that overlap."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.virtual.bus import Bus, BusFault, MemoryBlock

LOW, HIGH, SIZE = 0x1000, 0x3000, 0x1000


@dataclass
class Recorder:
    """A peripheral that remembers how it was accessed."""

    base: int
    size: int
    accesses: list[tuple[str, int, int, int]] = field(default_factory=list)

    def read(self, offset: int, size: int) -> int:
        self.accesses.append(("read", offset, size, 0))
        return offset & (1 << 8 * size) - 1

    def write(self, offset: int, size: int, value: int) -> None:
        self.accesses.append(("write", offset, size, value))

    def reset(self) -> None:
        self.accesses.clear()


@given(st.lists(st.tuples(st.integers(0, 0x4FFF), st.binary(min_size=1, max_size=64)), max_size=20))
def test_memory_keeps_what_was_written_and_holes_refuse(writes: list[tuple[int, bytes]]) -> None:
    bus = Bus([MemoryBlock(LOW, SIZE), MemoryBlock(HIGH, SIZE)], [])
    model = {address: 0 for base in (LOW, HIGH) for address in range(base, base + SIZE)}
    for address, data in writes:
        span = range(address, address + len(data))
        hole = next((each for each in span if each not in model), None)
        if hole is None:
            bus.write(address, data)
        else:
            with pytest.raises(BusFault) as fault:
                bus.write(address, data)
            assert fault.value.address == hole
        for each, value in zip(span, data, strict=True):
            if each == hole:
                break
            model[each] = value
    assert bus.read(LOW, SIZE) + bus.read(HIGH, SIZE) == bytes(model.values())


@given(offset=st.integers(0, 0xF0), size=st.integers(1, 16))
def test_peripherals_see_aligned_accesses_that_cover_the_request(offset: int, size: int) -> None:
    device = Recorder(0x4000, 0x100)
    bus = Bus([], [range(0x4000, 0x5000)])
    bus.attach(device)
    bus.read(0x4000 + offset, size)
    covered: list[int] = []
    for _, start, width, _ in device.accesses:
        assert start % width == 0
        covered += range(start, start + width)
    assert covered == list(range(offset, offset + size))


def test_the_smaller_of_two_overlapping_peripherals_answers() -> None:
    large, small = Recorder(0x4000, 0x100), Recorder(0x4010, 4)
    bus = Bus([], [range(0x4000, 0x5000)])
    bus.attach(large)
    bus.read(0x4010, 4)
    bus.attach(small)
    bus.write(0x4010, b"\x01\x02\x03\x04")
    bus.write(0x4014, b"\x05")
    assert small.accesses == [("write", 0, 4, 0x04030201)]
    assert large.accesses == [("read", 0x10, 4, 0), ("write", 0x14, 1, 5)]


def test_a_bridge_answers_zero_where_it_has_nothing_and_faults_behind_its_end() -> None:
    bus = Bus([], [range(0x4000, 0x5000)])
    assert bus.read(0x4FFC, 4) == bytes(4)
    with pytest.raises(BusFault):
        bus.read(0x5000, 4)


def test_read_only_memory_is_written_by_its_owner_only() -> None:
    block = MemoryBlock(LOW, SIZE, writable=False, fill=0xFF)
    bus = Bus([block], [])
    with pytest.raises(BusFault):
        bus.write(LOW, b"x")
    taken: list[tuple[int, bytes]] = []
    block.on_write = lambda address, data: taken.append((address, data))
    bus.write(LOW + 4, b"word")
    assert taken == [(LOW + 4, b"word")]
    assert bus.read(LOW, 8) == b"\xff" * 8
    block.load(LOW, b"y")
    assert bus.read(LOW, 2) == b"y\xff"
