"""The instruction counter: exact to the instruction, past its 16 bits where it is chained."""

from __future__ import annotations

from pathlib import Path

from tests.virtual.core.programs import build, finished

LOOPED = 3 * 100_000 + 1


def test_it_counts_what_is_executed_while_it_is_enabled(tmp_path: Path) -> None:
    with finished(build(tmp_path, "instructions")) as program:
        assert program.word("counters") == 2
        assert program.word("straight") == 4
        assert program.word("looped") == LOOPED


def test_what_a_counter_cannot_hold_goes_to_the_next_and_is_told(tmp_path: Path) -> None:
    with finished(build(tmp_path, "instructions")) as program:
        assert program.word("overflows") == 1
        assert program.word("cleared") == 0
        assert program.word("unchained") == LOOPED % 2**16
