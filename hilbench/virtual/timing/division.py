"""Integer division with early termination: what its operands make it take."""

from __future__ import annotations

from dataclasses import dataclass

_WORD_BITS = 32
_BITS_A_CYCLE = 4
OUTCOMES = _WORD_BITS + 2
"""Ways in which a division may go, as far as its time is concerned."""


@dataclass(frozen=True, slots=True)
class Divider:
    """Cycles of SDIV and UDIV by the significant bits of the operands' magnitudes.

    The form was measured on a Cortex-M4 (compendium.i-0.nl, "division timing"): it takes no notice of
    signs, and finds four bits of the quotient in a cycle.

    Attributes:
        zero: where an operand is zero.
        smaller: where the dividend has fewer bits than the divisor.
        least: where it has as many; four more bits take a cycle more.
        usual: what to expect where the operands are not known.
    """

    zero: int
    smaller: int
    least: int
    usual: int

    @property
    def outcomes(self) -> tuple[int, ...]:
        """Cycles with an operand of zero, a smaller dividend, one with 0 to 31 bits more than the divisor."""
        longer = (self.least + more // _BITS_A_CYCLE for more in range(_WORD_BITS))
        return (self.zero, self.smaller, *longer)

    @property
    def bounds(self) -> tuple[int, int]:
        """The shortest and the longest division."""
        return min(self.outcomes), max(self.outcomes)

    def corrections(self, expected: float) -> tuple[float, ...]:
        """Cycles to add to `expected` for each of the outcomes.

        Where other than `usual` is expected, all move alike, but none below a cycle.
        """
        return tuple(max(cycles - self.usual, 1 - expected) for cycles in self.outcomes)

    def cycles(self, dividend: int, divisor: int) -> int:
        """Cycles of dividing these; negative numbers are those of SDIV."""
        if dividend == 0 or divisor == 0:
            return self.outcomes[0]
        more = dividend.bit_length() - divisor.bit_length()
        return self.outcomes[1 if more < 0 else 2 + more]
