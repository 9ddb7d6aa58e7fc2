"""pyOCD's own probe server in front of the virtual probe."""

from __future__ import annotations

from functools import partial
from io import BufferedIOBase

from pyocd.core.session import Session
from pyocd.probe.debug_probe import DebugProbe
from pyocd.probe.tcp_probe_server import DebugProbeRequestHandler, DebugProbeServer

_POLL_S = 0.02
_LONGEST_REQUEST = 16 << 20
"""Longest request in bytes; 1 MiB of memory to write is 5 MiB in decimal numbers."""


class ProbeServer(DebugProbeServer):  # type: ignore[misc]  # pyOCD carries no annotations
    """Serves a probe on a free TCP port of this machine; ends whether or not clients have left."""

    def __init__(self, probe: DebugProbe) -> None:
        super().__init__(Session(None), probe, port=0, serve_local_only=True)
        self._server.RequestHandlerClass = _RequestHandler
        self._server.daemon_threads = True
        self._server.block_on_close = False
        # pyOCD leaves the pause between two looks at the stop flag at half a second.
        self._server.serve_forever = partial(self._server.serve_forever, poll_interval=_POLL_S)

    @property
    def address(self) -> str:
        """Address of the server as `pyocd -u` takes it, once started."""
        return f"remote:127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        """Stop listening and let go of the port."""
        super().stop()
        self._server.server_close()


class _RequestHandler(DebugProbeRequestHandler):  # type: ignore[misc]  # pyOCD carries no annotations
    """Ends the connection of a client whose request is too long to be one."""

    def setup(self) -> None:
        super().setup()
        stream: BufferedIOBase = self.rfile  # type: ignore[has-type]
        self.rfile = _Requests(stream)


class _Requests:
    """The lines that a client sends."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """The client's next line.

        Raises:
            ValueError: it is longer than any request; pyOCD's handler then closes the connection.
        """
        line = self._stream.readline(_LONGEST_REQUEST + 1)
        if len(line) > _LONGEST_REQUEST:
            raise ValueError(f"a request of more than {_LONGEST_REQUEST} bytes")
        return line

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()
