"""pyOCD's own probe server in front of the virtual probe."""

from __future__ import annotations

from functools import partial

from pyocd.core.session import Session
from pyocd.probe.debug_probe import DebugProbe
from pyocd.probe.tcp_probe_server import DebugProbeServer

_POLL_S = 0.02


class ProbeServer(DebugProbeServer):  # type: ignore[misc]  # pyOCD carries no annotations
    """Serves a probe on a free TCP port of this machine; ends whether or not clients have left."""

    def __init__(self, probe: DebugProbe) -> None:
        super().__init__(Session(None), probe, port=0, serve_local_only=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        # pyOCD leaves the pause between two looks at the stop flag at half a second.
        self._server.serve_forever = partial(self._server.serve_forever, poll_interval=_POLL_S)

    @property
    def address(self) -> str:
        """What `pyocd -u` takes, once started."""
        return f"remote:127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        """Stop listening and let go of the port."""
        super().stop()
        self._server.server_close()
