"""A benchmark of networks from beginning to end: model files to rows in the store."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from hilbench.boards import Board, attach, get_board, load_boards
from hilbench.deploy.benchmark import NetworkResult, benchmark
from hilbench.deploy.comparison import ComparedRuntime, compared
from hilbench.deploy.deployer import Deployer, ExternalDeployment, FirmwareDeployment, Model
from hilbench.deploy.deployers import find_deployer
from hilbench.deploy.deployment import OWN, Deployment
from hilbench.deploy.inputs import InputRequest, InputSource
from hilbench.deploy.place import Place
from hilbench.deploy.site import Site
from hilbench.errors import DoesNotFit, ModelError
from hilbench.image import Builder
from hilbench.networks.oracles import OracleChoice
from hilbench.networks.rounding import RoundingChoice
from hilbench.paths import BOARDS_FILE
from hilbench.prediction import Predictor, Watch
from hilbench.results import RunRecord, Store
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.run_record import new_run
from hilbench.runner.run_settings import RunSettings

NETWORKS = "networks"
"""Name of the grid in runs of networks."""


@dataclass(frozen=True, kw_only=True)
class NetworkRequest:
    """Everything the command line of a benchmark of networks can say.

    Attributes:
        models: files.
        representative: inputs by which Keras models are quantised.
        deployers: who make code of each model, as `--deployer` names them.
        board: entry of boards.yaml.
        configurations: ways to build the networks, each of which gets the first in which it fits.
        ram: bytes that tensors and scratch memory may take; None for all there are.
        keep_dead_channels: whether channels that are proved constant stay.
        oracle: that outputs are held against.
        rounding: of hilbench's own kernels.
        inputs: that every network is verified on.
        dump_layers: folder for the outputs of layers on the first input; several networks have folders in it.
        compare: runtimes whose outputs are compared with those that hilbench's own program must give.
        operators: folder of further operators.
        jobs: virtual boards that predict at a time; None for as many as there are processors.
        command: the command line as typed, for the run's record.
    """

    models: tuple[Path, ...]
    board: str
    configurations: tuple[BuildConfig, ...]
    deployers: tuple[str, ...] = (OWN,)
    representative: Path | None = None
    ram: int | None = None
    keep_dead_channels: bool = False
    oracle: OracleChoice = OracleChoice.LITERT
    rounding: RoundingChoice = RoundingChoice.LITERT
    inputs: InputSource = field(default_factory=InputRequest)
    dump_layers: Path | None = None
    compare: tuple[ComparedRuntime, ...] = ()
    operators: Path | None = None
    boards_file: Path = BOARDS_FILE
    require_hardware: bool = False
    jobs: int | None = None
    settings: RunSettings = field(default_factory=RunSettings)
    command: str = "hilbench bench"
    watch: Watch = lambda *_: None
    """Called with how many of how many kernels were predicted, whenever one was."""

    @cached_property
    def boards(self) -> dict[str, Board]:
        """Boards of the file.

        Raises:
            ConfigError: the file is wrong, or has no such board.
        """
        boards = dict(load_boards(self.boards_file))
        get_board(boards, self.board)
        return boards

    def dump_folder(self, name: str) -> Path | None:
        """Folder for the outputs of a network's layers; None where they are not asked for."""
        if self.dump_layers is None or len(self.models) == 1:
            return self.dump_layers
        return self.dump_layers / name

    def sites(self, folder: Path) -> tuple[Site, ...]:
        """Sites that a network may be deployed for, with a folder for files of deployers."""
        return tuple(self._site(folder, configuration) for configuration in self.configurations)

    def _site(self, folder: Path, built: BuildConfig) -> Site:
        chip = self.boards[self.board].chip
        return Site(
            chip=chip,
            configuration=built,
            builder=Builder(chip, built.toolchain, flags=built.flags, placement=built.placement),
            folder=folder,
            make_predictor=lambda: self._predictor(built),
            operators=self.operators,
            ram_limit=self.ram,
            keep_dead_channels=self.keep_dead_channels,
            oracle=self.oracle,
            rounding=self.rounding,
        )

    def _predictor(self, built: BuildConfig) -> Predictor:
        board = self.boards[self.board]
        return Predictor(
            board,
            self.boards,
            built.toolchain,
            flags=built.flags,
            placement=built.placement,
            jobs=self.jobs,
            watch=self.watch,
        )


@dataclass(frozen=True)
class Refusal:
    """A model that a deployer did not take, or that does not fit, and why."""

    model: Path
    error: ModelError | DoesNotFit
    deployer: str = OWN

    @property
    def sentence(self) -> str:
        """The reason, which names the model."""
        reason = str(self.error)
        return reason if reason.startswith(str(self.model)) else f"{self.model}: {reason}"

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "model": self.model.stem,
            "deployer": self.deployer,
            "status": "refused",
            "cause": str(self.error),
            "verified": False,
        }


Told = Callable[[str], None]
"""Takes a line on what is being done."""


@dataclass(frozen=True)
class Deployed:
    """A deployment, the model that it is of, and the site that it is for."""

    model: Model
    deployment: Deployment | ExternalDeployment
    site: Site


def deployments(
    request: NetworkRequest, sites: Sequence[Site], told: Told = lambda _: None
) -> Iterator[Deployed | Refusal]:
    """Deployment of each model by each deployer, or the reason why there is none, in their order.

    Raises:
        ConfigError: the request is wrong, or nothing can predict for the board.
        BuildError: the firmware itself does not build.
    """
    deployers = [find_deployer(name) for name in request.deployers]
    for model, deployer in product(
        [Model(path, request.representative) for path in request.models], deployers
    ):
        try:
            told(f"{model.path.stem}: {deployer.label} makes code of it")
            yield _deployed(model, deployer, sites)
        except (ModelError, DoesNotFit) as error:
            yield Refusal(model.path, error, deployer.label)


def _deployed(model: Model, deployer: Deployer, sites: Sequence[Site]) -> Deployed:
    """The model for the first site with room for its tensors and its code, or for the last."""
    for site in sites[:-1]:
        with suppress(ModelError, DoesNotFit):  # also a layer that fits only in bands
            deployment = deployer.deploy(model, site)
            if isinstance(deployment, FirmwareDeployment) or site.has_room(deployment.program):
                return Deployed(model, deployment, site)
    return Deployed(model, deployer.deploy(model, sites[-1]), sites[-1])


def built_network(request: NetworkRequest, told: Told = lambda _: None) -> Place:
    """The only network of a request, in an image without probes.

    Raises:
        ModelError: it has operators that no kernel computes, or its file is damaged.
        DoesNotFit: it needs more memory.
        BuildError: it does not build.
    """
    with tempfile.TemporaryDirectory(prefix="hilbench-deploy-") as folder:
        (outcome,) = deployments(request, request.sites(Path(folder)), told)
        if isinstance(outcome, Refusal):
            raise outcome.error
        program = outcome.deployment.program
        result = outcome.site.builder.build([program])
        place = Place.of(program, result)
        if place is None:
            raise dict(result.refused)[program]
        return place


def run_networks(
    request: NetworkRequest,
    store: Store,
    told: Told = lambda _: None,
    done: Callable[[NetworkResult | Refusal], None] = lambda _: None,
) -> RunRecord | None:
    """Deploy, build, run and store each network; every row is stored before the next one begins.

    Args:
        request: what is asked for.
        store: takes the run.
        told: takes lines on what is being done.
        done: takes each outcome when it is there.

    Returns:
        The finished run; None where no model could be deployed.

    Raises:
        ConfigError: the request is wrong; nothing was touched.
        BoardBusy, BoardMissing: the board cannot be had, or went away.
        BuildError: the firmware itself does not build.
    """
    with tempfile.TemporaryDirectory(prefix="hilbench-deploy-") as folder:
        ready: list[Deployed] = []
        for outcome in deployments(request, request.sites(Path(folder)), told):
            if isinstance(outcome, Refusal):
                done(outcome)
            else:
                ready.append(outcome)
        return _run(request, ready, store, told, done) if ready else None


def _run(
    request: NetworkRequest,
    ready: Sequence[Deployed],
    store: Store,
    told: Told,
    done: Callable[[NetworkResult | Refusal], None],
) -> RunRecord:
    open_board = attach(
        request.board,
        boards=request.boards,
        require_hardware=request.require_hardware,
        command=request.command,
    )
    with open_board as board, ExpectedOutputs() as references:
        run = new_run(board, NETWORKS, request.command)
        store.begin_run(run)
        for position, each in enumerate(ready):
            site = each.site
            told(f"{each.deployment.program}: building and running on {board.name}")
            result = benchmark(
                each.deployment,
                board,
                site.builder,
                site.configuration,
                references,
                request.settings,
                request.inputs,
                request.dump_folder(each.deployment.program.name),
            )
            if request.compare and isinstance(each.deployment, Deployment):
                told(f"{each.deployment.program}: comparing with other runtimes")
                others = compared(each.model, each.deployment.program, request.compare)
                result = replace(result, compared=others)
            store.add(run.run_id, result.measurement, position)
            if result.example is not None and store.example_trace(run.run_id) is None:
                store.keep_trace(run.run_id, result.example)
            done(result)
        finished = datetime.now(UTC)
        store.finish_run(run.run_id, finished)
    return replace(run, finished=finished)
