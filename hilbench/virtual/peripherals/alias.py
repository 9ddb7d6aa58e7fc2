"""Second addresses of peripherals, as TrustZone gives each a secure and a non-secure one."""

from __future__ import annotations

from hilbench.virtual.bus import Bus


class Alias:
    """Whatever is accessed here is accessed elsewhere.

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
        """The register there.

        Raises:
            BusFault: nothing answers there.
        """
        return self._bus.read_register(self._first + offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """Write the register there.

        Raises:
            BusFault: nothing answers there.
        """
        self._bus.write_register(self._first + offset, size, value)

    def reset(self) -> None:
        """It keeps nothing."""
