"""Prefetch queues between memory and decoder: which bytes have arrived by which cycle."""

from __future__ import annotations


class FetchQueue:
    """Fetches aligned words ahead of the decoder, one a cycle while it has room.

    It shows just behind a branch target, where a load takes the memory port from it, and where
    instructions take more than it can fetch.

    Args:
        width: bytes of one fetch.
        depth: fetches that wait in the queue at most.
    """

    def __init__(self, width: int, depth: int) -> None:
        self._width = width
        self._depth = depth
        self._first = 0
        self._clock = 0
        self._used = 0
        self._arrivals: list[int] = []
        self._stolen: set[int] = set()

    def restart(self, address: int, cycle: int, *, full: bool) -> None:
        """Continue at `address` from `cycle` on, with a full queue or with its first word alone."""
        self._first = address // self._width
        self._clock = cycle
        self._used = 0
        self._arrivals = [cycle] * (self._depth if full else 1)

    def redirect(self, end: int, address: int) -> None:
        """Fetch what lies at `address` behind the word with the last byte below `end`."""
        self.available(end)
        behind = (end - 1) // self._width - self._first + 1
        self._first = address // self._width
        self._arrivals = self._arrivals[behind:]
        self._used = 0

    def available(self, end: int) -> int:
        """The cycle by which all bytes below the address `end` have arrived."""
        last = (end - 1) // self._width - self._first
        while len(self._arrivals) <= last:
            self._step()
        return self._arrivals[last]

    def consume(self, end: int, cycle: int) -> None:
        """Note that the decoder has taken all bytes below `end` by `cycle`."""
        while self._clock < cycle:
            self._step()
        self._used = end // self._width - self._first

    def steal(self, cycle: int) -> None:
        """Note that something else uses the port in this cycle, so that no word arrives in the next."""
        self._stolen.add(cycle + 1)

    def _step(self) -> None:
        self._clock += 1
        if self._clock not in self._stolen and len(self._arrivals) - self._used < self._depth:
            self._arrivals.append(self._clock)


class PrefetchBuffer(FetchQueue):
    """Words of the buffer and on their way to it, of which there are no more than it holds.

    A fetch that follows another may use the place that a word leaves in the same cycle. One that follows
    a rest begins a cycle later: so a run of misaligned 32-bit instructions, each of which needs the word
    behind, overtakes a buffer that was full. It keeps up behind a branch, where fetches never rest.
    """

    def restart(self, address: int, cycle: int, *, full: bool) -> None:
        """Continue at `address` from `cycle` on, rested with a full buffer or with its first word alone."""
        self._first = address // self._width
        self._arrivals = [cycle - _FETCH_CYCLES] * self._depth if full else [cycle]
        self._left: list[int] = []
        self._stolen.clear()

    def available(self, end: int) -> int:
        """The cycle by which all bytes below the address `end` have arrived."""
        last = (end - 1) // self._width - self._first
        while len(self._arrivals) <= last:
            self._fetch()
        return self._arrivals[last]

    def consume(self, end: int, cycle: int) -> None:
        """Note that the decoder has taken all bytes below `end` by `cycle`."""
        taken = end // self._width - self._first
        self._left += [cycle] * (taken - len(self._left))

    def _fetch(self) -> None:
        arrival = self._arrivals[-1] + 1
        place = len(self._arrivals) - self._depth
        if place >= 0:
            freed = self._left[place] + _FETCH_CYCLES
            if freed > arrival + 1:
                arrival = freed
        while arrival in self._stolen:
            arrival += 1
        self._arrivals.append(arrival)


_FETCH_CYCLES = 3
"""Cycles from the address on the bus to the instruction's execution."""
