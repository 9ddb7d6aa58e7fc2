"""A bench: single cases, images and networks on an open board, for tests and notebooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from hilbench.analysis import Limit, describe
from hilbench.boards import BoardSession
from hilbench.chips import Placement
from hilbench.closing import Closing
from hilbench.errors import ConfigError
from hilbench.image import Image, find_toolchain
from hilbench.operators import REFERENCE, Layer
from hilbench.operators.registry import load_operators
from hilbench.results import Measurement, Status
from hilbench.results.rows import to_frame
from hilbench.runner.build_config import AUTO_VARIANT, BuildConfig, BuildJob, with_variants
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.images import build
from hilbench.runner.run_settings import RunSettings
from hilbench.runner.runner import ImageRun, Runner
from hilbench.runner.task import Task
from hilbench.sweeps.baseline_rows import BaselineRows
from hilbench.tuning.measured_selection import MeasuredSelection
from hilbench.tuning.selection import Budget, candidates

Property = tuple[str, object]

_PROPERTIES = (
    "board",
    "provenance",
    "label",
    "status",
    "cycles_median",
    "latency_us",
    "energy_uj",
    "energy_uncertainty_pct",
    "toolchain",
    "flags",
    "image_digest",
)


class NetworkRunner(Protocol):
    """Way to run the network of a model file, as `hilbench.deploy.bench.NetworkBench`."""

    def __call__(
        self,
        model: Path,
        *,
        configuration: BuildConfig,
        settings: RunSettings,
        references: ExpectedOutputs,
        ram: int | None = None,
    ) -> Measurement:
        """Run it."""


class Bench(Closing):
    """Call it with a case, an image or a model file to get a Measurement.

    Args:
        board: where to run.
        record: is called with the figures of every measurement, as (name, value).
        run_network: runs model files; None where there is no need of it.
        baseline: rows that `check` holds measurements against; None where it has none.
        update_baseline: whether `check` takes what it measures into the baseline, and judges nothing.
    """

    def __init__(
        self,
        board: BoardSession,
        record: Callable[[Property], None] | None = None,
        run_network: NetworkRunner | None = None,
        baseline: BaselineRows | None = None,
        *,
        update_baseline: bool = False,
    ) -> None:
        self._board = board
        self._baseline = baseline
        self._updates_baseline = update_baseline
        self._record = record
        self._run_network = run_network
        self._references = ExpectedOutputs()

    def close(self) -> None:
        """Drop the outputs that are not yet computed; safe to call twice."""
        self._references.close()

    def __call__(
        self,
        subject: Layer | Image | Path | str,
        *,
        toolchain: str = "auto",
        flags: str = "-O3",
        placement: Placement = Placement.FLASH,
        variant: str = AUTO_VARIANT,
        ram: int | None = None,
        settings: RunSettings | None = None,
    ) -> Measurement:
        """Run a case or a network (built as the options say), or the one case of an image.

        What fails is a Measurement too; look at its `status` and `cause`. A network that fits in no way is an
        error, as nothing can be built of it.

        Args:
            subject: what to run; a case whose variant is another than `reference` runs as it is. A path is
                that of a model file.
            toolchain: compiler.
            flags: compiler flags.
            placement: where code and activations live.
            variant: how a case is computed; `auto` for the fastest variant.
            ram: bytes that tensors and scratch memory of a network may take; None for all there are.
            settings: how often it runs.

        Raises:
            ConfigError: the image has several cases, or the bench runs no networks.
            ModelError: the file is no network that can be deployed.
            DoesNotFit: the network needs more memory.
            ToolchainMissing: there is no such compiler.
            BoardMissing: the board went away.
        """
        if isinstance(subject, Image):
            measurement = self._run(subject, settings)
        elif isinstance(subject, Path | str):
            configuration = BuildConfig(find_toolchain(toolchain), flags, placement)
            measurement = self._network(Path(subject), configuration, settings, ram)
        else:
            configuration = BuildConfig(find_toolchain(toolchain), flags, placement)
            batch = build(self._board.chip, BuildJob(configuration, (_task(subject, variant),)))
            runner = Runner(self._board, self._references, settings)
            measurement = next(
                iter(MeasuredSelection(batch.tasks[0], batch, runner, self._references, Budget()))
            )
        self._tell(measurement)
        return measurement

    def check(
        self,
        subject: Layer | Image | Path | str,
        max_regression: str = "3%",
        *,
        metric: str = "cycles",
        **build: Any,  # noqa: ANN401  # of a call
    ) -> Measurement:
        """Run as a call does, and hold the figure against the baseline.

        Args:
            subject: what to run.
            max_regression: how much worse it may get, like `3%`.
            metric: cycles, latency, energy, code, stack or power.
            build: options of a call.

        Raises:
            AssertionError: it did not run right, has no baseline, or got worse beyond the limit.
            ConfigError: there is no such metric or limit, or the bench has no baseline.
        """
        limit = Limit.parse(f"{metric}:{max_regression}")
        if self._baseline is None:
            raise ConfigError("This bench has no baseline; give it one.")
        measurement = self(subject, **build)
        row = to_frame([measurement])
        title = describe(row.iloc[0])
        if measurement.status is not Status.OK:
            raise AssertionError(f"{title}: {measurement.status}: {measurement.cause}")
        if self._updates_baseline:
            self._baseline.update(row)
            return measurement
        verdict = self._baseline.verdict(row, limit)
        if verdict is None:
            raise AssertionError(
                f"{title}: {self._baseline.path} has no row of it on {measurement.board}; take one with "
                "--hil-update-baseline."
            )
        if not verdict.passes:
            raise AssertionError(f"{title}: {'; '.join(verdict.sentences)}, against {self._baseline.path}")
        return measurement

    def case(self, **parameters: object) -> Layer:
        """A case from `operator=` and its parameters, as a grid file names them.

        Raises:
            CaseError: there can be no such case.
        """
        return load_operators().layer(**parameters)

    def _run(self, image: Image, settings: RunSettings | None) -> Measurement:
        if len(image.workloads) != 1:
            raise ConfigError(f"The image has {len(image.workloads)} cases; a bench runs images of one.")
        (measurement,) = ImageRun(self._board, image, self._references, settings)
        return measurement

    def _network(
        self, model: Path, configuration: BuildConfig, settings: RunSettings | None, ram: int | None
    ) -> Measurement:
        if self._run_network is None:
            raise ConfigError("This bench runs no networks; give it a `run_network`.")
        return self._run_network(
            model,
            configuration=configuration,
            settings=settings or RunSettings(),
            references=self._references,
            ram=ram,
        )

    def _tell(self, measurement: Measurement) -> None:
        if self._record is None:
            return
        (row,) = to_frame([measurement]).to_dict("records")
        for name in _PROPERTIES:
            self._record((f"hil_{name}", row[name]))


def _task(case: Layer, variant: str) -> Task:
    if case.variant != REFERENCE:
        return Task(fixed=(case,))
    if variant == AUTO_VARIANT:
        return Task(contenders=tuple(candidates(case)))
    return Task(fixed=with_variants([case], variant)[:1])
