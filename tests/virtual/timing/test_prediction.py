"""The M7's branch prediction, through the counter that a program reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.virtual.core.programs import Finished, build, finished

ROUNDS = 1000
WRONG_GUESS = 8


@pytest.fixture
def branches(tmp_path: Path) -> Iterator[Finished]:
    with finished(build(tmp_path, "branches")) as program:
        yield program


def test_a_branch_that_alternates_is_guessed_wrongly_every_other_time(branches: Finished) -> None:
    # The steady loop ran first, over the same branch: two-bit counters give in only to a second try.
    lost = branches.word("alternating") - branches.word("steady")
    assert abs(lost - WRONG_GUESS * ROUNDS // 2) < ROUNDS


def test_a_branch_that_goes_one_way_costs_nothing(branches: Finished) -> None:
    assert branches.word("steady") <= 4 * ROUNDS + 100


def test_a_call_that_changes_its_target_is_guessed_wrongly_every_time(branches: Finished) -> None:
    lost = branches.word("two_targets") - branches.word("one_target")
    assert abs(lost - WRONG_GUESS * ROUNDS) < ROUNDS
