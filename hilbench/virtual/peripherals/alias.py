"""Second addresses of peripherals, as TrustZone gives each a secure and a non-secure one."""

from __future__ import annotations

from hilbench.virtual.bus import Bus


class Alias:
    """A window of addresses whose accesses go to other addresses of a bus.

    Args:
        window: addresses here.
        bus: where the others are.
        distance: of the others from these.
    """

    def __init__(self, window: range, bus: Bus, distance: int) -> None:
        self.base = window.start
        self.size = len(window)
        self._bus = bus
        self._first = window.start + distance

    def read(self, offset: int, size: int) -> int:
        """The register at the other address.

        Raises:
            BusFault: nothing answers there.
        """
        return self._bus.read_register(self._first + offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """Write the register at the other address.

        Raises:
            BusFault: nothing answers there.
        """
        self._bus.write_register(self._first + offset, size, value)

    def reset(self) -> None:
        """Do nothing; an alias keeps no state."""
