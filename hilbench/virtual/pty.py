"""A pseudo-terminal whose far end is a serial port to everyone else."""

from __future__ import annotations

import errno
import os
import select

from hilbench.errors import VirtualBoardError
from hilbench.extras import HAS_TERMINALS, NO_TERMINALS


class PseudoTerminal:
    """The near end of a serial line; `path` names the end that a client opens.

    What is written while nobody holds the port is gone, as behind a USB serial adapter.

    Raises:
        VirtualBoardError: this system has none.
    """

    def __init__(self) -> None:
        if not HAS_TERMINALS:
            raise VirtualBoardError(NO_TERMINALS)
        import pty
        import tty

        self._master, far_end = pty.openpty()
        tty.setraw(far_end)
        self.path = os.ttyname(far_end)
        os.close(far_end)  # from here on POLLHUP says whether a client holds the port
        os.set_blocking(self._master, False)

    @property
    def connected(self) -> bool:
        """Whether a client has the port open."""
        return not self._poll(0, select.POLLIN) & select.POLLHUP

    def wait(self, timeout: float) -> None:
        """Return when bytes have arrived or after `timeout` s."""
        if self._poll(timeout, select.POLLIN) & select.POLLHUP:
            select.select([], [], [], timeout)

    def read(self) -> bytes:
        """The bytes that have arrived; empty when there are none."""
        try:
            return os.read(self._master, 4096)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno == errno.EIO:  # no client
                return b""
            raise

    def write(self, data: bytes | bytearray) -> int:
        """Send what the line takes at once.

        Returns:
            How many bytes were taken; all of them when nobody listens.
        """
        if not self.connected:
            return len(data)
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0

    def close(self) -> None:
        """Take the port away."""
        os.close(self._master)

    def _poll(self, timeout: float, events: int) -> int:
        poll = select.poll()
        poll.register(self._master, events)
        found = poll.poll(timeout * 1000)
        return found[0][1] if found else 0
