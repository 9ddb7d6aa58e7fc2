"""Measurements of the firmware, against what is known of the kernels."""

from __future__ import annotations

import re
import zlib

import pytest

from hilbench.runner.expected_outputs import reference_output
from tests.firmware.conftest import Device

OUTPUT = re.compile(r"m-output-\[bytes=(\d+) crc=([0-9a-f]{8}) stack=(\d+)\]")


def samples(lines: list[str]) -> list[int]:
    """Cycles of the samples in an answer, whose form is checked."""
    *blocks, done = lines
    found = [[int(cycles) for cycles in block[len("m-samples-[") : -1].split(" ")] for block in blocks]
    flat = [cycles for block in found for cycles in block]
    assert done == f"m-samples-done-[{len(flat)}]"
    assert all(1 <= len(block) <= 8 for block in found)
    return flat


def output(device: Device) -> tuple[int, int, int]:
    """Bytes, checksum and stack of the selected case."""
    (line,) = device.terminal.ask_checked("case output")
    found = OUTPUT.fullmatch(line)
    assert found is not None, line
    return int(found[1]), int(found[2], 16), int(found[3])


def overhead(device: Device) -> int:
    (line,) = (line for line in device.terminal.ask_checked("env") if "overhead" in line)
    return int(line.removesuffix("]").split("=")[1])


@pytest.mark.parametrize("kind", ["warm", "cold"])
@pytest.mark.parametrize("count", [1, 8, 9, 300])
def test_every_run_is_a_sample(device: Device, kind: str, count: int) -> None:
    device.select("add")
    if kind == "cold":
        count = min(count, 9)
    cycles = samples(device.terminal.ask_checked(f"case {kind} {count}"))
    assert len(cycles) == count
    assert min(cycles) > overhead(device)


@pytest.mark.parametrize("name", ["copy", "conv2d", "add"])
def test_warm_runs_of_what_the_caches_hold_cost_the_same_from_the_first(device: Device, name: str) -> None:
    device.select(name)
    assert len(set(samples(device.terminal.ask_checked("case warm 5")))) == 1


@pytest.mark.parametrize("name", ["copy", "conv2d", "add", "hog"])
def test_outputs_are_the_reference_s(device: Device, name: str) -> None:
    case = device.select(name)
    device.terminal.ask_checked("case warm 1")
    expected = reference_output(case).tobytes()
    assert output(device)[:2] == (len(expected), zlib.crc32(expected))


def test_cold_runs_compute_the_same(device: Device) -> None:
    device.select("conv2d")
    device.terminal.ask_checked("case warm 2")
    warm = output(device)[1]
    device.select("conv2d")
    assert output(device)[1] != warm
    device.terminal.ask_checked("case cold 1")
    assert output(device)[1] == warm


def instructions(device: Device) -> int:
    """Instructions of one run of the selected case."""
    (line,) = device.terminal.ask_checked("case instructions")
    found = re.fullmatch(r"m-instructions-\[(\d+)\]", line)
    assert found is not None, line
    return int(found[1])


def test_instructions_are_the_kernel_s_own_whatever_ran_before(device: Device) -> None:
    case = device.select("copy")
    cold = instructions(device)
    cycles = min(samples(device.terminal.ask_checked("case warm 2")))
    assert instructions(device) == cold
    assert case.macs < cold < 2 * cycles


def test_counting_runs_the_kernel(device: Device) -> None:
    case = device.select("conv2d")
    assert instructions(device) > case.macs // 4
    expected = reference_output(case).tobytes()
    assert output(device)[:2] == (len(expected), zlib.crc32(expected))


def test_a_window_is_its_runs_end_to_end(device: Device) -> None:
    device.select("conv2d")
    warm = min(samples(device.terminal.ask_checked("case warm 4")))
    (line,) = device.terminal.ask_checked("case window 50 100")
    found = re.fullmatch(r"m-window-\[iterations=50 cycles=(\d+)\]", line)
    assert found is not None, line
    assert int(found[1]) == pytest.approx(50 * warm, rel=0.1)


def test_a_window_may_be_without_idle_time(device: Device) -> None:
    device.select("copy")
    (line,) = device.terminal.ask_checked("case window 1 0")
    assert line.startswith("m-window-[iterations=1 ")


def test_stack_is_the_kernel_s_own(device: Device) -> None:
    device.select("hog")
    device.terminal.ask_checked("case warm 1")
    assert 3000 <= output(device)[2] < 3200
    device.select("copy")
    assert output(device)[2] == 0
    device.terminal.ask_checked("case warm 1")
    assert output(device)[2] < 100


def test_the_compiler_s_bound_holds(device: Device) -> None:
    for name in ("hog", "copy", "conv2d", "add"):
        device.select(name)
        device.terminal.ask_checked("case warm 1")
        bound = device.packed(name).stack_bytes
        assert bound is not None
        assert output(device)[2] <= bound
