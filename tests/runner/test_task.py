"""Rest of a task when a run goes on."""

from __future__ import annotations

from dataclasses import replace

from hilbench.operators import Layer
from hilbench.runner.task import Task

NONE: frozenset[Layer] = frozenset()


def test_a_contest_is_settled_by_any_row_and_what_is_fixed_by_its_own(small: Layer) -> None:
    dsp = small.with_kernel("dsp")
    task = Task(fixed=(small,), contenders=(small, dsp))
    assert task.left(NONE, NONE) == task
    assert task.left(frozenset({dsp}), NONE) == replace(task, contenders=())
    assert task.left(frozenset({small}), NONE).rows == 0
    assert task.left(frozenset({small, dsp}), NONE).rows == 0


def test_a_contender_that_failed_runs_again_with_all_the_others(small: Layer) -> None:
    dsp = small.with_kernel("dsp")
    task = Task(contenders=(small, dsp))
    left = task.left(frozenset({small}), frozenset({dsp}))
    assert (left.fixed, left.contenders) == ((dsp,), (small, dsp))
