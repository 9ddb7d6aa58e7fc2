"""A meter that is the board's supply decides its voltage."""

from __future__ import annotations

import numpy as np
import pytest

from hilbench.virtual.meters import Lpm01a, Ppk2

SOURCE, AMPERE = b"\x11\x02", b"\x11\x01"


@pytest.mark.parametrize(
    ("commands", "fed"),
    [
        (SOURCE + b"\x0d\x07\x08", [3.3, 1.8]),
        (AMPERE + b"\x0d\x07\x08", []),
        (AMPERE + b"\x0d\x07\x08" + SOURCE, [1.8]),
    ],
)
def test_a_ppk2_feeds_what_it_was_told_in_source_mode_alone(commands: bytes, fed: list[float]) -> None:
    seen: list[float] = []
    Ppk2(np.random.default_rng(0), lambda _: None, seen.append).receive(commands)
    assert seen == fed


def test_an_lpm01a_feeds_what_it_was_told() -> None:
    seen: list[float] = []
    meter = Lpm01a(np.random.default_rng(0), lambda _: None, seen.append)
    meter.receive(b"htc\nvolt 1800m\nvolt 5000m\nvolt get\n")
    assert seen == [1.8]
