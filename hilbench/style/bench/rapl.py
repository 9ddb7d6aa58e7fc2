"""Energy of the computer's processor by its own counter (Running Average Power Limit, of Intel and AMD)."""

from __future__ import annotations

from pathlib import Path

_ZONES = Path("/sys/class/powercap")


class EnergyCounter:
    """Energy of all processor packages since the counter was made.

    Args:
        zones: folder in which Linux shows the counters.
    """

    def __init__(self, zones: Path = _ZONES) -> None:
        self._zones = [each for each in sorted(zones.glob("intel-rapl:*")) if each.name.count(":") == 1]
        self._begin = self._read()

    def joules(self) -> float | None:
        """Energy so far, J; None where there is no counter, or none that this user may read.

        A counter that began anew since then is understood, unless it did so twice.
        """
        now = self._read()
        if not self._begin or len(now) != len(self._begin):
            return None
        micro = sum(
            later - earlier if later >= earlier else later - earlier + self._range(zone)
            for zone, earlier, later in zip(self._zones, self._begin, now, strict=True)
        )
        return micro / 1e6

    def _read(self) -> list[int]:
        try:
            return [int((zone / "energy_uj").read_text(encoding="ascii")) for zone in self._zones]
        except (OSError, ValueError):
            return []

    @staticmethod
    def _range(zone: Path) -> int:
        return int((zone / "max_energy_range_uj").read_text(encoding="ascii"))
