"""Task on one problem: which implementations are rows, and which compete to be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from hilbench.operators import Layer


@dataclass(frozen=True)
class Task:
    """Implementations of one problem that one board measures in one go.

    Attributes:
        fixed: those that become rows, whatever they take.
        contenders: those of which the fastest becomes a row.
        tuned: the contender that wins wherever the budget admits it.
        notes: how `auto` came to choose one of `fixed`, for its row.
    """

    fixed: tuple[Layer, ...] = ()
    contenders: tuple[Layer, ...] = ()
    tuned: Layer | None = None
    notes: Mapping[Layer, str] = field(default_factory=dict)

    @property
    def cases(self) -> tuple[Layer, ...]:
        """Cases that have to be built for the task."""
        return tuple(dict.fromkeys((*self.contenders, *self.fixed)))

    @property
    def rows(self) -> int:
        """Rows that it gives at most, but for those of contenders that fail."""
        return len(self.fixed) + bool(self.contenders)

    def left(self, stands: frozenset[Layer], failed: frozenset[Layer]) -> Task:
        """Task with what is still to be done.

        Args:
            stands: cases whose rows are finished.
            failed: cases whose rows are failures; each is tried again.
        """
        again = [case for case in self.contenders if case in failed]
        fixed = tuple(case for case in dict.fromkeys((*self.fixed, *again)) if case not in stands)
        settled = any(case in stands for case in self.contenders) and not again
        return replace(self, fixed=fixed, contenders=() if settled else self.contenders)


def single_tasks(cases: Iterable[Layer]) -> tuple[Task, ...]:
    """Tasks that make a row of each case."""
    return tuple(Task(fixed=(case,)) for case in cases)
