"""The environment of a row, as texts and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hilbench.environment import Environment

KEYS = st.sampled_from(
    ["probe", "uid", "choice", "device_clock_hz", "device_a", "device", "other", "twin_of"]
)


@given(st.dictionaries(KEYS, st.text(min_size=1)))
def test_texts_come_back_whatever_they_say(values: dict[str, str]) -> None:
    assert Environment.parse(values).values() == values


def test_clock_and_caches_are_the_device_s() -> None:
    told = Environment(device={"clock_hz": "480000000", "icache": "on", "dcache": "off"})
    assert (told.clock_hz, told.caches) == (480_000_000, "icache")
    assert Environment(device={"icache": "off", "dcache": "off"}).caches == "off"
    assert (Environment().clock_hz, Environment().caches) == (None, "")


def test_no_meter_is_none() -> None:
    assert not Environment(meter="none").has_meter
    assert not Environment().has_meter
    assert Environment(meter="PPK2").has_meter
