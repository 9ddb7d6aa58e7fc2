from __future__ import annotations

import termios
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hilbench.boards.link import SerialLink
from hilbench.deadline import Deadline
from hilbench.errors import BoardMissing, DeviceFault, LinkError
from tests.boards.scripted_device import ScriptedDevice

_BANNER = b"m-timestamp-mode-performance\r\nm-lap-us-12\r\nm-init-done\r\nm-ready\r\n"


@pytest.fixture
def link(device: ScriptedDevice) -> Iterator[SerialLink]:
    opened = SerialLink(device.port, 115_200, board="bench")
    yield opened
    opened.close()


def soon() -> Deadline:
    return Deadline.after(0.3)


def test_an_answer_is_its_lines_without_the_prompt(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["profile"] = b"m-profile-[X]\r\nm-model-[ic01]\r\nm-ready\r\n"
    assert link.command("profile", soon()) == ["m-profile-[X]", "m-model-[ic01]"]
    assert device.heard == ["profile"]


def test_a_long_command_arrives_whole(link: SerialLink, device: ScriptedDevice) -> None:
    command = "db " + "5a" * 120
    device.answers[command] = b"m-ready\r\n"
    assert link.command(command, soon()) == []


def test_an_unsolicited_prompt_does_not_shift_the_answers(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["name"] = b"m-name-dut-[bench]\r\nm-ready\r\n"
    device.answers["env"] = b"m-env-[k=v]\r\nm-ready\r\n"
    device.say(b"m-ready\r\n")
    assert link.command("name", soon()) == ["m-name-dut-[bench]"]
    assert link.command("env", soon()) == ["m-env-[k=v]"]


def test_silence_names_the_command_and_what_came_last(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["env"] = b"m-env-[k=v]\r\nm-env-[cl"
    with pytest.raises(LinkError, match=r"answer to 'env' from 'bench' within .* heard b'm-env-\[cl'"):
        link.command("env", soon())


def test_a_truncated_answer_is_an_error_not_a_short_answer(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["case warm 8"] = b"m-samples-[1 2 3]\r\nm-rea"
    with pytest.raises(LinkError):
        link.command("case warm 8", soon())


def test_noise_inside_an_answer_is_an_error(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["env"] = b"\xff\x80m-env-[k=v]\r\nm-ready\r\n"
    with pytest.raises(LinkError, match="Noise"):
        link.command("env", soon())


def test_a_line_without_end_is_cut_off(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["env"] = b"m-" + b"x" * 6000
    with pytest.raises(LinkError, match="line without end"):
        link.command("env", Deadline.after(5))


def test_a_hard_fault_is_a_verdict_with_its_registers(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["trap"] = b"e-[HardFault pc=0x08000100 cfsr=0x00010000]\r\nm-ready\r\n"
    with pytest.raises(DeviceFault, match=r"pc=0x08000100 cfsr=0x00010000") as fault:
        link.command("trap", soon())
    assert not fault.value.transport


def test_a_refusal_carries_the_devices_words(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["case select 9"] = b"e-[No such case: 9]\r\nm-ready\r\n"
    with pytest.raises(LinkError, match=r"refused 'case select 9': No such case: 9\."):
        link.command("case select 9", soon())


def test_a_reset_in_the_middle_of_a_command_is_noticed(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["case warm 8"] = b"m-samples-[1 2 3]\r\n" + _BANNER
    with pytest.raises(LinkError, match="started anew while it ran 'case warm 8'"):
        link.command("case warm 8", soon())


def test_boot_ends_at_the_prompt_after_junk(link: SerialLink, device: ScriptedDevice) -> None:
    device.say(b"\x00\xfe\x11junk\r\nm-ready\r\n" + _BANNER)
    assert "m-init-done" in link.await_boot(soon())


def test_an_error_while_starting_ends_the_wait(link: SerialLink, device: ScriptedDevice) -> None:
    device.say(b"e-[HSE does not start]\r\nm-ready\r\n")
    with pytest.raises(LinkError, match="HSE does not start"):
        link.await_boot(soon())


def test_a_fault_while_starting_is_a_fault(link: SerialLink, device: ScriptedDevice) -> None:
    device.say(b"e-[HardFault pc=0x1]\r\nm-ready\r\n")
    with pytest.raises(DeviceFault):
        link.await_boot(soon())


def test_drain_ends_when_the_line_is_quiet(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["name"] = b"m-name-dut-[bench]\r\nm-ready\r\n"
    device.say(b"half a line m-re")
    link.drain(soon())
    assert link.command("name", soon()) == ["m-name-dut-[bench]"]


def test_a_line_that_vanishes_is_a_link_error(link: SerialLink, device: ScriptedDevice) -> None:
    device.hang_up()
    with pytest.raises(LinkError):
        link.command("name", soon())


def test_a_port_that_is_not_there_is_a_missing_board() -> None:
    with pytest.raises(BoardMissing, match="/dev/no-such-port"):
        SerialLink("/dev/no-such-port", 115_200, board="bench")


def test_a_port_is_held_by_one_link_only(link: SerialLink, device: ScriptedDevice) -> None:
    with pytest.raises(BoardMissing):
        SerialLink(device.port, 115_200, board="bench")


def test_a_faster_rate_is_agreed_on_and_given_up_for_a_boot(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["baud 921600"] = b"m-baud-[921600]\r\nm-ready\r\n"
    link.set_baud(921_600, soon())
    assert device.baud == termios.B921600
    link.expect_boot()
    assert device.baud == termios.B115200


def test_a_rate_that_is_refused_is_not_used(link: SerialLink, device: ScriptedDevice) -> None:
    device.answers["baud 7"] = b"e-[Unsupported baud rate]\r\nm-ready\r\n"
    with pytest.raises(LinkError, match="Unsupported baud rate"):
        link.set_baud(7, soon())
    assert device.baud == termios.B115200


def test_closing_twice_is_fine(link: SerialLink) -> None:
    link.close()
    link.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=60))
def test_junk_never_becomes_an_answer(link: SerialLink, device: ScriptedDevice, junk: bytes) -> None:
    device.answers["name"] = junk.replace(b"m-", b"").replace(b"\n", b"") + b"\nm-ready\r\n"
    try:
        lines = link.command("name", soon())
    except LinkError:
        return
    except DeviceFault:
        pytest.fail("junk became a fault")
    assert lines == []
