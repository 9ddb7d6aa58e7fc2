"""A measurement: one workload on one board in one boot, with everything its numbers depend on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from hilbench.environment import Environment
from hilbench.operators import WorkloadRecord
from hilbench.power import EnergyWindow
from hilbench.provenance import PredictedBy, Provenance
from hilbench.results.network import NetworkDetails
from hilbench.results.statistics import summarize


def reason(cause: str, label: str) -> str:
    """A cause without the name of its case in front, to be printed next to that name."""
    if not label or not cause.startswith(label):
        return cause
    rest = cause.removeprefix(label).lstrip()
    return rest[:1].upper() + rest[1:]


class Status(StrEnum):
    """Outcome of a case."""

    OK = "ok"
    SKIPPED = "skipped"
    """Skipped, for it does not fit the chip; the cause says by how much."""
    BUILD_FAILED = "build_failed"
    FLASH_FAILED = "flash_failed"
    BOOT_FAILED = "boot_failed"
    LINK_FAILED = "link_failed"
    VERIFY_FAILED = "verify_failed"
    MEASURE_FAILED = "measure_failed"
    POWER_FAILED = "power_failed"

    @property
    def is_failure(self) -> bool:
        """Whether something failed, so that another try may end otherwise."""
        return self not in {self.OK, self.SKIPPED}


@dataclass(frozen=True)
class Attempt:
    """One try at a case; transport failures are tried again."""

    number: int
    stage: str
    cause: str
    """Cause of a failure; empty when the attempt succeeded."""
    recovery: str = ""
    """Recovery before the next try: reopen, reset, connect_under_reset, power_cycle."""


class RowKey(NamedTuple):
    """Identity of a row within a run: the case and how it was built."""

    case_digest: str
    toolchain: str
    flags: str
    placement: str


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One workload on one board. One that is not `ok` has no samples and no energy.

    `cycles` are warm runs with the call overhead already subtracted; `cycles_cold` the first run
    after the caches were invalidated.
    """

    workload: WorkloadRecord
    board: str
    chip: str
    core: str
    provenance: Provenance
    predictor: PredictedBy | None = None
    """Model that predicted the row; None of other rows."""
    status: Status
    cause: str = ""
    clock_hz: int | None = None
    cycles: tuple[int, ...] = ()
    cycles_cold: int | None = None
    layouts: tuple[tuple[int, ...], ...] = ()
    """Warm runs in each further layout of the image; `cycles` are those in layout 0."""
    instructions: int | None = None
    """Instructions of one run; None where the core does not count them."""
    energy: EnergyWindow | None = None
    verified: bool = False
    code_bytes: int | None = None
    constant_bytes: int | None = None
    """Weights and everything else that is read only, as compiled."""
    ram_bytes: int | None = None
    scratch_bytes: int | None = None
    """RAM that the variant works in, apart from inputs and output; a part of `ram_bytes`."""
    stack_bytes: int | None = None
    toolchain: str = ""
    flags: str = ""
    placement: str = ""
    cache: str = ""
    image_digest: str = ""
    attempts: tuple[Attempt, ...] = ()
    environment: Environment = field(default_factory=Environment)
    measured_at: datetime | None = None
    network: NetworkDetails | None = None
    """Layers and memory plan of a whole network; None of an operator."""

    @property
    def cycles_median(self) -> float | None:
        """Median of the warm runs, cycles; None of a row that is not `ok`."""
        return summarize(self.cycles).median if self.cycles else None

    @property
    def latency_us(self) -> float | None:
        """Median latency, µs; None where it or the clock is not known."""
        cycles = self.cycles_median
        return cycles / self.clock_hz * 1e6 if cycles is not None and self.clock_hz else None

    @property
    def energy_uj(self) -> float | None:
        """Energy of one run, µJ; None where none was measured."""
        return self.energy.energy_j / self.energy.iterations * 1e6 if self.energy else None

    def _repr_html_(self) -> str:
        from hilbench.results.html import measurement_html

        return measurement_html(self)

    @property
    def key(self) -> RowKey:
        """Identity of this row within its run."""
        return RowKey(self.workload.digest, self.toolchain, self.flags, self.placement)
