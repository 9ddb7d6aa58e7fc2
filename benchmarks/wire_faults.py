"""Faults of the serial line and devices that lie, for `fault_campaign`."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.mutations import damaged_bytes
from hilbench.boards import BoardSession, load_boards
from hilbench.boards.clock import check_real_clock
from hilbench.boards.config import Deadlines
from hilbench.boards.device import Device
from hilbench.boards.limits import Limits
from hilbench.boards.link import SerialLink
from hilbench.chips import load_chip
from hilbench.errors import DeviceFault, HilbenchError, LinkError, MeasureError
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators.registry import load_operators
from tests.boards.bench import Bench
from tests.boards.proxies import unchanged
from tests.boards.scripted_device import ScriptedDevice, sealed
from tests.launched import launched as start

ANSWERS = 3_000
_ENVIRONMENT = {
    "firmware": "2",
    "image": "ab" * 32,
    "clock_hz": "480000000",
    "core_id": "411fc271",
    "chip_id": "20036450",
    "uid": "00" * 12,
    "icache": "on",
    "dcache": "on",
    "flash_ws": "4",
    "placement": "flash",
    "overhead_cycles": "12",
    "counter": "dwt",
    "instruction_counter": "pmu",
    "cases": "6",
}
_LIES: tuple[tuple[str, str], ...] = (
    *(("clock_hz", told) for told in ("120000000", "-480000000", "0", "470000000", "9" * 25, "nan")),
    *(("overhead_cycles", told) for told in ("-999999", "4294967295", "inf")),
    *(("flash_ws", "-4"), ("cases", "0"), ("uid", "x"), ("image", "0" * 64)),
)
_CASE = "0123456789abcdef"
_PATIENCE = Limits(Deadlines(link_s=0.05, measure_s=0.05), "bench")


def serial_answers(chance: random.Random, _folder: Path) -> Iterator[tuple[str, str]]:
    """Damaged answers to each command: an error, or what the device said; never anything else."""
    env = [sealed(f"m-env-[{key}={value}]") for key, value in _ENVIRONMENT.items()]
    samples = [sealed("m-samples-[123456 123457 123456 123460 123455 123456 123456 123457]")]
    samples += [sealed("m-samples-[123456 123459]"), sealed("m-samples-done-[10]")]
    frame = bytes(range(200))
    asked: tuple[tuple[list[str], Callable[[Device], object]], ...] = (
        (env, Device.environment),
        (samples, lambda device: device.run(10, cold=False)),
        ([sealed("m-output-[bytes=64 crc=deadbeef stack=312]")], Device.output),
        ([sealed("m-instructions-[4000000]")], Device.instructions),
        ([sealed("m-window-[iterations=9 cycles=99999999999]")], lambda device: device.window(9, 100)),
        (
            [sealed("m-case-selected-[3 0123456789abcdef]")],
            lambda device: device.select(3, "0123456789abcdef"),
        ),
        ([f"m-frame-[0 200 {zlib.crc32(frame):08x} {frame.hex()}]"], lambda device: device.read_output(200)),
    )
    with ScriptedDevice() as scripted, closing(SerialLink(scripted.port, 115_200, board="bench")) as link:
        patient, device = Device(link, Limits(Deadlines(), "bench")), Device(link, _PATIENCE)
        for number in range(ANSWERS):
            lines, ask = asked[number % len(asked)]
            whole = "".join(f"{line}\r\n" for line in [*lines, "m-ready"]).encode()
            scripted.default = whole
            truth = ask(patient)
            scripted.default = damaged_bytes(whole, chance)
            try:
                ending = "whole all the same" if ask(device) == truth else "WRONG: taken for something else"
            except (LinkError, DeviceFault):
                ending = "refused in a sentence"
            except Exception as error:  # noqa: BLE001  # what the campaign looks for
                ending = f"WRONG: {type(error).__name__}: {error}"
            yield ending, repr(scripted.default)


def liars(_chance: random.Random, folder: Path) -> Iterator[tuple[str, str]]:
    """Devices whose checksums are right and whose numbers are not: none may become a measurement."""
    image = _image(folder)
    with (
        closing(start(load_boards()["stm32h7-virtual"])) as launched,
        Bench(launched.endpoints) as bench,
        bench.attach(power="none") as board,
    ):
        board.flash(image)
        for key, told in _LIES:
            bench.serial.to_host = _Liar(key, told)
            yield _outcome(board, image), f"{key}={told}"
        bench.serial.to_host = unchanged
        board.boot(image)
    yield _fast_clock(), "a counter four times as fast as it says, by the host's clock"


class _Liar:
    """Changes what the device says of one key, and mends the checksum."""

    def __init__(self, key: str, told: str) -> None:
        self._line = re.compile(rb"(m-env-\[%s=)[^]]*\] [0-9a-f]{8}\r\n" % key.encode())
        self._told = told
        self._pending = b""

    def __call__(self, data: bytes) -> bytes:
        *whole, self._pending = (self._pending + data).split(b"\n")
        return b"".join(self._line.sub(self._lie, line + b"\n") for line in whole)

    def _lie(self, found: re.Match[bytes]) -> bytes:
        return f"{sealed(f'{found[1].decode()}{self._told}]')}\r\n".encode()


def _image(folder: Path) -> Image:
    case = load_operators().layer(operator="add", input="4x4x4")
    builder = Builder(load_chip("stm32h743"), find_toolchain("auto"), cache_dir=folder)
    (image,) = builder.build([case]).images
    return image


def _outcome(board: BoardSession, image: Image) -> str:
    try:
        board.boot(image)
    except HilbenchError:
        return "refused in a sentence"
    except Exception as error:  # noqa: BLE001  # what the campaign looks for
        return f"WRONG: {type(error).__name__}: {error}"
    return "WRONG: believed"


def _fast_clock() -> str:
    """A device that counts two seconds of 480 MHz within half a second."""
    command = "clock 960000000"
    with ScriptedDevice() as scripted, closing(SerialLink(scripted.port, 115_200, board="bench")) as link:
        scripted.answers[command] = (
            f"m-clock-start\r\n|{sealed('m-clock-stop-[960000001]')}\r\nm-ready\r\n".encode()
        )
        scripted.pauses[command] = 0.5
        device = Device(link, Limits(Deadlines(), "bench"))
        scripted.default = (
            "".join(f"{sealed(f'm-env-[{key}={value}]')}\r\n" for key, value in _ENVIRONMENT.items()).encode()
            + b"m-ready\r\n"
        )
        try:
            check_real_clock(device, device.environment(), "bench")
        except MeasureError:
            return "refused in a sentence"
    return "WRONG: believed"
