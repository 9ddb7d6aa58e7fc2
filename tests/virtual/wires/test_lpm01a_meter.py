"""The LPM01A emulator: its commands, its two formats, and both over a pty."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hilbench.virtual.meters import Lpm01a, MeterServer, Samples
from hilbench.virtual.meters import lpm01a_format as wire
from tests.virtual.wires.waveform import PERIOD_S, SquareWave

HIGH, LOW = 0.0353, 0.012


def meter(*commands: str) -> Lpm01a:
    """A meter under the host's control that has obeyed `commands`."""
    instrument = Lpm01a(np.random.default_rng(3), lambda _: None)
    for command in ("htc", *commands):
        answer = instrument.receive(f"{command}\n".encode())
        assert b"ack " + command.encode() in answer
    return instrument


def samples(count: int, current: float = HIGH) -> Samples:
    return Samples(np.full(count, current), np.ones(count, np.bool_))


def ascii_values(stream: bytes) -> list[float]:
    return [float(m) * 10.0 ** -int(e) for m, e in re.findall(rb"^(\d{4})-(\d\d)\r$", stream, re.MULTILINE)]


def test_commands_need_control_of_the_host() -> None:
    instrument = Lpm01a(np.random.default_rng(0), lambda _: None)
    assert b"error freq 10k" in instrument.receive(b"freq 10k\n")
    instrument.receive(b"htc\n")
    assert instrument.receive(b"freq 10k\n") == b"\r\nPowerShield > ack freq 10k\r\n\r\n"
    assert instrument.rate == 10_000


@pytest.mark.parametrize(
    "command",
    [
        "freq 3k",
        "volt 5000m",
        "volt 1799m",
        "format hex",
        "acqtime soon",
        "frobnicate",
        "trigsrc maybe",
        "trigdelay 31",
        "currthres 51m",
        "currthres 99n",
        "targrst 2",
        "temp degk",
        "autotest never",
        "pwr perhaps",
        "pwrend auto",
        "acqmode both",
        'lcd 3 "monitor"',
        'lcd 1 "more than 16 chars"',
        "",
    ],
)
def test_what_it_cannot_do_is_an_error_with_a_detail(command: str) -> None:
    instrument = meter()
    answer = instrument.receive(f"{command}\n".encode())
    assert not command or (f"error {command}\r\nError detail: " in answer.decode())


@pytest.mark.parametrize(
    ("command", "beside"),
    [
        ("volt get", " 2500-03"),
        ("pwr get", " on"),
        ("temp", " 28.0"),
        ("temp degc", " 28.0"),
        ("temp degf", " 82.4"),
        ("version", ": 1.0.6"),
        ("powershield", ": PowerShield present"),
        ("status", ": ok"),
        ("range", ": 1000-10 5000-05"),
        ("autotest", ": ok"),
        ("autotest status stat_all", ": ok"),
        ("currthres 1m", ""),
        ("currthres 0", ""),
        ("trigdelay 30", ""),
        ("pwrend on", ""),
        ("pwr auto", ""),
        ("trigsrc d7", ""),
        ("acqmode stat", ""),
        ("targrst 10m", ""),
        ("acqtime 2-3", ""),
        ("acqtime 1+1", ""),
        ('lcd 2 "     monitor    "', ""),
        ("freq   1k ", ""),
    ],
)
def test_an_answer_stands_behind_the_command_as_it_was_sent(command: str, beside: str) -> None:
    answer = meter("volt 2500m").receive(f"{command}\n".encode())
    assert answer.decode() == f"\r\nPowerShield > ack {command}{beside}\r\n\r\n"


def test_an_echo_is_no_acknowledgement() -> None:
    instrument = Lpm01a(np.random.default_rng(0), lambda _: None)
    assert instrument.receive(b"echo ABC  D\r\n") == b"\r\nPowerShield > echo ABC  D\r\n"


def test_the_range_is_that_of_the_acquisition_mode() -> None:
    assert b": 2000-12 2000-04\r\n" in meter("acqmode stat").receive(b"range\n")


def test_the_host_switches_the_board() -> None:
    switched: list[bool] = []
    instrument = Lpm01a(np.random.default_rng(0), switched.append)
    instrument.receive(b"htc\r\npwr on nostatus\r\npwr off\r\npwr get\r\n")
    assert switched == [True, False]


def test_ascii_is_too_slow_for_the_highest_rates() -> None:
    assert b"error start" in meter("freq 100k", "format ascii_dec").receive(b"start\n")


def test_ascii_samples_are_stamped_every_thousand() -> None:
    instrument = meter("freq 10k", "format ascii_dec", "acqtime inf", "start")
    stream = instrument.encode(samples(1500)) + instrument.encode(samples(700))
    assert stream.count(b"TimeStamp: 000s 100ms") == stream.count(b"TimeStamp: 000s 200ms") == 1
    values = ascii_values(stream)
    assert len(values) == 2200
    assert np.mean(values) == pytest.approx(HIGH, rel=1e-3)


def test_energy_samples_add_up_to_the_energy() -> None:
    instrument = meter("volt 3000m", "freq 1k", "output energy", "acqtime inf", "start")
    energy = sum(ascii_values(instrument.encode(samples(1000))))
    assert energy == pytest.approx(3.0 * HIGH * 1.0, rel=1e-3)


def test_falling_edges_become_events_that_say_ris() -> None:
    instrument = meter("eventsrc d7 fal", "acqtime inf", "start")
    levels = np.array([1, 1, 0, 0, 1, 0], np.bool_)
    stream = instrument.encode(Samples(np.full(6, HIGH), levels))
    lines = [line for line in stream.decode().split("\r\n") if line]
    assert lines[0].startswith("TimeStamp")
    assert [index for index, line in enumerate(lines[1:]) if line.startswith("event")] == [2, 6]
    assert [line for line in lines if "event" in line] == ["event 00 ris", "event 01 ris"]


@pytest.mark.parametrize("levels", [[0, 0, 0], [0, 0, 1]])
def test_an_acquisition_that_starts_with_the_trigger_low_has_no_event(levels: list[int]) -> None:
    instrument = meter("eventsrc d7 fal", "acqtime inf", "start")
    stream = instrument.encode(Samples(np.full(3, HIGH), np.array(levels, np.bool_)))
    assert b"event" not in stream
    low_then_high = Samples(np.full(2, HIGH), np.array([1, 0], np.bool_))
    assert instrument.encode(low_then_high).count(b"event") == 1


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_triggered_acquisition_begins_at_the_edge(first: int, cut: int) -> None:
    instrument = meter("eventsrc d7 fal", "trigsrc d7", "acqtime inf", "start")
    levels = np.array([first, first, 1 - first, 1 - first, first], np.bool_)
    currents = np.array([1e-3, 2e-3, 3e-3, 4e-3, 5e-3])
    assert instrument.streaming
    stream = b"".join(
        instrument.encode(Samples(currents[part], levels[part])) for part in (slice(cut), slice(cut, None))
    )
    assert ascii_values(stream) == pytest.approx([3e-3, 4e-3, 5e-3], rel=0.02)
    assert stream.startswith(b"\r\nTimeStamp: 000s 000ms")
    assert stream.count(b"event") == (1 - first)


def test_what_is_lost_before_the_trigger_is_no_loss() -> None:
    instrument = meter("trigsrc d7", "acqtime inf", "start")
    instrument.skip(500)
    instrument.encode(Samples(np.full(2, HIGH), np.array([1, 0], np.bool_)))
    assert b"samples: 1\r\nlost: 0\r\n" in instrument.receive(b"stop\n")


@pytest.mark.parametrize(("time", "count"), [("100m", 100), ("0", 1000), ("inf", 1000), ("100u", 1)])
@pytest.mark.parametrize("form", ["ascii_dec", "bin_hexa"])
def test_a_static_acquisition_is_one_sample_the_mean(time: str, count: int, form: str) -> None:
    instrument = meter("acqmode stat", "freq 1k", f"acqtime {time}", f"format {form}", "start")
    currents = np.linspace(0.01, 0.03, count)
    stream = b""
    for part in (currents[:-1], currents[-1:]):
        assert stream == b""
        stream += instrument.encode(Samples(part, np.ones(len(part), np.bool_)))
    assert not instrument.streaming
    assert stream.endswith(b"Acquisition completed\r\n")
    if form == "ascii_dec":
        assert ascii_values(stream) == pytest.approx([currents.mean()], rel=5e-3)
    else:
        [word] = np.frombuffer(stream[:2], ">u2").astype(np.int64)
        assert (word & 0xFFF) * 16.0 ** -(word >> 12) == pytest.approx(currents.mean(), rel=5e-3)


def test_the_binary_stream_begins_with_a_time_stamp() -> None:
    instrument = meter("format bin_hexa", "freq 100k", "acqtime 0", "start")
    stream = instrument.encode(samples(2500))
    assert [stream.find(b"\xf0\xf3" + bytes((0, 0, 0, ms, 0)) + b"\xff\xff") for ms in (0, 10, 20)] == [
        0,
        9 + 2000,
        2 * (9 + 2000),
    ]


@pytest.mark.parametrize("forever", ["0", "inf"])
def test_an_acquisition_without_a_time_goes_on_until_it_is_stopped(forever: str) -> None:
    instrument = meter("freq 1k", f"acqtime {forever}", "start")
    assert len(ascii_values(instrument.encode(samples(20_000)))) == 20_000
    assert instrument.streaming


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        (("pwr on",), [True]),
        (("pwr off", "start", "stop"), [False]),
        (("pwr off", "pwr auto", "start", "stop"), [False, True]),
        (("pwrend off", "start", "stop"), [True, False]),
        (("pwrend off", "pwrend on", "start", "stop"), [True]),
        (("targrst 100m",), [False, True]),
        (("targrst 0",), [False]),
    ],
)
def test_the_target_is_switched_as_the_host_says(commands: tuple[str, ...], expected: list[bool]) -> None:
    switched: list[bool] = []
    instrument = Lpm01a(np.random.default_rng(0), switched.append)
    for command in ("htc", *commands):
        instrument.receive(f"{command}\n".encode())
    assert switched == expected
    assert f"pwr get {'on' if expected[-1] else 'off'}".encode() in instrument.receive(b"pwr get\n")


def test_an_acquisition_ends_by_itself_after_its_time() -> None:
    instrument = meter("freq 1k", "acqtime 1", "start")
    stream = instrument.encode(samples(600)) + instrument.encode(samples(600))
    assert len(ascii_values(stream)) == 1000
    assert stream.endswith(b"Acquisition completed\r\n")
    assert not instrument.streaming


def test_stop_is_answered_by_the_end_and_not_acknowledged() -> None:
    instrument = meter("acqtime inf", "start")
    answer = instrument.receive(b"stop\n")
    assert b"ack" not in answer
    assert answer.endswith(b"Acquisition completed\r\n")
    assert instrument.receive(b"stop\n") == b""


@given(st.floats(1e-9, 1.0))
def test_ascii_keeps_four_digits(value: float) -> None:
    [decoded] = ascii_values(wire.ascii_sample(value))
    assert decoded == pytest.approx(value, rel=1e-3)


@given(st.lists(st.floats(1e-7, 1.0), min_size=1))
def test_binary_keeps_at_least_eight_bits(values: list[float]) -> None:
    words = np.frombuffer(wire.binary_samples(np.array(values)), ">u2")
    decoded = (words & 0xFFF) * 16.0 ** -(words >> 12).astype(np.float64)
    assert decoded == pytest.approx(np.array(values), rel=1 / 256)


@given(st.text(max_size=80))
def test_any_line_is_survived(junk: str) -> None:
    instrument = Lpm01a(np.random.default_rng(0), lambda _: None)
    instrument.receive(junk.encode() + b"\n")
    assert b"ack version" in instrument.receive(b"version\n")


@pytest.fixture
def supply() -> SquareWave:
    return SquareWave(LOW, HIGH)


@pytest.fixture
def port(supply: SquareWave) -> Iterator[serial.Serial]:
    server = MeterServer(Lpm01a(np.random.default_rng(1), lambda _: None), supply, clock=supply.clock)
    server.start()
    with serial.Serial(server.path, timeout=20) as client:
        yield client
    server.close()


def test_a_capture_over_the_port(supply: SquareWave, port: serial.Serial) -> None:
    port.write(b"htc\nfreq 10k\nformat ascii_dec\neventsrc d7 fal\nacqtime inf\nstart\n")
    supply.wait_for_looks()
    supply.advance(0.5)
    supply.wait_for_looks()
    port.write(b"stop\n")
    stream = port.read_until(b"Acquisition completed")
    values: NDArray[np.float64] = np.array(ascii_values(stream))
    assert len(values) == pytest.approx(0.5 * 10_000, abs=2)
    assert np.median(values[values > 0.02]) == pytest.approx(HIGH, rel=0.01)
    assert np.median(values[values < 0.02]) == pytest.approx(LOW, rel=0.01)
    assert stream.count(b"event ") == pytest.approx(0.5 / PERIOD_S, abs=2)
