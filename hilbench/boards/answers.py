"""What the firmware answers to hilbench's own commands, parsed (docs/serial-protocol.md)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from hilbench.errors import LinkError

_ENVIRONMENT = re.compile(r"m-env-\[(\w+)=(.*)\]")
_SELECTED = re.compile(r"m-case-selected-\[(\d+) ([0-9a-f]{16})\]")
_SAMPLES = re.compile(r"m-samples-\[([\d ]+)\]")
_SAMPLES_DONE = re.compile(r"m-samples-done-\[(\d+)\]")
_OUTPUT = re.compile(r"m-output-\[bytes=(\d+) crc=([0-9a-f]{8}) stack=(\d+)\]")
_INSTRUCTIONS = re.compile(r"m-instructions-\[(\d+)\]")
_WINDOW = re.compile(r"m-window-\[iterations=(\d+) cycles=(\d+) ?\]")
_FRAME = re.compile(r"m-frame-\[(\d+) (\d+) ([0-9a-f]{8}) ?((?:[0-9a-f]{2})*)\]")


@dataclass(frozen=True)
class DeviceInfo:
    """What the running firmware says of itself; `environment` holds every key as it was told."""

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
    """What the device did in an energy window."""

    iterations: int
    cycles: int
    """From the falling edge of the trigger to the rising one."""


def parse_environment(lines: Iterable[str]) -> DeviceInfo:
    """`m-env-[key=value]` lines.

    Raises:
        LinkError: a key that every firmware has is missing or is not what it should be.
    """
    environment = {found[1]: found[2] for line in lines if (found := _ENVIRONMENT.fullmatch(line))}
    try:
        return DeviceInfo(
            image=environment["image"],
            clock_hz=int(environment["clock_hz"]),
            overhead_cycles=int(environment["overhead_cycles"]),
            counts_instructions=environment.get("instruction_counter", "none") != "none",
            environment=environment,
        )
    except (KeyError, ValueError) as error:
        raise LinkError(f"The device's 'env' answer is incomplete or garbled: {error}.") from error


def parse_selected(lines: list[str]) -> tuple[int, str]:
    """Index and case id of `m-case-selected-[N id]`."""
    found = _one(_SELECTED, lines)
    return int(found[1]), found[2]


def parse_samples(lines: list[str], expected: int) -> tuple[int, ...]:
    """Raw cycles of `m-samples-[…]` lines, closed by `m-samples-done-[N]`.

    Raises:
        LinkError: the count differs from `expected`.
    """
    announced = int(_one(_SAMPLES_DONE, lines)[1])
    samples = tuple(
        int(cycles) for line in lines if (found := _SAMPLES.fullmatch(line)) for cycles in found[1].split()
    )
    if not len(samples) == announced == expected:
        raise LinkError(f"Asked for {expected} samples, {announced} announced, {len(samples)} arrived.")
    return samples


def parse_output(lines: list[str]) -> OutputReport:
    """`m-output-[bytes=… crc=… stack=…]`."""
    found = _one(_OUTPUT, lines)
    return OutputReport(bytes=int(found[1]), crc32=int(found[2], 16), stack_bytes=int(found[3]))


def parse_instructions(lines: list[str]) -> int:
    """`m-instructions-[N]`."""
    return int(_one(_INSTRUCTIONS, lines)[1])


def parse_window(lines: list[str]) -> WindowReport:
    """`m-window-[iterations=… cycles=…]`."""
    found = _one(_WINDOW, lines)
    return WindowReport(iterations=int(found[1]), cycles=int(found[2]))


def parse_frame(lines: list[str], offset: int, size: int) -> bytes:
    """The `size` bytes of `m-frame-[offset size crc hex]`.

    Raises:
        LinkError: another place than asked for, or a wrong checksum.
    """
    found = _one(_FRAME, lines)
    data = bytes.fromhex(found[4])
    place = (int(found[1]), int(found[2]), len(data))
    if place != (offset, size, size) or zlib.crc32(data) != int(found[3], 16):
        raise LinkError(f"The frame of {size} bytes at {offset} arrived damaged.")
    return data


def _one(pattern: re.Pattern[str], lines: list[str]) -> re.Match[str]:
    matches = [found for line in lines if (found := pattern.fullmatch(line))]
    if len(matches) != 1:
        heard = " | ".join(lines)[:120]
        raise LinkError(f"Expected one line like '{_example(pattern)}', the device said '{heard}'.")
    return matches[0]


def _example(pattern: re.Pattern[str]) -> str:
    return pattern.pattern.split("-\\[", maxsplit=1)[0] + "-[…]"
