"""Measurement of a deployed network on a board: as a whole, and step by step."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from hilbench.boards import BoardSession
from hilbench.deploy.arena_size import with_arena_it_needs
from hilbench.deploy.deployer import ExternalDeployment, FirmwareDeployment
from hilbench.deploy.deployment import Deployment
from hilbench.deploy.details import details_of
from hilbench.deploy.firmware import run_firmware
from hilbench.deploy.inputs import InputRequest, InputSource
from hilbench.deploy.layer_outputs import save_outputs
from hilbench.deploy.place import Place
from hilbench.deploy.program import Program
from hilbench.deploy.verification import Verification, verified_row
from hilbench.errors import BoardMissing, HilbenchError
from hilbench.image import Builder
from hilbench.power import PowerTrace
from hilbench.power.folding import energy_of_parts
from hilbench.results import ExampleTrace, Measurement, Status
from hilbench.results.network import NetworkDetails
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.events import Listener, ignore
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.rows import not_built
from hilbench.runner.run_settings import RunSettings
from hilbench.runner.runner import Runner
from hilbench.runner.verify import Difference


@dataclass(frozen=True, repr=False)
class NetworkResult:
    """A network on a board.

    Attributes:
        measurement: of the whole, without probes, and its details; the row that is stored.
        details: of the row; None of code that another tool made.
        example: what the power meter saw; None where there was none.
        difference: of the output from its reference, where it may differ; None where there is none.
        verification: of hilbench's own program on further inputs; None where it did not get that far.
        compared: difference of other runtimes' outputs from the right one, or why there is none.
    """

    deployment: Deployment | ExternalDeployment
    measurement: Measurement
    details: NetworkDetails | None = None
    example: ExampleTrace | None = None
    difference: Difference | None = None
    verification: Verification | None = None
    compared: Mapping[str, Difference | str] = field(default_factory=dict)

    @property
    def cycles(self) -> float | None:
        """Median of the warm runs; None where it did not run."""
        cycles = self.measurement.cycles
        return statistics.median(cycles) if cycles else None

    @property
    def flash_bytes(self) -> int | None:
        """Code and constants; None where it was not built."""
        row = self.measurement
        sizes = row.code_bytes, row.constant_bytes
        return None if None in sizes else sum(filter(None, sizes))

    @property
    def verified_inputs(self) -> int:
        """Inputs whose outputs were right, bit for bit."""
        outcome = self.verification
        return int(self.measurement.verified) if outcome is None else outcome.inputs - outcome.differing

    def document(self) -> dict[str, Any]:
        """Plain data for JSON, with None for what was not measured."""
        row, program, cycles = self.measurement, self.deployment.program, self.cycles
        return {
            "model": program.name,
            "deployer": self.deployment.deployer,
            "board": row.board,
            "placement": row.placement,
            "provenance": str(row.provenance),
            "status": str(row.status),
            "cause": row.cause,
            "verified": row.verified,
            "oracle": program.oracle_name,
            "difference": asdict(self.difference) if self.difference else None,
            "cut": list(self.deployment.cut),
            "notes": list(self.deployment.notes),
            "inputs": self.verified_inputs,
            "accuracy": self.verification.accuracy if self.verification else None,
            "compared": {
                name: {"refusal": found} if isinstance(found, str) else asdict(found) | {"share": found.share}
                for name, found in self.compared.items()
            },
            "macs": program.macs,
            "live_macs": self.deployment.live_macs,
            "cycles": cycles,
            "mac_per_cycle": program.macs / cycles if cycles else None,
            "latency_us": cycles / row.clock_hz * 1e6 if cycles and row.clock_hz else None,
            "energy_uj": _energy_uj(row),
            "energy_uncertainty_pct": row.energy.uncertainty_pct if row.energy else None,
            "ram_bytes": row.ram_bytes,
            "arena_bytes": program.arena.bytes + sum(program.arena.others.values()),
            "ram_banks": {bank.name: bank.bytes for bank in self.details.banks} if self.details else {},
            "flash_bytes": self.flash_bytes,
            "stack_bytes": row.stack_bytes,
            "predicted_cycles": self.details.predicted_cycles if self.details else None,
            "layers": [asdict(layer) for layer in self.details.layers] if self.details else [],
        }


def benchmark(
    deployment: Deployment | ExternalDeployment,
    board: BoardSession,
    builder: Builder,
    configuration: BuildConfig,
    references: ExpectedOutputs,
    settings: RunSettings,
    inputs: InputSource | None = None,
    dump: Path | None = None,
    listener: Listener = ignore,
) -> NetworkResult:
    """Build the network, measure and verify it; whatever fails is a row as well.

    hilbench's own program is built a second time, with probes, for the cycles and the outputs of its steps.
    The output of another tool's code may differ from the reference, and is that of one input.

    Args:
        deployment: for the chip of the board.
        board: an open one.
        builder: for its chip, as `configuration` says.
        configuration: of the row.
        references: of outputs.
        settings: how often it runs.
        inputs: that hilbench's own program is verified on; those that the device generates unless said.
        dump: folder for the outputs of its steps on the first of them.
        listener: receives the events.

    Raises:
        BoardMissing: the board went away.
        BuildError: the firmware itself does not build.
        ConfigError: an input cannot be read, or the folder written.
    """
    if isinstance(deployment, FirmwareDeployment):
        outcome = run_firmware(deployment.elf, deployment.program, board, settings)
        return _result(deployment, outcome.row, difference=outcome.difference)
    if isinstance(deployment, ExternalDeployment):
        try:
            sized = with_arena_it_needs(deployment.program, board, builder)
        except BoardMissing:
            raise
        except HilbenchError as obstacle:
            return _result(deployment, not_built(board, configuration, deployment.program, obstacle))
        deployment = replace(deployment, program=sized)
    program = deployment.program
    references.prepare([program])
    probed = program.with_probes() if isinstance(program, Program) else None
    built = builder.build([program] if probed is None else [program, probed])
    place = Place.of(program, built)
    if place is None:
        error = dict(built.refused)[program]
        return _result(deployment, not_built(board, configuration, program, error))
    runner = Runner(board, references, replace(settings, exact=probed is not None), listener)
    measured = runner.measure(place.image, place.packed)
    if not isinstance(program, Program):
        return _result(deployment, measured.row, (), measured.trace, measured.difference)
    probes = Place.of(program.with_probes(), built)
    checked = verified_row(board, place, probes, measured.row, inputs or InputRequest())
    if dump is not None and probes is not None:
        save_outputs(board, probes, next((inputs or InputRequest()).of(program)), dump)
    steps = _steps(board, probes) if probes and checked.row.status is Status.OK else ()
    return replace(_result(deployment, checked.row, steps, measured.trace), verification=checked.verification)


def _result(
    deployment: Deployment | ExternalDeployment,
    row: Measurement,
    steps: tuple[int, ...] = (),
    trace: PowerTrace | None = None,
    difference: Difference | None = None,
) -> NetworkResult:
    """The result with its details; energies of steps are parts of the window of the whole."""
    example: ExampleTrace | None = None
    energies: list[float] = []
    if trace is not None and row.energy is not None:
        start, stop = trace.edges
        example = ExampleTrace(str(row.workload), trace, start, stop, row.energy.iterations)
        energies = [joules * 1e6 for joules in _energies(example, steps)]
    if isinstance(deployment, ExternalDeployment):
        return NetworkResult(deployment, row, example=example, difference=difference)
    details = details_of(deployment, steps, energies)
    return NetworkResult(deployment, replace(row, network=details), details, example, difference)


def _energies(example: ExampleTrace, steps: tuple[int, ...]) -> tuple[float, ...]:
    """Energy of each step, J; empty where their cycles are not known."""
    if not steps:
        return ()
    return energy_of_parts(example.trace, example.start, example.stop, example.iterations, steps)


def _steps(board: BoardSession, probes: Place) -> tuple[int, ...]:
    """Cycles of each step; empty where the build with probes does not run."""
    try:
        probes.start_on(board)
        return board.steps(probes.packed)
    except HilbenchError:  # the figures of the whole stand without those of its parts
        return ()


def _energy_uj(row: Measurement) -> float | None:
    """Energy of one run; None where no meter was there."""
    return row.energy.energy_j / row.energy.iterations * 1e6 if row.energy else None
