"""The axes of a sweep beside the cases: how they are built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from hilbench.build import Toolchain
from hilbench.cases import OperatorCase
from hilbench.chips import Placement
from hilbench.errors import ConfigError
from hilbench.results import RowKey
from hilbench.spelling import did_you_mean

ALL_VARIANTS = "all"
AUTO_VARIANT = "auto"


@dataclass(frozen=True)
class Configuration:
    """One way to build a case."""

    toolchain: Toolchain
    flags: str
    placement: Placement

    def __str__(self) -> str:
        return f"{self.toolchain} {self.flags} {self.placement}"

    def key(self, case: OperatorCase) -> RowKey:
        """Identity of the row that `case` built so will give."""
        return RowKey(case.digest, str(self.toolchain), self.flags, str(self.placement))


@dataclass(frozen=True)
class Job:
    """The cases to build and run under one configuration."""

    configuration: Configuration
    cases: tuple[OperatorCase, ...]

    def portions(self, size: int) -> Iterator[Job]:
        """The same work in jobs of at most `size` cases."""
        for start in range(0, len(self.cases), size):
            yield Job(self.configuration, self.cases[start : start + size])

    def without(self, finished: frozenset[RowKey]) -> Job:
        """The same work without the rows that stand already."""
        left = (case for case in self.cases if self.configuration.key(case) not in finished)
        return Job(self.configuration, tuple(left))


def plan(jobs: Iterable[Job], finished: frozenset[RowKey] = frozenset()) -> tuple[Job, ...]:
    """What is left to do, without the rows that stand already."""
    left = (job.without(finished) for job in jobs)
    return tuple(job for job in left if job.cases)


def configurations(
    toolchains: Iterable[Toolchain], flags: Iterable[str], placements: Iterable[Placement]
) -> tuple[Configuration, ...]:
    """Every combination, each once, in the order given."""
    return tuple(dict.fromkeys(Configuration(*axes) for axes in product(toolchains, flags, placements)))


def with_variants(cases: Iterable[OperatorCase], variant: str) -> tuple[OperatorCase, ...]:
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
        replace(case, variant=name)
        for case in cases
        for name in case.operator.variants
        if variant in {name, ALL_VARIANTS} and case.operator.supports(case, name)
    )
    return tuple(dict.fromkeys(expanded))
