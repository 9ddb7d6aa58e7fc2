"""A Joulescope behind a fake of its maker's driver."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hilbench.deadline import Deadline
from hilbench.errors import PowerError
from hilbench.extras import ExtraMissing
from hilbench.power import PowerMeter, PowerTrace
from hilbench.power.instruments.joulescope import JoulescopeConfig
from hilbench.power.window import cut_window
from tests.power.fake_joulescope import Driver, Message
from tests.power.fake_joulescope import driver as driver  # the fixture
from tests.power.recorded import RUN, RUNNING_A, START, STOP

_RATE = 100_000


def captured(meter: PowerMeter) -> PowerTrace:
    meter.start()
    meter.await_edges(2, 1e-3, Deadline.after(1))
    return meter.stop()


def test_the_stream_holds_the_window(driver: type[Driver]) -> None:
    meter = JoulescopeConfig().open("")
    meter.power(on=True)
    window = cut_window(captured(meter), idle_s=200 / _RATE)
    meter.close()
    meter.close()
    assert (window.start.index, window.stop.index) == (START, STOP)
    assert window.energy_j == pytest.approx(RUN / _RATE * RUNNING_A * 3.3, rel=1e-6)
    assert window.edge_uncertainty_pct == 0
    assert (meter.identity, meter.serial_number) == ("Joulescope JS220 000042", "000042")
    assert driver.last.finalized == 1


def test_it_is_set_up_and_stopped(driver: type[Driver]) -> None:
    meter = JoulescopeConfig(rate_hz=200_000).open("000042")
    captured(meter)
    settings = driver.last.published
    assert settings["u/js220/000042/h/fs"] == 200_000
    assert settings["u/js220/000042/s/i/range/mode"] == "auto"
    assert {settings[f"u/js220/000042/s/{part}/ctrl"] for part in ("i", "v", "gpi/0")} == {0}
    captured(meter)
    meter.close()


@pytest.mark.parametrize("signal", ["s/i", "s/v", "s/gpi/0"])
def test_a_piece_that_is_lost_makes_the_window_invalid(driver: type[Driver], signal: str) -> None:
    driver.alter = staticmethod(
        lambda topic, message: None if topic == signal and message["sample_id"] == 1400 * 20 else message
    )
    meter = JoulescopeConfig().open("")
    trace = captured(meter)
    meter.close()
    assert trace.dropped == 200
    with pytest.raises(PowerError, match="lost samples"):
        cut_window(trace, idle_s=200 / _RATE)


def test_not_a_number_makes_the_window_invalid(driver: type[Driver]) -> None:
    def alter(topic: str, message: Message) -> Message:
        if topic == "s/i" and message["sample_id"] == 1400 * 20:
            message["data"][7] = np.nan
        return message

    driver.alter = staticmethod(alter)
    meter = JoulescopeConfig().open("")
    with pytest.raises(PowerError, match="lost samples"):
        cut_window(captured(meter), idle_s=200 / _RATE)
    meter.close()


def scaled(topic: str, message: Message) -> Message:
    return {**message, "data": message["data"] * 1000} if topic == "s/i" else message


def garbage(topic: str, message: Message) -> Any:
    return "?" if topic == "s/v" else message


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"alter": staticmethod(scaled)}, "as a current in amperes, more than it can measure"),
        ({"alter": staticmethod(garbage)}, "what it streams is not understood"),
        ({"silent": ("s/gpi/0",)}, r"streams nothing \(trigger\)"),
        ({"unplugged_behind": 600}, "it was unplugged"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    driver: type[Driver], attributes: dict[str, Any], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hilbench.power.instruments.joulescope.driver._ANSWER_S", 0.1)
    for name, value in attributes.items():
        setattr(driver, name, value)
    meter = JoulescopeConfig().open("")
    with pytest.raises(PowerError, match=sentence):
        captured(meter)
    meter.close()


def test_a_stream_that_stops_is_an_error_with_what_was_seen(driver: type[Driver]) -> None:
    driver.alter = staticmethod(lambda _, message: message if message["sample_id"] < 1400 * 20 else None)
    meter = JoulescopeConfig().open("")
    meter.start()
    with pytest.raises(PowerError, match=r"2 trigger edges within 0.2 s \(400 samples, 1 edges\)"):
        meter.await_edges(2, 0, Deadline.after(0.2))
    meter.close()


def test_a_setting_that_is_refused_is_named(driver: type[Driver]) -> None:
    with pytest.raises(PowerError, match="set h/fs: jsdrv_publish failed 5"):
        JoulescopeConfig(rate_hz=12_345).open("")


@pytest.mark.parametrize(
    ("paths", "sentence"), [((), "none is attached"), (("u/js110/1", "u/js220/2"), "js110")]
)
def test_there_must_be_one(driver: type[Driver], paths: tuple[str, ...], sentence: str) -> None:
    driver.paths = paths
    with pytest.raises(PowerError, match=f"No one Joulescope .*{sentence}"):
        JoulescopeConfig().open("")


def test_without_its_driver_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hilbench.extras.find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=r"pyjoulescope_driver, .*hilbench\[meters\]"):
        JoulescopeConfig().open("")


def test_the_fake_has_the_methods_of_the_maker() -> None:
    real = pytest.importorskip("pyjoulescope_driver").Driver
    for name in ("device_paths", "open", "close", "finalize", "subscribe", "unsubscribe", "publish"):
        assert callable(getattr(real, name)), name
