"""Parsers of the firmware's answers to hilbench's own commands (docs/serial-protocol.md)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hilbench.boards.frames import data_of_frame
from hilbench.errors import LinkError, MeasureError

_CHECKED = re.compile(r"(.*\]) ([0-9a-f]{8})")
_ENVIRONMENT = re.compile(r"m-env-\[(\w+)=(.*)\]")
_SELECTED = re.compile(r"m-case-selected-\[(\d{1,10}) ([0-9a-f]{16})\]")
_REFUSED = re.compile(r"m-case-refused-\[(.*)\]")
_SAMPLES = re.compile(r"m-samples-\[(\d{1,10}(?: \d{1,10}){0,7})\]")
_SAMPLES_DONE = re.compile(r"m-samples-done-\[(\d{1,10})\]")
_STEPS = re.compile(r"m-steps-\[(\d{1,10}(?: \d{1,10}){0,7})\]")
_STEPS_DONE = re.compile(r"m-steps-done-\[(\d{1,10})\]")
_OUTPUT = re.compile(r"m-output-\[bytes=(\d{1,10}) crc=([0-9a-f]{8}) stack=(\d{1,10})\]")
_INSTRUCTIONS = re.compile(r"m-instructions-\[(\d{1,10})\]")
_WINDOW = re.compile(r"m-window-\[iterations=(\d{1,10}) cycles=(\d{1,20})\]")
_CLOCK = re.compile(r"m-clock-stop-\[(\d{1,10})\]")
_RECEIVED = re.compile(r"m-received-\[(\d{1,3}) (\d{1,10}) (\d{1,5})\]")
_TENSOR = re.compile(r"m-tensor-\[(\d{1,10}) (\d{1,5}) ([0-9a-f]{8})\]")
_UNTIL = re.compile(r"m-until-\[(\d{1,10})\]")
_FLASH = re.compile(r"m-flash-\[bytes=(\d{1,10}) crc=([0-9a-f]{8})\]")

_WORD = range(2**32)
_DOUBLE_WORD = range(2**63)
"""Values of 64 bits that a store can keep; at 1 GHz the largest is 292 years."""
_TOLD: Mapping[str, range | re.Pattern[str]] = {
    "firmware": range(1, 1000),
    "image": re.compile("[0-9a-f]{64}"),
    "clock_hz": range(1_000_000, 2_000_000_001),
    "core_id": re.compile("[0-9a-f]{8}"),
    "chip_id": re.compile("[0-9a-f]{8}"),
    "uid": re.compile("[0-9a-f]{24}"),
    "icache": re.compile("on|off"),
    "dcache": re.compile("on|off"),
    "flash_ws": range(64),
    "placement": re.compile("[a-z]+"),
    "overhead_cycles": range(10_001),
    "counter": re.compile("dwt|systick"),
    "instruction_counter": re.compile("pmu|none"),
    "cases": range(1, 65_536),
}
"""Every key of `env` and what it may be; further keys may be anything."""


@dataclass(frozen=True)
class DeviceInfo:
    """Facts that the running firmware states; `environment` holds every key as the firmware sent it."""

    image: str
    """Digest of the image that runs: 64 hex digits."""
    clock_hz: int
    overhead_cycles: int
    """Cycles of timing an empty call; samples have it subtracted already."""
    counts_instructions: bool
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OutputReport:
    """The output of the selected case after its runs."""

    bytes: int
    crc32: int
    """IEEE CRC-32 of the output tensor."""
    stack_bytes: int
    """Stack high-water mark since the case was selected."""


@dataclass(frozen=True)
class WindowReport:
    """Runs and cycles of the device in one energy window."""

    iterations: int
    cycles: int
    """Cycles from the falling edge of the trigger to the rising one."""


@dataclass(frozen=True)
class FlashReport:
    """Code and constants of the selected case as they lie in memory."""

    bytes: int
    crc32: int


def parse_environment(lines: Iterable[str]) -> DeviceInfo:
    """Device facts of `m-env-[key=value]` lines.

    Raises:
        LinkError: a line is damaged, or a key is missing or not what it may be.
    """
    environment = {found[1]: found[2] for line in _intact(lines) if (found := _ENVIRONMENT.fullmatch(line))}
    for key, legal in _TOLD.items():
        told = environment.get(key)
        if told is None:
            raise LinkError(f"The device's answer to 'env' lacks the key '{key}'.")
        if not _is_legal(told, legal):
            raise LinkError(f"The device says {key}={told[:40]}, which cannot be.")
    return DeviceInfo(
        image=environment["image"],
        clock_hz=int(environment["clock_hz"]),
        overhead_cycles=int(environment["overhead_cycles"]),
        counts_instructions=environment["instruction_counter"] != "none",
        environment=environment,
    )


def parse_selected(lines: list[str]) -> tuple[int, str]:
    """Index and id of `m-case-selected-[N id]`.

    Raises:
        MeasureError: the workload cannot be prepared.
        LinkError: the line is damaged.
    """
    intact = _intact(lines)
    if refusals := [found for line in intact if (found := _REFUSED.fullmatch(line))]:
        raise MeasureError(f"The device cannot prepare the workload: {refusals[0][1]}.")
    found = _one(_SELECTED, intact)
    return _number(found[1], _WORD), found[2]


def parse_samples(lines: list[str], expected: int) -> tuple[int, ...]:
    """Raw cycles of `m-samples-[…]` lines, closed by `m-samples-done-[N]`.

    Raises:
        LinkError: a line is damaged, or the count differs from `expected`.
    """
    return _counted("samples", lines, _SAMPLES, _SAMPLES_DONE, expected)


def parse_steps(lines: list[str], expected: int) -> tuple[int, ...]:
    """Cycles of each segment of `m-steps-[…]` lines, closed by `m-steps-done-[N]`.

    Raises:
        LinkError: a line is damaged, or the count differs from `expected`.
    """
    return _counted("segments", lines, _STEPS, _STEPS_DONE, expected)


def parse_output(lines: list[str]) -> OutputReport:
    """Report of `m-output-[bytes=… crc=… stack=…]`."""
    found = _one(_OUTPUT, _intact(lines))
    size, stack = (_number(found[group], _WORD) for group in (1, 3))
    return OutputReport(bytes=size, crc32=int(found[2], 16), stack_bytes=stack)


def parse_instructions(lines: list[str]) -> int:
    """Instruction count of `m-instructions-[N]`."""
    return _number(_one(_INSTRUCTIONS, _intact(lines))[1], range(1, 2**32))


def parse_window(lines: list[str]) -> WindowReport:
    """Report of `m-window-[iterations=… cycles=…]`."""
    found = _one(_WINDOW, _intact(lines))
    return WindowReport(iterations=_number(found[1], _WORD), cycles=_number(found[2], _DOUBLE_WORD[1:]))


def parse_clock(lines: list[str]) -> int:
    """Cycles of `m-clock-stop-[N]`, which follows `m-clock-start`."""
    return _number(_one(_CLOCK, _intact(lines[1:]))[1], _WORD[1:])


def parse_received(lines: list[str]) -> tuple[int, int, int]:
    """Input, offset and length of the frame of `m-received-[input offset length]`."""
    found = _one(_RECEIVED, _intact(lines))
    index, offset, size = (_number(digits, _WORD) for digits in found.groups())
    return index, offset, size


def parse_tensor(line: str, frame: bytes, offset: int, size: int) -> bytes:
    """The `size` bytes of a frame behind `m-tensor-[offset size crc]`.

    Raises:
        LinkError: another place than requested, or a wrong checksum.
    """
    found = _one(_TENSOR, _intact([line]))
    data = data_of_frame(frame)
    place = (int(found[1]), int(found[2]), len(data))
    if place != (offset, size, size) or zlib.crc32(data) != int(found[3], 16):
        raise LinkError(f"The frame of {size} bytes at {offset} arrived damaged.")
    return data


def parse_until(lines: list[str]) -> int:
    """Segment of `m-until-[N]`."""
    return _number(_one(_UNTIL, _intact(lines))[1], _WORD)


def parse_flash(lines: list[str]) -> FlashReport:
    """Report of `m-flash-[bytes=… crc=…]`."""
    found = _one(_FLASH, _intact(lines))
    return FlashReport(bytes=_number(found[1], _WORD), crc32=int(found[2], 16))


def _counted(
    what: str, lines: list[str], some: re.Pattern[str], done: re.Pattern[str], expected: int
) -> tuple[int, ...]:
    """Numbers of all lines like `some`, of which `done` tells how many there are."""
    intact = _intact(lines)
    announced = _number(_one(done, intact)[1], _WORD)
    numbers = tuple(
        _number(digits, _WORD)
        for line in intact
        if (found := some.fullmatch(line))
        for digits in found[1].split()
    )
    if not len(numbers) == announced == expected:
        raise LinkError(f"Asked for {expected} {what}, {announced} announced, {len(numbers)} arrived.")
    return numbers


def _intact(lines: Iterable[str]) -> list[str]:
    """Lines without the checksums that they end with.

    Raises:
        LinkError: a line has none, or another one.
    """
    intact = []
    for line in lines:
        found = _CHECKED.fullmatch(line)
        if found is None or zlib.crc32(found[1].encode()) != int(found[2], 16):
            raise LinkError(f"A line of the device's answer arrived damaged: '{line[:80]}'.")
        intact.append(found[1])
    return intact


def _is_legal(told: str, legal: range | re.Pattern[str]) -> bool:
    if isinstance(legal, range):
        return re.fullmatch("[0-9]{1,20}", told) is not None and int(told) in legal
    return legal.fullmatch(told) is not None


def _number(digits: str, legal: range) -> int:
    if int(digits) not in legal:
        raise LinkError(f"The device says {digits}, which must be {legal.start} to {legal.stop - 1}.")
    return int(digits)


def _one(pattern: re.Pattern[str], lines: list[str]) -> re.Match[str]:
    matches = [found for line in lines if (found := pattern.fullmatch(line))]
    if len(matches) != 1:
        heard = " | ".join(lines)[:120]
        raise LinkError(f"Expected one line like '{_example(pattern)}', the device said '{heard}'.")
    return matches[0]


def _example(pattern: re.Pattern[str]) -> str:
    return pattern.pattern.split("-\\[", maxsplit=1)[0] + "-[…]"
