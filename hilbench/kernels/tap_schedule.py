"""The way of an inner loop of SMLADs through the strip: which taps each step multiplies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hilbench.kernels.input_buffer import Strip

_MOST_OFFSET = 4095
"""Largest offset of a load in Thumb-2."""
_WORD = 4
_LONGEST_BODY = 30
"""Steps of a loop's body; the weights of one must be within reach of a pre-indexed load."""
_STEP_COST, _LOOP_COST = 14, 3
"""Instructions of 2 channels by 4 pixels, and of a loop's end."""
_STEP_TAPS = 2
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
    held = _WORD // strip.element_bytes
    words = -(-length // held)
    steps_a_word = held // _STEP_TAPS
    furthest = runs[-1] + words * _WORD + (pixels - 1) * pixel_bytes(strip)
    if len(runs) * words * steps_a_word <= straight_steps and furthest <= _MOST_OFFSET:
        return _traversal(runs, length, 1, words, len(runs), held)
    fewest = -(-words * steps_a_word // _LONGEST_BODY)
    parts = min(
        range(fewest, fewest + 4),
        key=lambda parts: parts * (-(-words // parts) * steps_a_word * _STEP_COST + _LOOP_COST),
    )
    return _traversal(runs, length, parts, -(-words // parts), 1, held)


def pixel_bytes(strip: Strip) -> int:
    """Bytes from the inputs of one output to those of its right neighbour."""
    return strip.horizontal.stride * strip.channels * strip.element_bytes


def most_pixels(strip: Strip, wanted: int) -> int:
    """Outputs of a tile: as many as wanted, or what the offsets of its loads allow."""
    room = _MOST_OFFSET - _LONGEST_BODY * _WORD
    return min(wanted, strip.horizontal.outputs, 1 + room // pixel_bytes(strip))


def runs_of(strip: Strip) -> tuple[list[int], int]:
    """Offsets of the runs of adjacent taps in the strip, bytes, and their length in taps."""
    row = strip.vertical.dilation * strip.row * strip.element_bytes
    rows = [ky * row for ky in range(strip.vertical.kernel)]
    if strip.horizontal.dilation == 1:
        return rows, strip.horizontal.kernel * strip.channels
    tap = strip.horizontal.dilation * strip.channels * strip.element_bytes
    return [row + kx * tap for row in rows for kx in range(strip.horizontal.kernel)], strip.channels


def _traversal(
    runs: list[int], length: int, parts: int, words: int, runs_a_body: int, held: int
) -> Traversal:
    """Traversal of each run in `parts` bodies of `words`, or of several whole runs in a body.

    A word has `held` taps: two of int16 are a step; four of int8 are two, the even ones and then the odd
    ones, as SXTB16 widens them.
    """
    starts = [run + part * words * _WORD for run in runs[::runs_a_body] for part in range(parts)]
    offsets = [
        run - runs[0] + word * _WORD
        for run in runs[:runs_a_body]
        for word in range(words)
        for _ in range(held // _STEP_TAPS)
    ]
    jumps = [after - before for before, after in pairwise(starts)]
    order = np.arange(held).reshape(_STEP_TAPS, -1).T if held > _STEP_TAPS else np.arange(held)
    within = (np.arange(parts * words)[:, None] * held + order.ravel()).ravel()
    taps = np.where(within < length, within + np.arange(len(runs))[:, None] * length, NO_TAP)
    return Traversal(
        len(starts),
        tuple(offsets),
        (*jumps, -starts[-1] - _WORD),
        taps.reshape(len(starts), len(offsets), 2),
    )
