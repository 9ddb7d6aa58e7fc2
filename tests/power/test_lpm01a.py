from __future__ import annotations

import pytest

from hilbench.errors import PowerError
from hilbench.power.instruments.lpm01a import Lpm01aConfig
from hilbench.power.instruments.lpm01a.driver import Lpm01a
from tests.power.lpm01a_on_a_pty import Lpm01aOnAPty

_CONFIG = Lpm01aConfig(supply_mv=2500)


@pytest.mark.parametrize("piecewise", [False, True])
@pytest.mark.parametrize(
    "answer",
    [
        b"ack version: 1.0.6\r\n\r\n",
        b"ack version 1.0.6\r\n\r\n",
        b"ack version: 1.0.6\r\n",
        b"ack version\r\n1.0.6\r\n\r\n",
        b"ack version\n1.0.6\n",
    ],
)
def test_an_answer_is_read_behind_its_command_and_below_it(answer: bytes, piecewise: bool) -> None:
    with Lpm01aOnAPty({b"version": answer}, piecewise=piecewise) as instrument:
        meter = Lpm01a(_CONFIG, instrument.port)
        assert meter.identity == "LPM01A 1.0.6"
        meter.close()
    assert b"volt 2500m" in instrument.heard


@pytest.mark.parametrize(
    "refusal",
    [
        b"error volt 2500m\r\nError detail: too low\r\n\r\n",
        b"error volt 2500m Error detail: too low\r\n\r\n",
    ],
)
def test_a_refusal_is_told_with_its_detail(refusal: bytes) -> None:
    with (
        Lpm01aOnAPty({b"volt 2500m": refusal}) as instrument,
        pytest.raises(PowerError, match="refused 'volt 2500m': Error detail: too low"),
    ):
        Lpm01a(_CONFIG, instrument.port)


@pytest.mark.parametrize(
    "other", [b"ack volt 2500mm\r\n\r\n", b"ack volt 2500\r\n\r\n", b"ack freq 10k\r\n\r\n"]
)
def test_the_acknowledgement_of_another_command_is_none(
    other: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hilbench.power.instruments.lpm01a.driver._ANSWER_S", 0.1)
    with (
        Lpm01aOnAPty({b"volt 2500m": other}) as instrument,
        pytest.raises(PowerError, match=r"does not answer 'volt 2500m' within 0\.1 s"),
    ):
        Lpm01a(_CONFIG, instrument.port)


def test_a_capture_begins_with_its_first_sample_and_ends_with_the_meter() -> None:
    with Lpm01aOnAPty({}, capture=b"0500-05\r\n") as instrument:
        meter = Lpm01a(_CONFIG, instrument.port)
        meter.start()
        meter.close()
    assert instrument.heard[-4:-1] == [b"start", b"stop", b"hrc"]


def test_an_instrument_without_samples_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with Lpm01aOnAPty({}, capture=b"") as instrument:
        meter = Lpm01a(_CONFIG, instrument.port)
        monkeypatch.setattr("hilbench.power.instruments.lpm01a.driver._ANSWER_S", 0.1)
        with pytest.raises(PowerError, match="sends no samples"):
            meter.start()
        meter.close()


def test_the_first_samples_may_come_with_the_acknowledgement() -> None:
    with Lpm01aOnAPty({}, capture=b"0500-05\r\n0600-05\r\n0700-05\r\n") as instrument:
        meter = Lpm01a(_CONFIG, instrument.port)
        meter.power(on=False)
        meter.start()
        trace = meter.stop()
        meter.close()
    assert trace.current == pytest.approx([5e-3, 6e-3, 7e-3])
    assert trace.voltage == pytest.approx([2.5] * 3)
    assert instrument.heard[-4:-1] == [b"start", b"stop", b"hrc"]
    assert b"pwr off nostatus" in instrument.heard
