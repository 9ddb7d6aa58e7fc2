from __future__ import annotations

import pytest

from hilbench.chips import Placement
from hilbench.errors import ConfigError
from hilbench.image import find_toolchain
from hilbench.operators import Layer
from hilbench.runner.build_config import BuildJob, configurations, plan, with_variants
from hilbench.runner.task import single_tasks


def test_axes_multiply_and_repeats_count_once() -> None:
    gcc = find_toolchain("auto")
    found = configurations([gcc, gcc], ["-O2", "-O3"], list(Placement))
    assert [(axis.flags, axis.placement) for axis in found] == [
        ("-O2", Placement.FLASH),
        ("-O2", Placement.TCM),
        ("-O3", Placement.FLASH),
        ("-O3", Placement.TCM),
    ]


def test_rows_that_stand_are_not_planned_again(small: Layer, other: Layer) -> None:
    slow, fast = configurations([find_toolchain("auto")], ["-O1", "-O2"], [Placement.FLASH])
    finished = frozenset({slow.key(small), slow.key(other), fast.key(small)})
    jobs = [BuildJob(axis, single_tasks([small, other])) for axis in (slow, fast)]
    (job,) = plan(jobs, finished)
    assert (job.configuration, job.cases) == (fast, (other,))
    assert plan([BuildJob(slow, single_tasks([small]))], finished) == ()


def test_variants_expand_to_what_each_operator_has(small: Layer) -> None:
    assert with_variants([small], "reference") == (small,)
    names = [case.variant for case in with_variants([small, small], "all")]
    assert names[0] == "reference"
    assert len(names) == len(set(names))


def test_an_unknown_variant_lists_those_there_are(small: Layer) -> None:
    with pytest.raises(ConfigError, match=r"there are: .*reference"):
        with_variants([small], "quantum")
