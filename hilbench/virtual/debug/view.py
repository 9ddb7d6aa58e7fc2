"""The address space as the debug port sees it."""

from __future__ import annotations

from hilbench.virtual.bus import Peripheral
from hilbench.virtual.machine import Machine

_POLL_S = 0.002
"""Longest poll of a running core, s; some USB probes take longer."""


class NoSupply(Exception):
    """Absence of the supply, so that no chip could answer."""


class DebuggerView:
    """Memory through the machine, except that the core's debug registers answer while it runs.

    A debugger that waits for a halt polls them as fast as it can. Asking the machine would stop the core
    each time, and answering at once would keep this process from emulating it.

    Args:
        machine: whose memory it is.
        direct: registers that may be used from any thread.
    """

    def __init__(self, machine: Machine, direct: Peripheral) -> None:
        self._machine = machine
        self._direct = direct

    def read_memory(self, address: int, size: int) -> bytes:
        """`size` bytes from `address`.

        Raises:
            BusFault: nothing answers there.
            NoSupply: the chip is off.
        """
        if self._is_direct(address, size):
            self._machine.wait_halted(_POLL_S)
            return self._direct.read(address - self._direct.base, size).to_bytes(size, "little")
        return self._machine.call(lambda: self._read(address, size))

    def write_memory(self, address: int, data: bytes) -> None:
        """Write `data` at `address`.

        Raises:
            BusFault: nothing answers there, or it refuses.
            NoSupply: the chip is off.
        """
        self._machine.call(lambda: self._write(address, data))

    def _read(self, address: int, size: int) -> bytes:
        self._check_supply()
        return self._machine.read_memory(address, size)

    def _write(self, address: int, data: bytes) -> None:
        self._check_supply()
        if self._is_direct(address, len(data)):
            self._direct.write(address - self._direct.base, len(data), int.from_bytes(data, "little"))
        else:
            self._machine.write_memory(address, data)

    def _check_supply(self) -> None:
        """Check the supply between two instructions: a meter may have switched it since the probe looked."""
        if not self._machine.powered:
            raise NoSupply

    def _is_direct(self, address: int, size: int) -> bool:
        return size == 4 and 0 <= address - self._direct.base < self._direct.size
