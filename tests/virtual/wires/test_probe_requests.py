"""Requests to the probe server that are no requests: too long, too many, or of clients that leave."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from hilbench.virtual.serve import VirtualBoard


class Client:
    """A client that sends what it likes."""

    def __init__(self, address: str) -> None:
        host, port = address.removeprefix("remote:").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self._lines = self.socket.makefile("rb")

    def ask(self, request: str, *arguments: object) -> dict[str, object]:
        """The answer to a request."""
        self.send(json.dumps({"id": 1, "request": request, "arguments": arguments}).encode() + b"\n")
        answer: dict[str, object] = json.loads(self._lines.readline())
        return answer

    def send(self, data: bytes) -> None:
        """Send bytes, as many as the server takes."""
        self.socket.sendall(data)

    def is_dropped(self) -> bool:
        """Whether the server closed the connection."""
        try:
            return not self._lines.readline()
        except ConnectionError:
            return True


@pytest.fixture
def client(board: VirtualBoard) -> Iterator[Client]:
    opened = Client(board.endpoints.probe)
    yield opened
    opened.socket.close()


def test_a_request_without_end_closes_the_connection(
    board: VirtualBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hilbench.virtual.debug.server._LONGEST_REQUEST", 100_000)
    client = Client(board.endpoints.probe)  # the server looks at the limit as soon as it has a client
    client.send(b"x" * 100_001)
    assert client.is_dropped()
    assert Client(board.endpoints.probe).ask("hello", 1)["status"] == 0


@pytest.mark.parametrize("count", [65_536, 2**62, -1])
def test_more_transfers_than_a_probe_makes_are_refused(client: Client, count: int) -> None:
    answer = client.ask("read_ap_multiple", 0xFC, count)
    assert answer["status"] != 0
    assert "65535 are the most" in str(answer["error"])
    assert client.ask("read_dp", 0)["status"] == 0


@pytest.mark.parametrize("request_name", ["read_block8", "read_block32"])
@pytest.mark.parametrize("size", [2**25, 2**62, -1])
def test_more_memory_than_a_chip_has_is_refused(client: Client, request_name: str, size: int) -> None:
    handle = client.ask("get_memory_interface_for_ap", 1, 0)["result"]
    answer = client.ask(request_name, handle, 0x2000_0000, size)
    assert answer["status"] != 0
    assert "are the most" in str(answer["error"])


@pytest.mark.parametrize("junk", [b"[" * 50_000 + b"\n", b"\xff\n", b"{}\n", b'{"id": 1, "request": []}\n'])
def test_after_junk_the_next_client_is_served(client: Client, board: VirtualBoard, junk: bytes) -> None:
    client.send(junk)
    assert Client(board.endpoints.probe).ask("read_dp", 0)["status"] == 0
