"""pyOCD's `remote:` probe with a limit to its patience.

pyOCD 0.46's client waits for ever for an answer, and spins when the server has gone
(`ClientSocket.readline` takes the end of the stream for an empty read). Here both end the transfer.
"""

from __future__ import annotations

import socket

from pyocd.core.exceptions import ProbeDisconnected
from pyocd.probe.tcp_client_probe import TCPClientProbe
from pyocd.utility.sockets import ClientSocket

_SILENCE_S = 10.0
"""Longest wait for one answer; the slowest, a halted flash algorithm's block write, takes well under 1 s."""


class _Connection(ClientSocket):  # type: ignore[misc]  # pyOCD carries no annotations
    """A connection whose reads end when the server falls silent or goes away."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._stream: socket.socket | None = None
        self._received = b""

    def connect(self) -> None:
        """Connect; small requests go out at once."""
        self._received = b""
        self._stream = socket.create_connection(self._address, _SILENCE_S)
        self._stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def set_timeout(self, timeout: float) -> None:
        """Ignore pyOCD's polling interval: the limit here is for the whole answer."""

    def write(self, data: bytes) -> None:
        """Send a request whole."""
        try:
            self._open_stream.sendall(data)
        except OSError as error:
            raise ProbeDisconnected(f"the probe server went away: {error}") from error

    def readline(self) -> bytes:
        """One answer, with its line feed."""
        while b"\n" not in self._received:
            try:
                received = self._open_stream.recv(65_536)
            except TimeoutError as error:
                raise ProbeDisconnected(f"the probe server was silent for {_SILENCE_S:g} s") from error
            except OSError as error:
                raise ProbeDisconnected(f"the probe server went away: {error}") from error
            if not received:
                raise ProbeDisconnected("the probe server closed the connection")
            self._received += received
        line, _, self._received = self._received.partition(b"\n")
        return line + b"\n"

    def close(self) -> None:
        """Close, also when the other end already did."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    @property
    def _open_stream(self) -> socket.socket:
        if self._stream is None:
            raise ProbeDisconnected("the probe server was not connected")
        return self._stream


class RemoteProbe(TCPClientProbe):  # type: ignore[misc]  # pyOCD carries no annotations
    """A debug probe behind `HOST:PORT`."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._socket = _Connection(*self._extract_address(address))

    def close(self) -> None:
        """Close; a server that has gone cannot be told."""
        try:
            super().close()
        except ProbeDisconnected:
            self._socket.close()
            self._is_open = False
