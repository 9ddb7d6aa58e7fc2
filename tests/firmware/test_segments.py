"""Workloads of several segments, and those that overwrite their inputs."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from tests.firmware.conftest import Device
from tests.firmware.test_measuring import output, overhead, samples

SPENT = "e-[A run overwrites its inputs: write them again, and ask for one run]"
IN_PLACE = ["chain", "chain_with_probes"]


def steps(device: Device) -> list[int]:
    """Cycles of the segments in an answer, whose form is checked."""
    cycles, done = device.terminal.ask_checked("case steps")
    found = list(map(int, cycles.removeprefix("m-steps-[").removesuffix("]").split(" ")))
    assert done == f"m-steps-done-[{len(found)}]"
    return found


def write(device: Device, values: bytes) -> None:
    frame = f"write in 0 0 {values.hex()} {zlib.crc32(values):08x}"
    assert device.terminal.ask(frame) == [f"m-written-[{len(values)}]"]


@pytest.mark.parametrize("name", [*IN_PLACE, "chain_apart"])
@pytest.mark.parametrize("command", ["case warm 5", "case cold 3", "infer 4 2", "case instructions"])
def test_however_often_it_runs_the_output_is_that_of_the_first(
    device: Device, name: str, command: str
) -> None:
    workload = device.select(name)
    device.terminal.ask(command)
    assert output(device)[1] == zlib.crc32(workload.reference(workload.input_values()).tobytes())


def test_segments_add_up_to_the_run(device: Device) -> None:
    device.select("chain_with_probes")
    whole = samples(device.terminal.ask_checked("case warm 1"))[0] - overhead(device)
    first, second = steps(device)
    assert first > 64 < second
    assert whole - 100 < first + second <= whole


def test_a_single_segment_is_the_run(device: Device) -> None:
    device.select("conv2d")
    whole = samples(device.terminal.ask_checked("case warm 1"))[0] - overhead(device)
    (only,) = steps(device)
    assert abs(only - whole) < 20


def test_segments_without_probes_are_an_error(device: Device) -> None:
    device.select("chain")
    (error,) = device.terminal.ask("case steps")
    assert error == "e-[The segments do not report their ends: build the workload with probes]"


def test_a_run_ends_behind_the_segment_that_is_asked_for(device: Device) -> None:
    workload = device.select("chain_with_probes")
    values = np.arange(64, dtype=np.int8).reshape(1, 64)
    write(device, values.tobytes())
    assert device.terminal.ask_checked("case until 0") == ["m-until-[0]"]
    device.terminal.ask_frame(f"send arena {workload.arena.scratch} 64", (~values).tobytes())
    assert device.terminal.ask("case until 1") == [SPENT]
    write(device, values.tobytes())
    assert device.terminal.ask_checked("case until 1") == ["m-until-[1]"]
    assert output(device)[1] == zlib.crc32(workload.reference([values]).tobytes())


def test_inputs_that_were_written_last_for_one_run_where_it_overwrites_them(device: Device) -> None:
    workload = device.select("chain")
    values = np.arange(64, dtype=np.int8).reshape(1, 64)
    write(device, values.tobytes())
    for command in ("case cold 2", "case warm 1", "case steps"):
        assert device.terminal.ask(command) == [SPENT]
    device.terminal.ask_checked("case cold 1")
    assert output(device)[1] == zlib.crc32(workload.reference([values]).tobytes())
    assert device.terminal.ask("case cold 1") == [SPENT]
    write(device, values.tobytes())
    device.terminal.ask_checked("case cold 1")
    assert output(device)[1] == zlib.crc32(workload.reference([values]).tobytes())


@pytest.mark.parametrize("command", ["infer 1 0", "infer 3 0", "infer 5", "infer 2 3"])
@pytest.mark.parametrize("name", ["chain", "chain_apart"])
def test_results_are_those_of_the_loaded_inputs_however_often_it_runs(
    device: Device, name: str, command: str
) -> None:
    workload = device.select(name)
    values = np.arange(64, dtype=np.int8).reshape(1, 64)
    device.terminal.ask("db load 64")
    assert device.terminal.ask(f"db {values.tobytes().hex()}") == ["m-load-done"]
    expected = workload.reference([values]).reshape(-1)[:16]
    results = f"m-results-[{','.join(f'{value}.000' for value in expected)}]"
    for _ in range(2):
        assert device.terminal.ask(command)[-1] == results
    assert device.terminal.ask("results") == [results]


def test_an_energy_window_takes_written_inputs(device: Device) -> None:
    device.select("chain")
    write(device, bytes(64))
    assert device.terminal.ask_checked("case window 3")[0].startswith("m-window-[iterations=3 ")
    assert device.terminal.ask("case cold 1") == [SPENT]


def test_inputs_that_were_written_stay_where_nothing_overwrites_them(device: Device) -> None:
    workload = device.select("chain_apart")
    values = np.arange(64, dtype=np.int8).reshape(1, 64)
    write(device, values.tobytes())
    device.terminal.ask_checked("case warm 5")
    device.terminal.ask_checked("case cold 2")
    assert output(device)[1] == zlib.crc32(workload.reference([values]).tobytes())


def test_a_selection_makes_the_inputs_anew(device: Device) -> None:
    workload = device.select("chain")
    write(device, bytes(64))
    device.select("chain")
    device.terminal.ask_checked("case warm 3")
    assert output(device)[1] == zlib.crc32(workload.reference(workload.input_values()).tobytes())
