from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from hilbench.deadline import Deadline
from hilbench.errors import PowerError
from hilbench.power import SupplyMode
from hilbench.power.instruments.ppk2 import Ppk2Config
from hilbench.power.instruments.ppk2.driver import Ppk2
from tests.power.ppk2_on_a_pty import METADATA, Ppk2OnAPty, samples

_CONFIG = Ppk2Config(supply_mv=3300)
_TRIGGER = np.ones(600, bool)
_TRIGGER[200:400] = False
_CAPTURE = samples(np.full(600, 2000), trigger=_TRIGGER)


def soon() -> Deadline:
    return Deadline.after(0.5)


def test_a_capture_holds_the_window_between_its_edges() -> None:
    with Ppk2OnAPty(captures=(_CAPTURE,)) as instrument:
        meter = _CONFIG.open(instrument.port)
        meter.start()
        meter.await_edges(2, tail_s=1e-3, deadline=soon())
        trace = meter.stop()
        meter.close()
    falling, rising = trace.edges
    assert (falling.index, rising.index) == (200, 400)
    assert trace.seconds_between(falling, rising) == pytest.approx(2e-3)
    energy = trace.energy_between(falling, rising)
    assert energy == pytest.approx(trace.current[0] * 3.3 * 2e-3)


def test_it_is_set_up_as_the_configuration_says() -> None:
    with Ppk2OnAPty() as instrument:
        meter = Ppk2(Ppk2Config(supply_mv=1800, mode=SupplyMode.SOURCE), instrument.port)
        meter.power(on=True)
        meter.close()
    assert bytes(instrument.heard).removesuffix(b"\xff").endswith(b"\x11\x02\x0d\x07\x08\x0c\x01\x07")
    assert Ppk2Config().supplies_board
    assert not Ppk2Config(mode=SupplyMode.AMPERE).supplies_board
    assert "9173" in meter.identity
    assert ", calibrated" in meter.identity


def test_its_serial_number_is_that_of_its_usb_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with Ppk2OnAPty() as instrument:
        ports = [
            SimpleNamespace(device="/dev/other", serial_number="0000"),
            SimpleNamespace(device=instrument.port, serial_number="E5F0"),
        ]
        monkeypatch.setattr("hilbench.power.streaming.list_ports.comports", lambda: ports)
        meter = Ppk2(_CONFIG, instrument.port)
        meter.close()
    assert meter.serial_number == "E5F0"
    assert meter.identity.startswith("PPK2 E5F0 hardware 9173")


def test_metadata_in_pieces_behind_garbage_is_read() -> None:
    pieces = (b"\x00\xff\xfeGS0: 77", METADATA[:9], METADATA[9:100], METADATA[100:])
    with Ppk2OnAPty(metadata=pieces, captures=(_CAPTURE,)) as instrument:
        instrument.say(samples(np.full(300, 900)))
        meter = Ppk2(_CONFIG, instrument.port)
        assert ", calibrated" in meter.identity
        meter.close()


def test_what_is_no_ppk2_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hilbench.power.instruments.ppk2.driver._ANSWER_S", 0.05)
    with Ppk2OnAPty(metadata=()) as instrument, pytest.raises(PowerError, match=r"No PPK2 at .* answers"):
        Ppk2(_CONFIG, instrument.port)


def test_a_missing_port_is_a_power_error() -> None:
    with pytest.raises(PowerError, match="/dev/no-such-port"):
        Ppk2(_CONFIG, "/dev/no-such-port")


def test_lost_samples_make_the_window_invalid() -> None:
    damaged = _CAPTURE[: 4 * 300] + _CAPTURE[4 * 310 :]
    with Ppk2OnAPty(captures=(damaged,)) as instrument:
        meter = Ppk2(_CONFIG, instrument.port)
        meter.start()
        meter.await_edges(2, tail_s=0, deadline=soon())
        trace = meter.stop()
        meter.close()
    assert trace.dropped == 10
    with pytest.raises(PowerError, match="lost samples inside the window"):
        trace.energy_between(*trace.edges)


def test_edges_that_never_come_are_an_error_with_what_was_seen() -> None:
    with Ppk2OnAPty(captures=(samples(np.full(100, 5)),)) as instrument:
        meter = Ppk2(_CONFIG, instrument.port)
        meter.start()
        with pytest.raises(PowerError, match=r"2 trigger edges within 0.2 s \(100 samples, 0 edges\)"):
            meter.await_edges(2, tail_s=0, deadline=Deadline.after(0.2))
        meter.close()


@pytest.mark.parametrize(("count", "enough"), [(499, False), (500, True)])
def test_the_tail_is_waited_for_behind_the_last_edge(count: int, enough: bool) -> None:
    with Ppk2OnAPty(captures=(_CAPTURE[: 4 * count],)) as instrument:
        meter = Ppk2(_CONFIG, instrument.port)
        meter.start()
        if enough:
            meter.await_edges(2, tail_s=1e-3, deadline=soon())
        else:
            with pytest.raises(PowerError, match="499 samples, 2 edges"):
                meter.await_edges(2, tail_s=1e-3, deadline=Deadline.after(0.1))
        meter.close()


def test_a_port_has_one_reader() -> None:
    with Ppk2OnAPty() as instrument:
        meter = Ppk2(_CONFIG, instrument.port)
        with pytest.raises(PowerError, match="Cannot open the PPK2"):
            Ppk2(_CONFIG, instrument.port)
        meter.close()


def test_an_instrument_that_streams_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with Ppk2OnAPty() as instrument:
        meter = Ppk2(_CONFIG, instrument.port)
        monkeypatch.setattr("hilbench.power.instruments.ppk2.driver._ANSWER_S", 0.05)
        with pytest.raises(PowerError, match="sends no samples"):
            meter.start()
        meter.close()


def test_each_capture_starts_afresh() -> None:
    with Ppk2OnAPty(captures=(_CAPTURE, samples(np.full(50, 7)))) as instrument:
        meter = Ppk2(_CONFIG, instrument.port)
        meter.start()
        meter.await_edges(2, tail_s=0, deadline=soon())
        meter.stop()
        meter.start()
        assert meter.stop().edges == ()
        meter.close()
        meter.close()


def test_stopping_what_never_started_is_an_error() -> None:
    with Ppk2OnAPty() as instrument:
        meter = Ppk2(_CONFIG, instrument.port)
        with pytest.raises(PowerError, match="was not capturing"):
            meter.stop()
        meter.close()
