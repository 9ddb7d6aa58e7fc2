"""Images, built in the background ahead of the board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Self

from hilbench.chips import Chip
from hilbench.errors import BuildError
from hilbench.image import Builder, Image, PackedWorkload
from hilbench.operators import Workload
from hilbench.runner.build_config import BuildConfig, BuildJob
from hilbench.runner.events import Building, Listener, ignore
from hilbench.runner.task import Task

_PORTION = 64
"""Cases built at a time: the board waits for the first of them, Ctrl-C for the last."""


@dataclass(frozen=True)
class Batch:
    """Result of a build: images, and the workloads that are in none."""

    configuration: BuildConfig
    images: tuple[Image, ...]
    refused: tuple[tuple[Workload, BuildError], ...]
    tasks: tuple[Task, ...] = ()

    @cached_property
    def built(self) -> Mapping[Workload, tuple[Image, PackedWorkload]]:
        """Image and place of each workload."""
        return {packed.workload: (image, packed) for image in self.images for packed in image.workloads}

    @cached_property
    def refusals(self) -> Mapping[Workload, BuildError]:
        """Reason for each workload that is in no image."""
        return dict(self.refused)


class ImageSupply:
    """Builds jobs in their order, in a thread, from the moment it is entered; iterate to get the batches."""

    def __init__(self, chip: Chip, jobs: Sequence[BuildJob], listener: Listener = ignore) -> None:
        self._chip = chip
        self._jobs = jobs
        self._listener = listener
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="build")

    def __enter__(self) -> Self:
        self._futures = [
            self._pool.submit(self._build, portion)
            for job in self._jobs
            for portion in job.portions(_PORTION)
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __iter__(self) -> Iterator[Batch]:
        for future in self._futures:
            yield future.result()

    def _build(self, job: BuildJob) -> Batch:
        self._listener(Building(str(job.configuration), len(job.cases)))
        return build(self._chip, job)


def build(chip: Chip, job: BuildJob) -> Batch:
    """Build one job now.

    Raises:
        BuildError: the firmware itself does not build.
    """
    configuration = job.configuration
    builder = Builder(
        chip,
        configuration.toolchain,
        flags=configuration.flags,
        placement=configuration.placement,
    )
    result = builder.build(job.cases)
    return Batch(configuration, result.images, result.refused, job.tasks)
