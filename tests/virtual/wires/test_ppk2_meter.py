"""The PPK2 emulator on its pty, read by `ppk2-api` unmodified and byte by byte."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from ppk2_api.ppk2_api import PPK2_API

from hilbench.virtual.meters import MeterServer, Ppk2, Samples
from hilbench.virtual.meters.calibration import Calibration
from tests.virtual.wires.waveform import SquareWave

HIGH, LOW = 0.110, 0.0507
RATE = 100_000
_IDLE_S = 20
"""Longest silence of a meter that has samples to send, s."""


class Bench:
    """A PPK2 on a pty that watches a square wave, at a time of the test's own."""

    def __init__(self) -> None:
        self.supply = SquareWave(low=LOW, high=HIGH)
        self.switched: list[bool] = []
        instrument = Ppk2(np.random.default_rng(7), self.switched.append)
        self.meter = MeterServer(instrument, self.supply, clock=self.supply.clock)
        self.meter.start()

    def step(self, seconds: float) -> None:
        """Let time pass, to the middle of a sample, and the meter see it."""
        self.supply.wait_for_looks()
        self.supply.advance(seconds + 0.5 / RATE)
        self.supply.wait_for_looks()


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.meter.close()


@pytest.fixture
def port(bench: Bench) -> Iterator[serial.Serial]:
    """Its host, which has begun a capture."""
    with serial.Serial(bench.meter.path, timeout=_IDLE_S) as port:
        port.write(b"\x06")
        yield port


def take(port: serial.Serial, seconds: float) -> bytes:
    """The samples of so many seconds, or what arrives until nothing comes any more."""
    expected, received = 4 * round(seconds * RATE), b""
    while len(received) < expected and (piece := port.read(min(expected - len(received), 4096))):
        received += piece
    return received


def words(stream: bytes) -> NDArray[np.int64]:
    return np.frombuffer(stream[: len(stream) // 4 * 4], "<u4").astype(np.int64)


def steps(stream: bytes) -> NDArray[np.int64]:
    """Steps of the counter from each sample to the next, modulo 64."""
    return np.diff(words(stream) >> 18) & 63


def test_ppk2_api_reads_the_current_that_flows(bench: Bench) -> None:
    client = PPK2_API(bench.meter.path)
    assert client.get_modifiers()
    client.use_source_meter()
    client.set_source_voltage(3300)
    client.toggle_DUT_power("ON")
    client.start_measuring()
    bench.step(0.3)
    client.ser.timeout = _IDLE_S
    stream = take(client.ser, 0.3)
    client.stop_measuring()
    microampere, inputs = client.get_samples(stream)
    current, trigger = np.array(microampere) * 1e-6, np.array(inputs) & 1
    # The client's spike filter smears the samples behind an edge; medians are clear of them.
    assert np.median(current[trigger == 1]) == pytest.approx(HIGH, rel=0.01)
    assert np.median(current[trigger == 0]) == pytest.approx(LOW, rel=0.01)
    assert np.std(current[trigger == 1]) > 0
    assert bench.switched == [True]


def test_no_sample_is_lost_on_a_host_that_reads(bench: Bench, port: serial.Serial) -> None:
    stream = b""
    for _ in range(10):
        bench.step(0.03)
        stream += take(port, 0.03)
    assert len(words(stream)) == 0.3 * RATE
    assert set(steps(stream)) == {1}


def test_stop_ends_a_capture_at_the_moment_it_arrives(bench: Bench, port: serial.Serial) -> None:
    bench.step(0.2)
    stream = take(port, 0.2)
    bench.supply.advance(0.0037)
    port.write(b"\x07")
    bench.step(0.1)
    stream += port.read(port.in_waiting)
    assert len(words(stream)) == pytest.approx(0.2037 * RATE, abs=1)


def test_a_host_that_stops_reading_loses_samples_and_can_tell(bench: Bench, port: serial.Serial) -> None:
    bench.step(0.1)
    bench.step(2.0)
    taken = b""
    while port.in_waiting:
        taken += port.read(port.in_waiting)
        bench.supply.wait_for_looks()
    bench.step(0.01)
    taken += take(port, 0.01)
    assert len(words(taken)) < 2 * RATE
    assert np.count_nonzero(steps(taken) != 1) == 1


def test_a_slow_host_loses_nothing(bench: Bench, port: serial.Serial) -> None:
    stream = b""
    for _ in range(5):
        bench.step(0.4)
        stream += port.read(port.in_waiting)
    stream += take(port, 2.0 - len(words(stream)) / RATE)
    assert set(steps(stream)) == {1}
    assert len(words(stream)) == 2 * RATE


@pytest.mark.parametrize(("command", "on"), [(b"\x0c\x01", True), (b"\x0c\x00", False)])
def test_the_host_switches_the_board(command: bytes, on: bool) -> None:
    switched: list[bool] = []
    Ppk2(np.random.default_rng(0), switched.append).receive(command)
    assert switched == [on]


def test_metadata_reports_gains_and_supply_as_set() -> None:
    meter = Ppk2(np.random.default_rng(0), lambda _: None)
    meter.receive(b"\x25\x02" + np.float32(1.25).tobytes() + b"\x0d\x0c\xe4")
    text = meter.receive(b"\x19").decode()
    assert "UG2: 1.25\n" in text
    assert "VDD: 3300\n" in text
    assert text.endswith("END\n")


@given(st.binary(max_size=64))
def test_any_bytes_are_survived_in_any_pieces(junk: bytes) -> None:
    whole = Ppk2(np.random.default_rng(0), lambda _: None)
    pieces = Ppk2(np.random.default_rng(0), lambda _: None)
    answer = b"".join(pieces.receive(bytes([byte])) for byte in junk)
    assert whole.receive(junk) == answer
    assert whole.streaming == pieces.streaming


@given(st.integers(0, 1000))
def test_lost_samples_always_show_in_the_counter(count: int) -> None:
    meter = Ppk2(np.random.default_rng(0), lambda _: None)
    one = Samples(np.full(1, HIGH), np.ones(1, np.bool_))
    before = words(meter.encode(one))[0] >> 18 & 63
    meter.skip(count)
    after = words(meter.encode(one))[0] >> 18 & 63
    assert ((after - before) % 64 == 1) == (count == 0)


@given(seed=st.integers(0, 2**32 - 1), current=st.floats(1e-6, 0.9), supply=st.floats(0.8, 5.0))
def test_encoding_inverts_the_published_conversion(seed: int, current: float, supply: float) -> None:
    unit = Calibration.drawn(np.random.default_rng(seed))
    [span], [code] = unit.encode(np.array([current]), supply)
    x = (4 * int(code) - unit.offset[span]) * (1.8 / 163840) / unit.shunt[span]
    decoded = x * (unit.gain_square[span] * x + unit.gain[span])
    decoded += unit.supply_leak[span] * supply + unit.bias[span]
    assert decoded == pytest.approx(current, abs=unit.resolution(np.array([current]))[0])


def test_a_seed_repeats_an_instrument_and_its_noise() -> None:
    def capture(seed: int) -> tuple[bytes, bytes]:
        meter = Ppk2(np.random.default_rng(seed), lambda _: None)
        return meter.receive(b"\x19"), meter.encode(Samples(np.full(100, HIGH), np.ones(100, np.bool_)))

    assert capture(1) == capture(1)
    assert capture(1) != capture(2)
