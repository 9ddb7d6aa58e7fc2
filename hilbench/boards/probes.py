"""Choice of the debug probe: the named one, the one whose target matches, or none."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from hilbench.boards.config import BoardConfig
from hilbench.boards.limits import Limits
from hilbench.errors import BoardMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyocd.probe.debug_probe import DebugProbe

_REMOTE = "remote:"

# pyOCD logs what it also raises; without a handler Python would print it to stderr.
logging.getLogger("pyocd").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Probe:
    """One attached debug probe."""

    unique_id: str
    description: str
    target: str | None
    """pyOCD's name of the chip on the probe's own board; None when the probe cannot tell."""
    driver: DebugProbe


def attached_probes() -> list[Probe]:
    """Every probe that pyOCD sees on this machine; remote ones are reached by name only.

    Raises:
        BoardMissing: they cannot be listed.
    """
    from pyocd.core.helpers import ConnectHelper

    try:
        drivers = ConnectHelper.get_all_connected_probes(blocking=False, print_wait_message=False)
        return [_described(driver) for driver in drivers]
    except Exception as error:  # of any USB library below pyOCD, and of probes that vanish meanwhile
        raise BoardMissing(
            f"The attached debug probes cannot be listed ({error}); see `hilbench doctor`."
        ) from error


def select_probe(board: BoardConfig, attached: Sequence[Probe]) -> Probe | None:
    """The probe of `board` among `attached`, or None when none is there and none was named.

    A named probe is that probe or an error. Without a name it is the one probe whose own board
    carries the chip, else the one probe that cannot tell what it is wired to.

    Raises:
        BoardMissing: the named probe is absent, or several probes match.
    """
    if board.probe.unique_id is not None:
        if board.probe.unique_id.startswith(_REMOTE):
            return probe_at(board, board.probe.unique_id)
        return _among(board, board.probe.unique_id, attached)
    wanted = board.chip.pyocd_target
    matching = [probe for probe in attached if probe.target == wanted]
    candidates = matching or [probe for probe in attached if probe.target is None]
    if len(candidates) > 1:
        listed = ", ".join(f"{probe.unique_id} ({probe.description})" for probe in candidates)
        raise BoardMissing(
            f"Several probes could be '{board.name}': {listed}; name one as probe.unique_id in boards.yaml.",
            board=board.name,
        )
    return candidates[0] if candidates else None


def probe_at(board: BoardConfig, unique_id: str, limits: Limits | None = None) -> Probe:
    """The probe called `unique_id`, or behind `remote:HOST:PORT`; not yet opened.

    A remote one must answer within `limits`, those of the board's entry where none are given.

    Raises:
        BoardMissing: it is not attached.
    """
    if unique_id.startswith(_REMOTE):
        from hilbench.boards.remote_probe import RemoteProbe

        address = unique_id.removeprefix(_REMOTE)
        begin = partial((limits or Limits.of(board)).begin, "probe")
        try:
            driver = RemoteProbe(address, begin)
        except ValueError:
            raise BoardMissing(
                f"The probe {unique_id} of '{board.name}' must read like remote:HOST:PORT.", board=board.name
            ) from None
        return Probe(unique_id, f"remote probe at {address}", None, driver)
    return _among(board, unique_id, attached_probes())


def _among(board: BoardConfig, unique_id: str, attached: Sequence[Probe]) -> Probe:
    for probe in attached:
        if probe.unique_id.lower() == unique_id.lower():
            return probe
    instead = f"; to try without it, use the board {board.virtual}" if board.virtual else ""
    raise BoardMissing(
        f"The probe {unique_id} that boards.yaml names for '{board.name}' is not attached{instead}.",
        board=board.name,
    )


def _described(driver: DebugProbe) -> Probe:
    info = driver.associated_board_info
    target = info.target.lower() if info is not None and info.target else None
    return Probe(driver.unique_id, driver.description, target, driver)
