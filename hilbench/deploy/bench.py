"""Single networks on an open board, for tests and notebooks."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from hilbench.boards import Board, BoardSession
from hilbench.deploy.benchmark import benchmark
from hilbench.deploy.deployer import Model
from hilbench.deploy.deployers.hilbench import GeneratedKernels
from hilbench.deploy.site import Site
from hilbench.image import Builder
from hilbench.prediction import Predictor
from hilbench.results import Measurement
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.run_settings import RunSettings


class NetworkBench:
    """Call it with a model file to get a Measurement, whose `network` has the layers and the memory plan.

    Args:
        board: where to run.
        boards: among which is the virtual twin that kernels are selected by.
    """

    def __init__(self, board: BoardSession, boards: Mapping[str, Board]) -> None:
        self._board, self._boards = board, boards

    def __call__(
        self,
        model: Path,
        *,
        configuration: BuildConfig,
        settings: RunSettings,
        references: ExpectedOutputs,
        ram: int | None = None,
    ) -> Measurement:
        """Deploy a network, build it and run it.

        Args:
            model: file of the network.
            configuration: how it is built.
            settings: how often it runs.
            references: of outputs.
            ram: bytes that tensors and scratch memory may take; None for all there are.

        Raises:
            ModelError: the file is none that can be deployed.
            DoesNotFit: it needs more memory.
            ConfigError: the board has no virtual twin.
            BoardMissing: the board went away.
        """
        built, chip = configuration, self._board.chip
        builder = Builder(chip, built.toolchain, flags=built.flags, placement=built.placement)
        with tempfile.TemporaryDirectory(prefix="hilbench-deploy-") as folder:
            site = Site(
                chip=chip,
                configuration=built,
                builder=builder,
                folder=Path(folder),
                make_predictor=lambda: self._predictor(built),
                ram_limit=ram,
            )
            deployment = GeneratedKernels().deploy(Model(model), site)
        return benchmark(deployment, self._board, builder, built, references, settings).measurement

    def _predictor(self, built: BuildConfig) -> Predictor:
        return Predictor(
            self._board.board, self._boards, built.toolchain, flags=built.flags, placement=built.placement
        )
