"""The way of an inner loop of SMLADs through the strip: which taps each step multiplies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hilbench.kernels.input_buffer import INT16_BYTES, Strip

_MOST_OFFSET = 4095
"""Largest offset of a load in Thumb-2."""
_WORD = 4
_LONGEST_BODY = 30
"""Steps of a loop's body; the weights of one must be within reach of a pre-indexed load."""
_STEP_COST, _LOOP_COST = 14, 3
"""Instructions of 2 channels by 4 pixels, and of a loop's end."""
NO_TAP = -1


@dataclass(frozen=True)
class Traversal:
    """Bodies of steps; a step is two taps in one word, for all pixels and channels of a tile.

    Attributes:
        bodies: how often the body is passed for one tile.
        offsets: of each step from the body's first, bytes.
        jumps: bytes from a body's first step to the next body's; the last one leads back before the
            first, so that it alone is negative.
        taps: (bodies, steps, 2) indexes into a channel's weights, NO_TAP where there is none.
    """

    bodies: int
    offsets: tuple[int, ...]
    jumps: tuple[int, ...]
    taps: NDArray[np.int64]

    @property
    def steps(self) -> int:
        """Steps of one body."""
        return len(self.offsets)

    @property
    def loops(self) -> bool:
        """Whether there is a loop at all."""
        return self.bodies > 1

    @property
    def reach(self) -> int:
        """Bytes of the strip behind a pixel's first that its steps read."""
        last_body = sum(self.jumps[:-1])
        return last_body + self.offsets[-1] + _WORD


def plan_traversal(strip: Strip, pixels: int, straight_steps: int) -> Traversal:
    """Traversal in one line up to `straight_steps` if offsets allow, else a loop of few instructions."""
    runs, length = runs_of(strip)
    steps = -(-length // 2)
    furthest = runs[-1] + steps * _WORD + (pixels - 1) * pixel_bytes(strip)
    if len(runs) * steps <= straight_steps and furthest <= _MOST_OFFSET:
        return _traversal(runs, length, 1, steps, len(runs))
    fewest = -(-steps // _LONGEST_BODY)
    parts = min(
        range(fewest, fewest + 4), key=lambda parts: parts * (-(-steps // parts) * _STEP_COST + _LOOP_COST)
    )
    return _traversal(runs, length, parts, -(-steps // parts), 1)


def pixel_bytes(strip: Strip) -> int:
    """Bytes from the inputs of one output to those of its right neighbour."""
    return strip.horizontal.stride * strip.channels * INT16_BYTES


def most_pixels(strip: Strip, wanted: int) -> int:
    """Outputs of a tile: as many as wanted, or what the offsets of its loads allow."""
    room = _MOST_OFFSET - _LONGEST_BODY * _WORD
    return min(wanted, strip.horizontal.outputs, 1 + room // pixel_bytes(strip))


def runs_of(strip: Strip) -> tuple[list[int], int]:
    """Offsets of the runs of adjacent taps in the strip, bytes, and their length in taps."""
    rows = [ky * strip.vertical.dilation * strip.row * INT16_BYTES for ky in range(strip.vertical.kernel)]
    if strip.horizontal.dilation == 1:
        return rows, strip.horizontal.kernel * strip.channels
    tap = strip.horizontal.dilation * strip.channels * INT16_BYTES
    return [row + kx * tap for row in rows for kx in range(strip.horizontal.kernel)], strip.channels


def _traversal(runs: list[int], length: int, parts: int, steps: int, runs_a_body: int) -> Traversal:
    """Traversal of each run in `parts` bodies of `steps`, or of several whole runs in a body."""
    starts = [run + part * steps * _WORD for run in runs[::runs_a_body] for part in range(parts)]
    offsets = [run - runs[0] + step * _WORD for run in runs[:runs_a_body] for step in range(steps)]
    jumps = [after - before for before, after in pairwise(starts)]
    within = np.arange(parts * steps * 2)
    taps = np.where(within < length, within + np.arange(len(runs))[:, None] * length, NO_TAP)
    return Traversal(
        len(starts),
        tuple(offsets),
        (*jumps, -starts[-1] - _WORD),
        taps.reshape(len(starts), len(offsets), 2),
    )
