"""docs/serial-protocol.md, held against the running firmware."""

from __future__ import annotations

import re
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hilbench.boards.frames import frame_to_device
from hilbench.image.image import FlashContent, flash_contents
from hilbench.runner.expected_outputs import reference_output
from tests.firmware.conftest import Device

SUBCOMMANDS = "list select cold warm output instructions window steps until flash"
FRAME = re.compile(r"m-frame-\[(\d+) (\d+) ([0-9a-f]{8}) ([0-9a-f]*)\]")


def read_frame(device: Device, tensor: str, offset: int, length: int) -> bytes:
    (line,) = device.terminal.ask(f"read {tensor} {offset} {length}")
    found = FRAME.fullmatch(line)
    assert found is not None, line
    data = bytes.fromhex(found[4])
    assert (int(found[1]), int(found[2])) == (offset, length)
    assert int(found[3], 16) == zlib.crc32(data)
    return data


def test_the_banner_is_the_standard_s(device: Device) -> None:
    mode, lap, done = device.banner
    assert mode == "m-timestamp-mode-performance"
    assert re.fullmatch(r"m-lap-us-\d+", lap)
    assert done == "m-init-done"


def test_the_environment_is_what_was_built_and_flashed(device: Device) -> None:
    lines = device.terminal.ask_checked("env")
    environment = dict(line.removeprefix("m-env-[").removesuffix("]").split("=", 1) for line in lines)
    overhead = int(environment.pop("overhead_cycles"))
    assert 0 < overhead < 100
    assert environment == {
        "firmware": "4",
        "image": device.image.digest,
        "clock_hz": "480000000",
        "core_id": "411fc271",
        "chip_id": "20036450",
        "uid": b"HILBENCHVIRT".hex(),
        "icache": "on",
        "dcache": "on",
        "flash_ws": "4",
        "placement": str(device.image.placement),
        "counter": "dwt",
        "instruction_counter": "pmu",
        "cases": str(len(device.image.workloads)),
    }


def test_the_cases_are_listed(device: Device) -> None:
    add = device.packed("add")
    copy = device.packed("copy")
    lines = device.terminal.ask("case list")
    assert len(lines) == len(device.image.workloads)
    assert lines[add.index] == f"m-case-[{add.index} {add.workload.digest} 72+72 72 0]"
    assert lines[copy.index] == f"m-case-[{copy.index} {copy.workload.digest} 400 400 0]"


def test_who_it_is(device: Device) -> None:
    assert device.terminal.ask("name") == ["m-name-dut-[hilbench]"]
    case = device.select("conv2d")
    assert device.terminal.ask("profile") == [
        "m-profile-[ULPMark for tinyML Firmware V0.0.1]",
        f"m-model-[{case.digest}]",
    ]


def test_help_names_every_command(device: Device) -> None:
    lines = device.terminal.ask("help")
    assert all(re.fullmatch(r"m-help-\[.+\]", line) for line in lines)
    named = {line.removeprefix("m-help-[").split()[0].rstrip("]") for line in lines}
    assert named == {
        *("name", "profile", "timestamp", "help", "db", "infer", "results"),
        *("env", "case", "read", "send", "write", "baud", "clock", "trap"),
    }


def test_time_goes_forward(device: Device) -> None:
    times = [int(device.terminal.ask("timestamp")[0].removeprefix("m-lap-us-")) for _ in range(3)]
    assert times == sorted(times)
    assert times[0] < times[-1]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("", "Unknown command: "),
        ("foo bar", "Unknown command: foo"),
        ("na\x07me", "Unknown command: na?me"),
        ("db", "Command 'db' requires a subcommand"),
        ("db load", "Command 'db load' requires the # of bytes"),
        ("db load 0", "Command 'db load' must be >0 bytes"),
        ("db load 401", "Command 'db load' must be <=400 bytes"),
        ("db 123", "More bytes than 'db load' announced"),
        ("db 1", "Insufficent number of hex digits"),
        ("db 1z", "Invalid hex digit '1z'"),
        ("infer 0", "Inference iterations must be >0"),
        ("infer x", "Inference iterations must be >0"),
        ("infer 1 -1", "Inference warmup must be >=0"),
        (
            "case",
            "Command 'case' needs one of: list select cold warm output instructions window steps until flash",
        ),
        ("case select 99", "Command 'case select' needs a number below 9"),
        ("case select -1", "Command 'case select' needs a number below 9"),
        ("case select 4294967296", "Command 'case select' needs a number below 9"),
        ("case warm 0", "The number of runs must be >0"),
        ("case cold many", "The number of runs must be >0"),
        ("case window 0", "The number of runs must be >0"),
        ("case window 1 long", "The idle time must be a number of microseconds"),
        ("read out", "Command 'read' needs: out, in I or a bank, and OFFSET LENGTH"),
        ("read in 1 0 1", "Command 'read' needs: out, in I or a bank, and OFFSET LENGTH"),
        ("read in 7 0 1", "Command 'read' needs: out, in I or a bank, and OFFSET LENGTH"),
        ("send in 7 0 1", "Command 'send' needs: out, in I or a bank, and OFFSET LENGTH"),
        ("send out 0 4097", "A frame is 1 to 4096 bytes within the tensor's 400"),
        ("send out 0 401", "A frame is 1 to 4096 bytes within the tensor's 400"),
        ("\x02", "CRC"),
        ("\x02junk", "CRC"),
        ("case until 1", "Command 'case until' needs a number below 1"),
        ("case until 0", "The segments do not report their ends: build the workload with probes"),
        ("read out 0 257", "A frame is 1 to 256 bytes within the tensor's 400"),
        ("read out 0 0", "A frame is 1 to 256 bytes within the tensor's 400"),
        ("read out 399 2", "A frame is 1 to 256 bytes within the tensor's 400"),
        ("read out 4294967295 2", "A frame is 1 to 256 bytes within the tensor's 400"),
        ("write out 0 00 d202ef8d", "Command 'write' needs: in I OFFSET HEX.. CRC"),
        ("write in 0 400 00 d202ef8d", "A frame is 1 to 256 bytes within the tensor's 400"),
        ("write in 0 0 00 d202ef8e", "CRC"),
        ("write in 0 0 0 d202ef8d", "CRC"),
        ("write in 0 0 00", "CRC"),
        ("clock 0", "The number of cycles must be 1 to 2147483647"),
        ("clock 2147483648", "The number of cycles must be 1 to 2147483647"),
        ("baud 0", "Unsupported baud rate"),
        ("baud 100000000", "Unsupported baud rate"),
    ],
)
def test_mistakes_are_answered(device: Device, command: str, error: str) -> None:
    assert device.terminal.ask(command)[-1] == f"e-[{error}]"
    assert device.terminal.ask("name") == ["m-name-dut-[hilbench]"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=900).map(lambda data: data.replace(b"%", b"")))
def test_junk_is_survived(device: Device, junk: bytes) -> None:
    (line,) = device.terminal.ask(junk)
    assert re.fullmatch(r"e-\[(Unknown command: [ -~]*|Command too long|CRC)\]", line)
    assert device.terminal.ask("name") == ["m-name-dut-[hilbench]"]


def test_a_line_of_any_length_is_survived(device: Device) -> None:
    assert device.terminal.ask("x" * 5000) == ["e-[Command too long]"]
    assert device.terminal.ask("name") == ["m-name-dut-[hilbench]"]


def test_a_person_may_press_enter(device: Device) -> None:
    assert device.terminal.ask("\r\nname\r\n") == ["m-name-dut-[hilbench]"]


def test_a_bare_end_of_line_between_commands(device: Device) -> None:
    device.terminal.send(b"%%")
    assert device.terminal.until_ready() == ["e-[Unknown command: ]"]
    assert device.terminal.until_ready() == ["e-[Unknown command: ]"]


def test_data_is_loaded_inferred_and_printed(device: Device) -> None:
    device.select("copy")
    assert device.terminal.ask("db load 18") == ["m-[Expecting 18 bytes]"]
    assert device.terminal.ask("db 0001027f80ff") == []
    assert device.terminal.ask("db " + "05" * 12) == ["m-load-done"]
    assert device.terminal.ask("db print") == [
        "m-buffer-00-01-02-7f-80-ff-05-05",
        "m-buffer-05-05-05-05-05-05-05-05",
        "m-buffer-05-05",
    ]
    lines = device.terminal.ask("infer 3 2")
    values = ["0", "1", "2", "127", "-128", "-1", *["5"] * 10]
    assert [line for line in lines if not line.startswith("m-lap-us-")] == [
        "m-warmup-start-2",
        "m-warmup-done",
        "m-infer-start-3",
        "m-infer-done",
        f"m-results-[{','.join(f'{value}.000' for value in values)}]",
    ]
    before, after = (int(line.removeprefix("m-lap-us-")) for line in lines if "lap" in line)
    assert before < after


def test_floats_have_three_decimals(device: Device) -> None:
    case = device.select("add")
    device.terminal.ask("case warm 1")
    (line,) = device.terminal.ask("results")
    printed = [float(value) for value in line.removeprefix("m-results-[").removesuffix("]").split(",")]
    expected = reference_output(case).reshape(-1)[:16]
    assert printed == pytest.approx(expected.tolist(), abs=0.00051)


@pytest.mark.parametrize(
    ("value", "text"), [("0000c07f", "nan"), ("000080ff", "-4294967295.000"), ("cdcc8cbf", "-1.100")]
)
def test_odd_floats_are_printed(device: Device, value: str, text: str) -> None:
    device.select("add")
    data = bytes.fromhex(value)
    for tensor, content in (("0", data), ("1", bytes(4))):
        written = device.terminal.ask(f"write in {tensor} 0 {content.hex()} {zlib.crc32(content):08x}")
        assert written == ["m-written-[4]"]
    device.terminal.ask("infer 1 0")
    assert device.terminal.ask("results")[0].startswith(f"m-results-[{text},")


def test_inputs_are_those_of_the_host(device: Device) -> None:
    for name in ("conv2d", "add"):
        case = device.select(name)
        for index, expected in enumerate(case.input_values()):
            data = expected.tobytes()
            assert read_frame(device, f"in {index}", 0, min(256, len(data))) == data[:256]


def test_a_tensor_is_read_in_frames(device: Device) -> None:
    case = device.select("copy")
    device.terminal.ask("case warm 1")
    expected = reference_output(case).tobytes()
    assert read_frame(device, "out", 0, 256) + read_frame(device, "out", 256, 144) == expected


def test_a_selection_clears_the_output(device: Device) -> None:
    device.select("copy")
    device.terminal.ask("case warm 1")
    device.select("copy")
    assert read_frame(device, "out", 0, 256) == bytes(256)


def test_a_frame_of_the_largest_size_is_written(device: Device) -> None:
    device.select("copy")
    data = bytes(range(256))
    assert device.terminal.ask(f"write in 0 144 {data.hex()} {zlib.crc32(data):08x}") == ["m-written-[256]"]
    device.terminal.ask("infer 1 0")
    assert read_frame(device, "out", 144, 256) == data


def test_a_tensor_is_written_and_sent_in_binary_frames(device: Device) -> None:
    device.select("copy")
    data = bytes(range(256)) + bytes(144)
    device.terminal.send(frame_to_device(0, 0, data[:300]) + frame_to_device(0, 300, data[300:]))
    assert device.terminal.until_checked() == ["m-received-[0 0 300]"]
    assert device.terminal.until_checked() == ["m-received-[0 300 100]"]
    device.terminal.ask_frame("send in 0 0 400", data)
    device.terminal.ask("infer 1 0")
    device.terminal.ask_frame("send out 0 400", data)
    device.terminal.ask_frame("send out 250 10", data[250:260])


@pytest.mark.parametrize(
    ("index", "offset", "size"), [(1, 0, 1), (0, 400, 1), (0, 0, 401), (0, 4_294_967_295, 2), (0, 0, 0)]
)
def test_a_frame_without_a_place_is_refused(device: Device, index: int, offset: int, size: int) -> None:
    device.select("copy")
    device.terminal.ask("write in 0 0 07 " + f"{zlib.crc32(bytes([7])):08x}")
    device.terminal.send(frame_to_device(index, offset, bytes(size)))
    assert device.terminal.until_ready() == ["e-[The frame names no place in an input]"]
    assert read_frame(device, "in 0", 0, 1) == bytes([7])


def test_a_damaged_frame_is_refused_wherever_it_is_damaged(device: Device) -> None:
    device.select("copy")
    frame = frame_to_device(0, 8, bytes(range(60)))
    for position in range(1, len(frame) - 1):
        damaged = bytearray(frame)
        damaged[position] ^= 0x80
        device.terminal.send(bytes(damaged))
        assert device.terminal.until_ready() == ["e-[CRC]"]
    device.terminal.send(frame)
    assert device.terminal.until_checked() == ["m-received-[0 8 60]"]


def test_the_flash_of_a_case_is_that_of_the_image(device: Device) -> None:
    for name in ("conv2d", "copy", "add"):
        device.select(name)
        content = flash_contents(device.image.elf, 9)[device.packed(name).index]
        assert device.packed(name).flash == FlashContent(len(content), zlib.crc32(content))
        (line,) = device.terminal.ask_checked("case flash")
        assert line == f"m-flash-[bytes={len(content)} crc={zlib.crc32(content):08x}]"


def test_the_rate_changes_after_the_answer(device: Device) -> None:
    assert device.terminal.ask("baud 921600") == ["m-baud-[921600]"]
    assert device.terminal.ask("name") == ["m-name-dut-[hilbench]"]


def test_the_clock_counts_as_long_as_it_is_asked(device: Device) -> None:
    assert device.terminal.ask("clock 1000000")[0] == "m-clock-start"
    stop = device.terminal.ask("clock 1000000")[1]
    text, _, checksum = stop.partition(" ")
    assert checksum == f"{zlib.crc32(text.encode()):08x}"
    found = re.fullmatch(r"m-clock-stop-\[(\d+)\]", text)
    assert found is not None
    assert 1_000_000 <= int(found[1]) < 1_001_000
