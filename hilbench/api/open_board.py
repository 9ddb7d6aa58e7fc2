"""An open board: cases and networks measured one by one."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from html import escape
from pathlib import Path

from hilbench.boards import BoardSession, attach, load_boards
from hilbench.boards.board import Board
from hilbench.chips import Placement
from hilbench.closing import Closing
from hilbench.deploy.bench import NetworkBench
from hilbench.operators import Layer
from hilbench.paths import BOARDS_FILE
from hilbench.provenance import Provenance, headline
from hilbench.results import Measurement
from hilbench.runner.build_config import AUTO_VARIANT
from hilbench.runner.run_settings import RunSettings
from hilbench.sweeps.bench import Bench

__all__ = ["Measurement", "OpenBoard", "open"]


def open(  # noqa: A001  # hilbench.open
    name: str, *, require_hardware: bool = False, boards_file: str | Path = BOARDS_FILE
) -> OpenBoard:
    """Lock and open a board; its virtual twin where it is not attached, with a warning.

        with hilbench.open("stm32h7-virtual") as board:
            row = board.measure(hilbench.conv2d(input="16x16x8", out_c=16, kernel=3))

    Args:
        name: an entry of boards.yaml.
        require_hardware: refuse whatever says of itself that it is emulated.
        boards_file: another boards.yaml.

    Raises:
        ConfigError: there is no such board.
        BoardBusy: another process has it.
        BoardMissing: its probe, serial port or meter is not there.
    """
    boards = load_boards(Path(boards_file))
    session = attach(name, boards=boards, require_hardware=require_hardware, command="hilbench.open")
    if session.twin_of:
        warnings.warn(headline(session.name, session.twin_of, session.provenance), stacklevel=2)
    return OpenBoard(session, boards)


class OpenBoard(Closing):
    """A board that is open and locked, from `hilbench.open`. Use as a context manager, or call `close`."""

    def __init__(self, session: BoardSession, boards: Mapping[str, Board]) -> None:
        self._session = session
        self._bench = Bench(session, run_network=NetworkBench(session, boards))

    @property
    def name(self) -> str:
        """Entry of boards.yaml that runs."""
        return self._session.name

    @property
    def twin_of(self) -> str | None:
        """Board that was asked for, where this is its virtual twin."""
        return self._session.twin_of

    @property
    def provenance(self) -> Provenance:
        """Provenance of its numbers, which the chip itself is asked for: measured or emulated."""
        return self._session.provenance

    @property
    def chip(self) -> str:
        """Name of its chip."""
        return self._session.chip.name

    def measure(
        self,
        subject: Layer | str | Path,
        *,
        variant: str = AUTO_VARIANT,
        toolchain: str = "auto",
        flags: str = "-O3",
        placement: str = Placement.FLASH,
        iterations: int = RunSettings.iterations,
        power: bool = True,
        ram: int | None = None,
    ) -> Measurement:
        """Build, flash, run and verify a case or a network; what fails is a Measurement with its `cause`.

        Args:
            subject: a case, or the path of a model file (.tflite, .onnx, .keras).
            variant: how a case is computed; `auto` for the fastest; a case's own variant comes first.
            toolchain: auto, gcc or clang.
            flags: compiler flags.
            placement: where code and activations live: flash, tcm or ram, as the chip has them.
            iterations: warm samples.
            power: whether to measure energy where the board has a meter.
            ram: bytes that tensors and scratch memory of a network may take; None for all there are.

        Raises:
            ModelError: the file is no network that can be deployed.
            DoesNotFit: the network needs more memory.
            ToolchainMissing: there is no such compiler.
            BoardMissing: the board went away.
        """
        return self._bench(
            subject,
            variant=variant,
            toolchain=toolchain,
            flags=flags,
            placement=Placement(placement),
            settings=RunSettings(iterations=iterations, power=power),
            ram=ram,
        )

    def close(self) -> None:
        """Let go of the board; safe to call twice."""
        self._bench.close()
        self._session.close()

    def __repr__(self) -> str:
        return f"<board {self.name} ({self.chip}), {self.provenance}>"

    def _repr_html_(self) -> str:
        sentence = headline(self.name, self.twin_of, self.provenance)
        return f"<b>{escape(self.name)}</b> ({escape(self.chip)})<br>{escape(sentence)}"
