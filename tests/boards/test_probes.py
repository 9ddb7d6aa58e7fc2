from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyocd.core.exceptions import ProbeDisconnected

from hilbench.boards.board import Board
from hilbench.boards.config import ProbeConfig, SerialConfig
from hilbench.boards.debug import DebugWire
from hilbench.boards.limits import Limits
from hilbench.boards.ports import find_port
from hilbench.boards.probes import Probe, probe_at, select_probe
from hilbench.boards.provider import Endpoints, Reservation
from hilbench.boards.providers.bench import locate
from hilbench.boards.remote_probe import RemoteProbe
from hilbench.boards.wires import Wires
from hilbench.deadline import Deadline
from hilbench.errors import BoardMissing
from hilbench.power.instruments.ppk2 import Ppk2Config


def board(unique_id: str | None = None, port: str = "/dev/null") -> Board:
    return Board(
        name="bench",
        boards_file=Path("boards.yaml"),
        description="",
        chip="stm32h743",
        probe=ProbeConfig(unique_id=unique_id),
        serial=SerialConfig(port=port),
        virtual="bench-virtual",
    )


def probe(unique_id: str, target: str | None) -> Probe:
    return Probe(unique_id, f"probe {unique_id}", target, driver=None)


NUCLEO = probe("0670FF1", "stm32h743xx")
OTHER_NUCLEO = probe("0670FF2", "stm32h743xx")
FOREIGN = probe("E661", "rp2040")
PLAIN = probe("59400", None)


@pytest.mark.parametrize(
    ("attached", "chosen"),
    [
        ([NUCLEO], NUCLEO),
        ([FOREIGN, NUCLEO], NUCLEO),
        ([PLAIN, NUCLEO], NUCLEO),
        ([PLAIN, FOREIGN], PLAIN),
        ([FOREIGN], None),
        ([], None),
    ],
)
def test_the_one_probe_that_matches_is_taken(attached: list[Probe], chosen: Probe | None) -> None:
    assert select_probe(board(), attached) is chosen


def test_two_that_match_are_an_error_that_lists_them() -> None:
    with pytest.raises(BoardMissing, match=r"0670FF1 .*, 0670FF2 .*; name one as probe.unique_id"):
        select_probe(board(), [NUCLEO, OTHER_NUCLEO])


def test_a_named_probe_is_that_probe_whatever_else_is_there() -> None:
    assert select_probe(board("0670ff2"), [NUCLEO, OTHER_NUCLEO]) is OTHER_NUCLEO


def test_a_named_probe_that_is_missing_is_named_with_the_way_to_try() -> None:
    with pytest.raises(BoardMissing, match=r"probe 0670FF9 .* not attached; .* use the board bench-virtual"):
        select_probe(board("0670FF9"), [NUCLEO])


def test_a_bench_without_its_probe_is_nowhere() -> None:
    assert locate(board(), [FOREIGN]) is None


def test_ports_are_found_by_pattern(tmp_path: Path) -> None:
    port = tmp_path / "usb-STLINK_0670-if02"
    port.touch()
    found = locate(board(port=f"{tmp_path}/usb-STLINK*"), [NUCLEO])
    assert found is not None
    assert (found.probe, found.serial, found.power) == ("0670FF1", str(port), None)
    assert find_port(board(), "serial", "socket://lab:7000") == "socket://lab:7000"


def test_a_port_that_is_missing_or_not_unique_is_said(tmp_path: Path) -> None:
    with pytest.raises(BoardMissing, match=r"serial port of 'bench' is not clear: there is no port .*usb\*"):
        find_port(board(), "serial", f"{tmp_path}/usb*")
    for name in ("usb1", "usb2"):
        (tmp_path / name).touch()
    with pytest.raises(BoardMissing, match=r"several ports match .*usb1, .*usb2; set power.port"):
        find_port(board(), "power", f"{tmp_path}/usb*")


class _Server:
    """Answers `count` requests of pyOCD's remote protocol, then falls silent or goes away."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.is_open = True
        self.count = 0
        self.leaves = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.is_open = False
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:  # closed before anyone came
            return
        with connection, connection.makefile("rwb") as lines:
            for _ in range(self.count):
                request = json.loads(lines.readline())
                lines.write(json.dumps({"id": request["id"], "status": 0}).encode() + b"\n")
                lines.flush()
            if not self.leaves:
                while lines.readline():
                    pass


class _Dripping:
    """A probe server that never ends its first answer: it repeats the same bytes until its client leaves."""

    def __init__(self, drop: bytes, pause_s: float) -> None:
        self._drop, self._pause_s = drop, pause_s
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, contextlib.suppress(OSError):
            while True:
                connection.sendall(self._drop)
                time.sleep(self._pause_s)


@pytest.fixture
def server() -> Iterator[_Server]:
    opened = _Server()
    yield opened
    if opened.is_open:
        opened.close()


@pytest.mark.parametrize(
    ("leaves", "words"),
    [
        (False, "silent for 0.2 s; raise bench.deadlines.probe_s"),
        (True, "server (closed|went away)"),
    ],
)
def test_a_server_that_stops_answering_ends_the_transfer(server: _Server, leaves: bool, words: str) -> None:
    server.count, server.leaves = 2, leaves
    remote = RemoteProbe(server.address, lambda: Deadline.after(0.2, "bench.deadlines.probe_s"))
    remote.open()
    with pytest.raises(ProbeDisconnected, match=words):
        remote.read_dp(0)
    remote.close()
    assert not remote.is_open


def test_an_answer_in_drops_has_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    with _Dripping(b"x", pause_s=0.05) as address:
        remote = RemoteProbe(address, lambda: Deadline.after(0.4))
        with pytest.raises(ProbeDisconnected, match=r"no whole answer within 0\.4 s"):
            remote.open()


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hilbench.boards.remote_probe._LONGEST_ANSWER", 100_000)
    with _Dripping(b"x" * 50_000, pause_s=0) as address:
        remote = RemoteProbe(address, lambda: Deadline.after(60))
        with pytest.raises(ProbeDisconnected, match="without end"):
            remote.open()


@pytest.mark.parametrize("address", ["host:port", "host:", "host:1:2"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(BoardMissing, match="remote:HOST:PORT"):
        probe_at(board(), f"remote:{address}")


@pytest.mark.parametrize(
    "failure", [AttributeError("'NoneType' object has no attribute"), AssertionError(), IndexError("x")]
)
def test_whatever_pyocd_fails_with_while_it_connects_is_a_missing_board(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_session: object) -> None:
        raise failure

    monkeypatch.setattr("pyocd.core.session.Session.open", fail)
    with pytest.raises(BoardMissing, match="Connecting through remote:"):
        DebugWire(board(), probe_at(board(), "remote:127.0.0.1:1"))


def test_a_server_that_is_not_there_is_an_operating_system_error(server: _Server) -> None:
    server.close()
    with pytest.raises(OSError, match="refused"):
        RemoteProbe(server.address, lambda: Deadline.after(0.2, "bench.deadlines.probe_s")).open()


def test_a_meter_without_a_port_is_said_before_any_wire_is_opened() -> None:
    metered = board().model_copy(update={"power": Ppk2Config()})
    nowhere = Reservation(Endpoints("remote:127.0.0.1:1", "/dev/none"), Limits.of(metered))
    with pytest.raises(BoardMissing, match=r"port of the ppk2 of 'bench' is not known; set power\.port"):
        Wires(metered, nowhere)
