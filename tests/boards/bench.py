"""A virtual board as a bench: its three wires end in proxies, and a boards.yaml entry names those."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from pathlib import Path
from types import TracebackType

from hilbench.boards import Board, BoardSession, attach
from hilbench.boards.config import ProbeConfig, SerialConfig
from hilbench.boards.debug import ConnectMode, DebugWire
from hilbench.boards.probes import probe_at
from hilbench.boards.provider import Endpoints
from hilbench.power.instruments.ppk2 import Ppk2Config
from tests.boards.proxies import PtyProxy, TcpProxy


class Bench:
    """One board on the bench with faults to switch on."""

    def __init__(self, endpoints: Endpoints) -> None:
        assert endpoints.power is not None
        self._probe_id = endpoints.probe
        self.probe = TcpProxy(endpoints.probe.removeprefix("remote:"))
        self.serial = PtyProxy(endpoints.serial)
        self.power = PtyProxy(endpoints.power)
        self.board = Board(
            name="bench",
            boards_file=Path("boards.yaml"),
            description="a board on the bench",
            chip="stm32h743",
            probe=ProbeConfig(unique_id=f"remote:{self.probe.address}"),
            serial=SerialConfig(port=self.serial.port, fast_baud=921_600),
            power=Ppk2Config(port=self.power.port),
        )

    def attach(self, **changes: object) -> BoardSession:
        """Attach the board, its entry changed as said."""
        board = self.board.model_copy(update=changes)
        return attach("bench", boards={"bench": board}, command="pytest")

    def attach_probe(self) -> AbstractContextManager[DebugWire]:
        """Attach a second debugger to the same chip, which is none of the board's business."""
        return closing(DebugWire(self.board, probe_at(self.board, self._probe_id), ConnectMode.ATTACH))

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for proxy in (self.probe, self.serial, self.power):
            proxy.close()
