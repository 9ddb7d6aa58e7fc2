"""The axes of a sweep that say how cases are built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import product

from hilbench.chips import Placement
from hilbench.errors import ConfigError
from hilbench.image import Toolchain
from hilbench.operators import Layer, Workload, WorkloadRecord
from hilbench.results import RowKey
from hilbench.runner.task import Task
from hilbench.suggestions import did_you_mean

ALL_VARIANTS = "all"
AUTO_VARIANT = "auto"
AS_NAMED = "as named"
"""Variant that the grid names, reference where it names none; no command line says so."""


@dataclass(frozen=True)
class BuildConfig:
    """One way to build a case."""

    toolchain: Toolchain
    flags: str
    placement: Placement

    def __str__(self) -> str:
        return f"{self.toolchain} {self.flags} {self.placement}"

    def key(self, workload: Workload | WorkloadRecord) -> RowKey:
        """Identity of the row that `workload` built so will give."""
        return RowKey(workload.digest, str(self.toolchain), self.flags, str(self.placement))


@dataclass(frozen=True)
class BuildJob:
    """The tasks to build and do under one configuration."""

    configuration: BuildConfig
    tasks: tuple[Task, ...]

    @property
    def cases(self) -> tuple[Layer, ...]:
        """Cases that have to be built."""
        return tuple(dict.fromkeys(case for task in self.tasks for case in task.cases))

    @property
    def keys(self) -> Iterator[RowKey]:
        """Identities of all rows that it may give, in the order of the tasks."""
        return map(self.configuration.key, self.cases)

    @property
    def rows(self) -> int:
        """Rows that it gives at most, but for failures."""
        return sum(task.rows for task in self.tasks)

    def portions(self, size: int) -> Iterator[BuildJob]:
        """Jobs of about `size` cases that together do this one's work; no task is divided."""
        portion: list[Task] = []
        for task in self.tasks:
            portion.append(task)
            if sum(len(each.cases) for each in portion) >= size:
                yield BuildJob(self.configuration, tuple(portion))
                portion = []
        if portion:
            yield BuildJob(self.configuration, tuple(portion))

    def left(self, stands: Set[RowKey], failed: Set[RowKey]) -> BuildJob:
        """The job without the rows that are finished already."""
        key = self.configuration.key
        cases = self.cases
        finished = frozenset(case for case in cases if key(case) in stands)
        again = frozenset(case for case in cases if key(case) in failed)
        tasks = (task.left(finished, again) for task in self.tasks)
        return BuildJob(self.configuration, tuple(task for task in tasks if task.rows))


def plan(
    jobs: Iterable[BuildJob], stands: Set[RowKey] = frozenset(), failed: Set[RowKey] = frozenset()
) -> tuple[BuildJob, ...]:
    """Jobs that are left to do.

    Args:
        jobs: all there is to do.
        stands: rows that are finished.
        failed: rows that are failures, which are tried again.
    """
    left = (job.left(stands, failed) for job in jobs)
    return tuple(job for job in left if job.tasks)


def configurations(
    toolchains: Iterable[Toolchain], flags: Iterable[str], placements: Iterable[Placement]
) -> tuple[BuildConfig, ...]:
    """Every combination, each once, in the order given."""
    return tuple(dict.fromkeys(BuildConfig(*axes) for axes in product(toolchains, flags, placements)))


def with_variants(cases: Iterable[Layer], variant: str) -> tuple[Layer, ...]:
    """Each case in `variant`, or in `all` that its operator has for it; cases without it are left out.

    Raises:
        ConfigError: no case has such a variant; the sentence lists those that there are.
    """
    cases = tuple(cases)
    known = {name for case in cases for name in case.operator.variants}
    if variant != ALL_VARIANTS and variant not in known:
        raise ConfigError(
            f"No operator has a variant '{variant}'{did_you_mean(variant, known)}; "
            f"there are: {', '.join(sorted(known))}, all and auto."
        )
    expanded = (
        case.with_kernel(name, case.tuning)
        for case in cases
        for name in case.variants
        if variant in {name, ALL_VARIANTS}
    )
    return tuple(dict.fromkeys(expanded))
