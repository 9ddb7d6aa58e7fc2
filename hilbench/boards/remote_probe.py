"""pyOCD's `remote:` probe with a limit to its patience.

pyOCD 0.46's client waits for ever for an answer, and spins when the server has gone
(`ClientSocket.readline` takes the end of the stream for an empty read). Here both end the transfer.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from pyocd.core.exceptions import ProbeDisconnected
from pyocd.probe.tcp_client_probe import TCPClientProbe
from pyocd.utility.sockets import ClientSocket

from hilbench.deadline import Deadline

_LONGEST_ANSWER = 64 << 20
"""Bytes; 4 MiB of memory in decimal numbers are 20 MiB."""
_SOON_S = 0.001
"""Shortest wait for a socket, s; 0 would mean not to wait at all."""


class _Connection(ClientSocket):  # type: ignore[misc]  # pyOCD carries no annotations
    """A connection whose answers are whole within a time, or end in an error."""

    def __init__(self, host: str, port: int, begin: Callable[[], Deadline]) -> None:
        super().__init__(host, port)
        self._begin = begin
        self._stream: socket.socket | None = None
        self._received = bytearray()
        self._unanswered = False

    def connect(self) -> None:
        """Connect; small requests go out at once."""
        self._received.clear()
        self._unanswered = False
        self._stream = socket.create_connection(self._address, self._begin().seconds)
        self._stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def set_timeout(self, timeout: float) -> None:
        """Ignore pyOCD's polling interval: the limit here is for the whole answer."""

    def write(self, data: bytes) -> None:
        """Send a request whole."""
        if self._unanswered:  # Ctrl-C came between; that answer would be taken for this one's
            self.close()
        with self._transfer() as stream:
            stream.settimeout(self._begin().seconds)
            self._unanswered = True
            stream.sendall(data)

    def readline(self) -> bytes:
        """One answer, with its line feed."""
        deadline = self._begin()
        with self._transfer() as stream:
            while not self._received.endswith(b"\n"):  # nothing comes behind an answer until the next request
                self._receive(stream, deadline)
        line = bytes(self._received)
        self._received.clear()
        self._unanswered = False
        return line

    def _receive(self, stream: socket.socket, deadline: Deadline) -> None:
        if len(self._received) > _LONGEST_ANSWER:
            self.close()
            raise ProbeDisconnected("the probe server sends an answer without end")
        received = _next(stream, deadline)
        if not received:
            self.close()
            raise ProbeDisconnected("the probe server closed the connection")
        self._received += received

    def close(self) -> None:
        """Close, also when the other end already did."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    @contextmanager
    def _transfer(self) -> Iterator[socket.socket]:
        """The open stream; closed where the server is silent or gone."""
        if self._stream is None:
            raise ProbeDisconnected("the probe server is not connected")
        try:
            yield self._stream
        except TimeoutError as error:
            self.close()
            limit = self._begin()
            what = "gave no whole answer within" if self._received else "was silent for"
            raise ProbeDisconnected(f"the probe server {what} {limit.seconds:g} s{limit.advice}") from error
        except OSError as error:
            self.close()
            raise ProbeDisconnected(f"the probe server went away: {error}") from error


def _next(stream: socket.socket, deadline: Deadline) -> bytes:
    """Next bytes of the stream, before the deadline."""
    while not deadline.expired:
        stream.settimeout(deadline.wait_s or _SOON_S)
        with suppress(TimeoutError):
            return stream.recv(65_536)
    raise TimeoutError


class RemoteProbe(TCPClientProbe):  # type: ignore[misc]  # pyOCD carries no annotations
    """A debug probe behind `HOST:PORT`; `begin` makes the deadline of each request."""

    def __init__(self, address: str, begin: Callable[[], Deadline]) -> None:
        super().__init__(address)
        host, port = self._extract_address(address)
        self._socket = _Connection(host, port, begin)

    def lock(self) -> None:
        """Ask nothing: the board's own lock keeps others away.

        pyOCD locks around every transfer, which would be two requests in three, and its count of locks
        breaks when the server has gone.
        """

    def unlock(self) -> None:
        """Ask nothing, as `lock`."""

    def close(self) -> None:
        """Close; a server that has gone needs no message."""
        try:
            super().close()
        except ProbeDisconnected:
            self._socket.close()
            self._is_open = False
