"""Exceptions that pyserial lets through when a port fails while it is used."""

from __future__ import annotations

import serial

try:
    from termios import error as _terminal_error
except ImportError:  # Windows, where pyserial asks no terminal

    class _terminal_error(Exception):  # type: ignore[no-redef]  # noqa: N801  # stands for the other
        """Failure that cannot be on this system."""


SERIAL_FAILURES = (serial.SerialException, OSError, _terminal_error, TypeError)
"""TypeError is what it raises of a port that another thread closed."""
