"""A scaling from beginning to end: platform, search, plan, measurement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from hilbench.boards import Board, get_board, load_boards
from hilbench.chips import Placement
from hilbench.deploy.benchmark import NetworkResult
from hilbench.deploy.deployment import Deployment
from hilbench.design.budget import MEASURED, Budgets
from hilbench.design.cost import Coster
from hilbench.design.deployment import Room, energy_uj, measured, planned_and_linked
from hilbench.design.lattice import lines
from hilbench.design.nets.catalog import Hyperparameters
from hilbench.design.objective import Objective
from hilbench.design.platform import BoardPlatform, NumbersPlatform
from hilbench.design.scaling import Scaled, Scaling, Search, scale
from hilbench.errors import ConfigError
from hilbench.image import Builder, find_toolchain
from hilbench.operators import Registry, load_operators
from hilbench.paths import BOARDS_FILE
from hilbench.prediction.cost_model.model import CostModel, load_cost_model, read_cost_model
from hilbench.runner.build_config import BuildConfig


@dataclass(frozen=True, kw_only=True)
class ScaleRequest:
    """Everything the command line of a scaling can say.

    Attributes:
        family: of networks.
        chosen: hyperparameters that are fixed.
        budgets: to be kept; on a board flash and RAM are at most its own.
        board: entry of boards.yaml; None for a platform of three numbers.
        macs_per_second: speed of such a platform.
        free_resolution: whether smaller inputs are tried too.
        objective: to be maximised.
        operators: folder of further operators.
        cost_model: file of another cost model than that of the board's chip.
        command: the command line as typed.
    """

    family: str
    chosen: Hyperparameters
    budgets: Budgets
    board: str | None = None
    macs_per_second: float | None = None
    free_resolution: bool = False
    objective: Objective = field(default_factory=Objective)
    boards_file: Path = BOARDS_FILE
    operators: Path | None = None
    cost_model: Path | None = None
    command: str = "hilbench design scale"


@dataclass(frozen=True)
class Target:
    """A board with what networks for it are planned and built with."""

    board: Board
    boards: dict[str, Board]
    registry: Registry
    model: CostModel

    @cached_property
    def configuration(self) -> BuildConfig:
        """Configuration of all builds."""
        return BuildConfig(find_toolchain("auto"), "-O3", Placement.FLASH)

    @cached_property
    def builder(self) -> Builder:
        """Builder of images for the board's chip."""
        built = self.configuration
        return Builder(self.board.chip, built.toolchain, flags=built.flags, placement=built.placement)


@dataclass(frozen=True)
class ScaleAnswer:
    """The best network, and its plan where there is a board.

    Attributes:
        budgets: that were kept: those of the request, on a board no more than its own.
        target: None of a platform of three numbers.
        deployment: by the cost model; None as well.
    """

    request: ScaleRequest
    scaling: Scaling
    budgets: Budgets
    target: Target | None = None
    deployment: Deployment | None = None

    @property
    def predictor(self) -> str:
        """Predictor in words."""
        return str(self.target.model.predicted_by) if self.target else "counts alone"

    def predicted(self) -> dict[str, Any]:
        """Predicted latency, energy and memory: of the plan where there is one."""
        figures = self.scaling.best.figures
        found: dict[str, Any] = {
            "latency_us": figures.latency_us,
            "energy_uj": figures.energy_uj,
            "ram_bytes": figures.ram_bytes,
            "flash_bytes": figures.flash_bytes,
            "margin": round(figures.margin, 4),
        }
        if self.target and self.deployment:
            cycles = sum(self.deployment.predicted_cycles)
            found["latency_us"] = cycles / self.target.board.chip.clock_hz * 1e6
            found["energy_uj"] = energy_uj(self.deployment, self.target.model)
            found["ram_bytes"] = self.deployment.program.arena.bytes
            layers = {step.layer for step in self.deployment.program.schedule.steps}
            found["flash_bytes"] = sum(map(self.target.model.flash_bytes, layers))
        return found

    def measure(self, told: Callable[[str], None] = lambda _: None) -> NetworkResult:
        """Build, flash and measure the network.

        Raises:
            ConfigError: there is no board.
            BoardBusy, BoardMissing: the board cannot be had, or went away.
        """
        if self.target is None or self.deployment is None:
            raise ConfigError("Only on a board can a network be measured.")
        told(f"{self.scaling.best.network.name}: building and running on {self.target.board.name}")
        target = self.target
        return measured(
            self.deployment,
            target.board,
            target.boards,
            target.builder,
            target.configuration,
            self.request.command,
        )

    def measured_shares(self, result: NetworkResult) -> dict[str, float | None]:
        """Share of each budget that the measured network takes; None where nothing was measured."""
        document = result.document()
        measured = {name: document[name] for name in MEASURED}
        shares = self.budgets.shares(replace(self.scaling.best.figures, **measured, margin=0.0))
        return {name: shares.get(name) for name in self.budgets.given}


def answer(request: ScaleRequest) -> ScaleAnswer:
    """The largest network within the budgets.

    Raises:
        ConfigError: the request is wrong, or nobody fitted a cost model.
        DoesNotFit: no network keeps the budgets; the sentence says by how much.
        BuildError: the firmware itself does not build.
    """
    search, budgets, target = search_of(request)
    if target is None:
        return ScaleAnswer(request, scale(search, budgets), budgets)
    room = Room(int(budgets.ram_bytes or 0), int(budgets.flash_bytes or 0))
    plans: list[Deployment] = []

    def accept(scaled: Scaled) -> bool:
        """Whether a plan of the memory is found, within the time that there is."""
        plan = planned_and_linked(scaled.network, target.registry, target.model, room, target.builder)
        if plan is None:
            return False
        latency = sum(plan.predicted_cycles) / target.board.chip.clock_hz * 1e6
        if not budgets.admit(replace(scaled.figures, latency_us=latency)):
            return False
        plans.append(plan)
        return True

    return ScaleAnswer(request, scale(search, budgets, accept), budgets, target, plans[-1])


def search_of(request: ScaleRequest) -> tuple[Search, Budgets, Target | None]:
    """The search that a request asks for, its budgets, and its board where it names one.

    Raises:
        ConfigError: the request is wrong, or nobody fitted a cost model.
    """
    lattice = lines(request.family, request.chosen, free_resolution=request.free_resolution)
    if request.board is None:
        numbers = NumbersPlatform(request.macs_per_second or 1.0)
        found = Search(lattice, numbers, request.budgets.flash_bytes, request.objective)
        return found, request.budgets, None
    target = target_of(request.board, request.boards_file, request.operators, request.cost_model)
    budgets = _within(request.budgets, target.builder)
    coster = Coster(target.registry, target.model, target.board.chip.clock_hz)
    return Search(lattice, BoardPlatform(coster), budgets.flash_bytes, request.objective), budgets, target


def target_of(
    name: str,
    boards_file: Path = BOARDS_FILE,
    operators: Path | None = None,
    cost_model: Path | None = None,
) -> Target:
    """A board with what networks for it are planned and built with.

    Args:
        name: entry of boards.yaml.
        boards_file: another boards.yaml.
        operators: folder of further operators.
        cost_model: file of another cost model than that of the board's chip.

    Raises:
        ConfigError: there is no such board, the file is no cost model, or its chip has none.
    """
    boards = dict(load_boards(boards_file))
    board = get_board(boards, name)
    model = read_cost_model(cost_model) if cost_model else load_cost_model(board.chip.name)
    return Target(board, boards, load_operators(operators), model)


def _within(budgets: Budgets, builder: Builder) -> Budgets:
    """The budgets, flash and RAM no more than the chip has."""
    flash, ram = float(builder.flash_bytes), float(builder.arena_bytes)
    return replace(
        budgets,
        flash_bytes=min(budgets.flash_bytes or flash, flash),
        ram_bytes=min(budgets.ram_bytes or ram, ram),
    )
