"""The whole path on the virtual board, and each of its wires failing."""

from __future__ import annotations

import math
import os
import signal
import threading
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from hilbench.boards import Board, BoardSession, Recovery, attach, load_boards
from hilbench.boards.config import ProbeConfig
from hilbench.boards.debug import DebugWire
from hilbench.boards.link import SerialLink
from hilbench.boards.lock import holder_of
from hilbench.boards.probes import probe_at
from hilbench.deadline import Deadline
from hilbench.errors import (
    BoardBusy,
    BoardMissing,
    BootError,
    DeviceFault,
    FlashError,
    LinkError,
    PowerError,
)
from hilbench.image import Image, PackedWorkload
from hilbench.provenance import Provenance
from hilbench.runner.expected_outputs import reference_output
from tests.boards.bench import Bench
from tests.boards.proxies import unchanged


def reference(packed: PackedWorkload) -> bytes:
    return reference_output(packed.workload).tobytes()


def measure(board: BoardSession, image: Image) -> None:
    """Flash, boot and run: everything must be right."""
    board.flash(image)
    board.boot(image)
    board.select(image.workloads[0])
    board.run(3)
    assert board.output().crc32 == zlib.crc32(reference(image.workloads[0]))


def with_deadlines(board: Board, **seconds: float) -> Board:
    return board.model_copy(update={"deadlines": board.deadlines.model_copy(update=seconds)})


def test_from_flash_to_energy(bench: Bench, image: Image) -> None:
    with bench.attach() as board:
        assert board.provenance is Provenance.EMULATED
        board.flash(image)
        info = board.boot(image)
        assert info.clock_hz == board.chip.clock_hz
        assert board.environment.device["image"] == image.digest
        for packed in image.workloads:
            expected = reference(packed)
            board.select(packed)
            (cold,) = board.run(1, cold=True)
            warm = board.run(5)
            assert len(warm) == 5
            assert cold > 0
            output = board.output()
            assert (output.bytes, output.crc32) == (len(expected), zlib.crc32(expected))
            assert board.read_output() == expected
            iterations = board.window_iterations(warm[0])
            read = board.window(iterations)
            assert read is not None
            window, trace = read
            assert len(trace) > window.samples
            assert window.samples >= 1000
            assert board.chip.currents is not None
            assert window.uncertainty_pct == board.chip.currents.uncertainty_pct
            assert window.meter_s == pytest.approx(window.core_s, rel=0.01)
            assert window.energy_j > window.idle_w * window.meter_s > 0


def test_what_a_meter_states_adds_to_the_model_in_quadrature(bench: Bench, image: Image) -> None:
    stated = bench.board.power
    assert stated != "none"
    with bench.attach(power=stated.model_copy(update={"uncertainty_pct": 8})) as board:
        measure(board, image)
        read = board.window(board.window_iterations(board.run(1)[0]))
        model = board.chip.currents
    assert read is not None
    window, _ = read
    assert model is not None
    assert window.uncertainty_pct == pytest.approx(math.hypot(model.uncertainty_pct, 8))


def test_without_a_meter_there_is_no_energy(bench: Bench, image: Image) -> None:
    with bench.attach(power="none") as board:
        measure(board, image)
        assert board.window_iterations(1000) == 0
        assert board.window(10) is None
        assert not board.environment.has_meter
        assert Recovery.POWER_CYCLE not in board.ladder


def test_one_board_is_held_once(bench: Bench) -> None:
    with bench.attach():
        assert holder_of("bench") is not None
        with pytest.raises(BoardBusy, match="pytest"):
            bench.attach()
    assert holder_of("bench") is None


def test_a_failed_attach_leaves_nothing_behind(bench: Bench) -> None:
    with pytest.raises(BoardMissing, match=r"remote:127\.0\.0\.1:1 "):
        bench.attach(probe=ProbeConfig(unique_id="remote:127.0.0.1:1"))
    assert holder_of("bench") is None
    bench.attach().close()


@pytest.mark.parametrize("sent", [1, 300, 1000, 3000])
def test_a_probe_that_dies_while_pyocd_connects_is_a_missing_board(bench: Bench, sent: int) -> None:
    bench.probe.cut_after(sent)
    with pytest.raises(BoardMissing, match=r"through remote:.* failed: "):
        bench.attach()
    assert holder_of("bench") is None
    bench.attach().close()


def test_another_image_than_the_flashed_one_is_refused(bench: Bench, image: Image) -> None:
    with bench.attach() as board:
        board.flash(image)
        with pytest.raises(BootError, match=f"runs image {image.digest[:12]}, not the flashed 000000000000"):
            board.boot(replace(image, digest="0" * 64))


def test_another_case_than_the_packed_one_is_refused(bench: Bench, image: Image) -> None:
    with bench.attach() as board:
        measure(board, image)
        with pytest.raises(LinkError, match="Selected workload 1"):
            board.select(replace(image.workloads[0], index=1))


def test_a_fault_is_reported_with_its_registers_and_a_reset_brings_it_back(
    bench: Bench, image: Image
) -> None:
    with bench.attach() as board:
        measure(board, image)
        board.close()
        link = SerialLink(bench.serial.port, 115_200, board="bench")
        with pytest.raises(DeviceFault, match="pc=0x08"):
            link.command("trap", Deadline.after(5))
        link.close()
    with bench.attach() as board:
        board.boot(image)


def test_a_probe_that_vanishes_while_it_programs(bench: Bench, image: Image, other_image: Image) -> None:
    with bench.attach() as board:
        board.flash(other_image)
        bench.probe.cut_after(10_000)
        with pytest.raises(FlashError, match=r"Programming image\.elf .* server (closed|went away)"):
            board.flash(image)
        board.recover(Recovery.REOPEN)
        measure(board, image)


def test_an_interrupt_while_the_probe_answers_ends_the_connection(bench: Bench, image: Image) -> None:
    where = probe_at(bench.board, f"remote:{bench.probe.address}")
    with closing(DebugWire(bench.board, where)) as wire:
        bench.probe.before_answer = partial(os.kill, os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            wire.read_memory(0x0800_0000, 16)
        with pytest.raises(FlashError, match="is not connected"):  # its answer would be that to the other
            wire.read_memory(0x0800_0010, 16)
    with bench.attach() as board:
        measure(board, image)


def test_a_probe_that_falls_silent_while_it_programs(bench: Bench, image: Image) -> None:
    with bench.attach(deadlines=with_deadlines(bench.board, probe_s=1).deadlines) as board:
        bench.probe.frozen = True
        with pytest.raises(FlashError, match=r"Programming .* silent for 1 s"):
            board.flash(image)
        bench.probe.frozen = False
        board.recover(Recovery.RESET)
        measure(board, image)


def _noise(data: bytes) -> bytes:
    return data.replace(b"m", b"\xa5")


def _truncation(data: bytes) -> bytes:
    return data.replace(b"\n", b"")


def _silence(data: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("fault", [_noise, _truncation, _silence])
@pytest.mark.parametrize("rung", [Recovery.REOPEN, Recovery.CONNECT_UNDER_RESET])
def test_a_bad_serial_line_never_gives_samples(
    bench: Bench, image: Image, fault: Callable[[bytes], bytes], rung: Recovery
) -> None:
    with bench.attach() as board:
        measure(board, image)
        bench.serial.to_host = fault
        patient, board.board = board.board, with_deadlines(board.board, measure_s=0.3)
        with pytest.raises(LinkError):
            board.run(3)
        bench.serial.to_host = unchanged
        board.board = patient
        board.recover(rung)
        measure(board, image)


def test_a_device_that_resets_in_mid_run_is_noticed(bench: Bench, image: Image) -> None:
    with bench.attach() as board, bench.attach_probe() as other:
        measure(board, image)
        reset = threading.Timer(0.3, other.reset)
        reset.start()
        with pytest.raises(LinkError, match="started anew while it ran 'case warm"):
            board.run(1_000_000)
        reset.join()
        measure(board, image)


class _Loss:
    """Takes `lost` bytes out of the meter's stream once, when the trigger has fallen."""

    def __init__(self, lost: int) -> None:
        self._lost = lost
        self._passed = 0

    def __call__(self, data: bytes) -> bytes:
        first_inputs = (3 - self._passed) % 4  # the upper byte of each word
        self._passed += len(data)
        low = data[first_inputs::4].find(0)
        after = first_inputs + 4 * low + 1
        if low < 0 or after + self._lost > len(data):
            return data
        kept, self._lost = data[:after] + data[after + self._lost :], 0
        return kept


@pytest.mark.parametrize("lost", [40, 3])
def test_samples_that_the_meter_loses_make_the_window_invalid_not_wrong(
    bench: Bench, image: Image, lost: int
) -> None:
    with bench.attach() as board:
        measure(board, image)
        iterations = board.window_iterations(board.run(1)[0])
        bench.power.to_host = _Loss(lost)
        with pytest.raises(PowerError, match="lost samples") as loss:
            board.window(iterations)
        assert loss.value.transport
        bench.power.to_host = unchanged
        assert board.window(iterations) is not None


def test_a_meter_without_the_trigger_wire(bench: Bench, image: Image) -> None:
    meter = bench.board.power
    assert not isinstance(meter, str)
    deadlines = with_deadlines(bench.board, power_s=0.3).deadlines
    unwired = meter.model_copy(update={"trigger_input": 5})
    with bench.attach(power=unwired, deadlines=deadlines) as board:
        measure(board, image)
        with pytest.raises(PowerError, match="check the trigger wire"):
            board.window(board.window_iterations(board.run(1)[0]))


@pytest.mark.slow
def test_what_a_case_takes_and_draws_repeats_to_the_bit_whatever_ran_before(image: Image) -> None:
    first, second = image.workloads

    def measured(case: PackedWorkload) -> tuple[object, ...]:
        board.select(case)
        return (
            board.run(1, cold=True),
            board.run(10),
            board.instructions(),
            (board.window(900) or (None,))[0],
        )

    with attach("stm32h7-virtual", boards=load_boards()) as board:
        board.flash(image)
        board.boot(image)
        before = measured(first)
        measured(second)
        board.output()
        assert measured(first) == before
