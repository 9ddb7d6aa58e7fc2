"""Cases that a cost model is fitted to: emulated on a board's virtual twin, or rows of a run."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hilbench.boards import Board, attach
from hilbench.chips import Chip, Placement
from hilbench.design.deployment import Room, measured, network_layers, planned
from hilbench.design.families import Family
from hilbench.design.figure_file import figure_file
from hilbench.design.nets.catalog import Hyperparameters, build_network
from hilbench.errors import CaseError, HilbenchError
from hilbench.image import Builder, find_toolchain
from hilbench.operators import REFERENCE, Layer, Registry
from hilbench.operators.variants import COMPACT, DSP, LEAN, SCALAR, WINOGRAD
from hilbench.prediction import Predictor
from hilbench.prediction.cost_model.adaptive import Step
from hilbench.prediction.cost_model.fit import FittedCase, NetworkLayers
from hilbench.prediction.cost_model.model import CostModel, key
from hilbench.results import Measurement, Status, Store
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.run_settings import RunSettings
from hilbench.sweeps.bench import Bench

_AT_A_TIME = 60
"""Layers that are predicted together, so that progress is seen."""
_VARIANTS = {True: (REFERENCE, DSP, LEAN, WINOGRAD), False: (REFERENCE, SCALAR)}
"""Variants that are fitted, by whether the core has the DSP extension."""
_ENERGY_CASES = (
    {"operator": "conv2d", "input": "12x12x16", "out_c": 16, "kernel": 3},
    {"operator": "depthwise_conv2d", "input": "12x12x16", "kernel": 3},
    {"operator": "pointwise_conv2d", "input": "10x10x16", "out_c": 24},
    {"operator": "grouped_conv2d", "input": "10x10x16", "out_c": 16, "kernel": 3, "groups": 4},
    {"operator": "fully_connected", "in_c": 64, "out_c": 24},
    {"operator": "add", "input": "10x10x16"},
    {"operator": "mul", "input": "10x10x16"},
    {"operator": "lookup", "input": "10x10x16"},
    {"operator": "average_pool2d", "input": "10x10x16", "kernel": 2, "stride": 2, "padding": "valid"},
)
"""Layers whose energy says what a cycle of their kernels takes; small enough for any board."""

_NETWORKS = (
    (Family.XINET, Hyperparameters(input=(64, 64, 3), alpha=0.4, classes=4)),
    (Family.PHINET, Hyperparameters(input=(64, 64, 3), alpha=0.3, classes=4)),
    (Family.DSCNN, Hyperparameters()),
    (Family.XINET, Hyperparameters(input=(96, 96, 3), alpha=0.25, gamma=3, beta=1.25, classes=10)),
    (Family.XINET, Hyperparameters(input=(48, 48, 3), alpha=0.6, gamma=8, levels=4, classes=10)),
    (Family.PHINET, Hyperparameters(input=(96, 96, 3), alpha=0.15, beta=0.75, t_zero=4, classes=2)),
    (Family.PHINET, Hyperparameters(input=(48, 48, 3), alpha=0.5, beta=1.25, t_zero=3, classes=10)),
    (Family.STYLE, Hyperparameters(input=(48, 48, 3), alpha=0.25, lite=True)),
    (Family.STYLE, Hyperparameters(input=(32, 32, 3), alpha=0.4, gamma=3)),
    (Family.MOBILENETV2, Hyperparameters(input=(64, 64, 3), alpha=0.35, classes=2)),
    (Family.RESNET, Hyperparameters(input=(32, 32, 3), classes=10)),
)
"""Networks that a cold cache, and the error of networks, are learned from; what does not fit is left out."""

Told = Callable[[str], None]


def contenders(layers: Iterable[Layer], chip: Chip) -> list[Layer]:
    """Layers by all variants that a deployed network on the chip may have."""
    return [
        layer.with_kernel(name)
        for layer in layers
        for name in layer.variants
        if name in _VARIANTS[chip.dsp] and name != COMPACT
    ]


def emulated_cases(layers: Sequence[Layer], predictor: Predictor, told: Told) -> Iterator[FittedCase]:
    """Layers as the board's virtual twin runs them; those that do not build or fit are left out.

    Raises:
        BuildError: the firmware itself does not build.
        BoardMissing: the virtual board does not start.
    """
    for first in range(0, len(layers), _AT_A_TIME):
        told(f"{first} of {len(layers)} layers")
        for layer, outcome in predictor.predict(layers[first : first + _AT_A_TIME]).items():
            if not isinstance(outcome, HilbenchError):
                yield FittedCase(layer, outcome.cycles, outcome.code_bytes, outcome.constant_bytes)


def measured_cases(rows: Iterable[Measurement], registry: Registry) -> Iterator[FittedCase]:
    """Rows of operators that ran, as cases; those of operators that there are no more are left out."""
    for row in rows:
        if row.status is not Status.OK or not row.cycles or row.network is not None:
            continue
        try:
            layer = registry.layer(**row.workload.parameters)
        except CaseError:
            continue
        cycles = statistics.median(row.cycles)
        yield FittedCase(layer, cycles, float(row.code_bytes or 0), float(row.constant_bytes or 0))


def stored_rows(name: str, store: str) -> tuple[list[Measurement], str]:
    """Rows of a stored run, and their provenance.

    Raises:
        ConfigError: there is no such run.
    """
    with Store(store, create=False) as opened:
        rows = list(opened.measurements(opened.run(name).run_id))
    return rows, " and ".join(sorted({str(row.provenance) for row in rows}))


def joules_per_cycle(rows: Iterable[Measurement]) -> float | None:
    """Energy of a cycle of a running core by rows with energy, J; None where there are none."""
    found = [
        row.energy.energy_j / row.energy.iterations / statistics.median(row.cycles)
        for row in rows
        if row.energy and row.cycles
    ]
    return statistics.median(found) if found else None


def measure_energy(board: Board, boards: Mapping[str, Board], registry: Registry) -> list[Measurement]:
    """Rows with energy of a few layers, by the fast variants that the core has, on an open board.

    Raises:
        BoardBusy, BoardMissing: the board cannot be had.
    """
    layers = contenders((registry.layer(**case) for case in _ENERGY_CASES), board.chip)
    fast = [layer for layer in layers if layer.variant != REFERENCE]
    with attach(board.name, boards=boards, command="hilbench design fit") as session, Bench(session) as bench:
        settings = RunSettings(iterations=2)
        return [bench(layer, settings=settings) for layer in fast]


def with_energy(model: CostModel, rows: Iterable[Measurement], registry: Registry) -> CostModel:
    """The model with the energy of a cycle of each kernel that rows with energy are of."""
    by_kernel: defaultdict[str, list[Measurement]] = defaultdict(list)
    for row in rows:
        if row.status is Status.OK and row.network is None and row.energy:
            by_kernel[key(registry.layer(**row.workload.parameters))].append(row)
    kernels = {
        name: replace(cost, joules_per_cycle=joules_per_cycle(by_kernel.get(name, ())))
        for name, cost in model.kernels.items()
    }
    return replace(model, kernels=kernels)


def draw_steps(steps: Sequence[Step], path: Path) -> None:
    """Draw the interval of each kernel over the number of cases that ran.

    Raises:
        ConfigError: the format is unknown, or the file cannot be written.
    """
    with figure_file(path, 7, 4) as figure:
        axes = figure.subplots()
        for name in sorted({name for step in steps for name in step.errors}):
            known = [step for step in steps if name in step.errors]
            counts, errors = [step.cases for step in known], [100 * step.errors[name] for step in known]
            axes.plot(counts, errors, marker=".", linewidth=0.8, label=name)
        axes.set(xlabel="cases of all kernels", ylabel="interval of held-out cases, ± %", yscale="log")
        axes.grid(alpha=0.3)
        axes.legend(fontsize="xx-small", ncols=2)


def measure_networks(
    model: CostModel, board: Board, boards: Mapping[str, Board], registry: Registry, told: Told
) -> list[NetworkLayers]:
    """Layers of a few small networks with their cycles on an open board, for what a cold cache costs.

    Raises:
        BoardBusy, BoardMissing: the board cannot be had.
        BuildError: the firmware itself does not build.
    """
    configuration = BuildConfig(find_toolchain("auto"), "-O3", Placement.FLASH)
    builder = Builder(board.chip, configuration.toolchain)
    room = Room(builder.arena_bytes, builder.flash_bytes)
    found: list[NetworkLayers] = []
    for family, chosen in _NETWORKS:
        plan = planned(build_network(family, chosen), registry, model, room)
        if plan is not None:
            told(f"{plan.program.name} on {board.name}")
            result = measured(plan, board, boards, builder, configuration, "hilbench design fit")
            found.append(network_layers(plan, result))
    return found
