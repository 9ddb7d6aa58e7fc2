"""An Otii behind a server on a real socket."""

from __future__ import annotations

import math
import socket
from typing import Any

import pytest

from hilbench.deadline import Deadline
from hilbench.errors import PowerError
from hilbench.power import PowerMeter, PowerTrace
from hilbench.power.instruments.otii import OtiiConfig
from hilbench.power.window import cut_window
from tests.power.otii_server import RATE, Message, OtiiServer
from tests.power.recorded import RUN, RUNNING_A, START, STOP


def captured(meter: PowerMeter) -> PowerTrace:
    meter.start()
    meter.await_edges(2, 0, Deadline.after(2))
    return meter.stop()


def test_a_recording_holds_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hilbench.power.instruments.otii.driver._CHUNK", 1000)  # fetched in pieces
    with OtiiServer() as server:
        meter = OtiiConfig().open(server.address)
        meter.power(on=True)
        window = cut_window(captured(meter), idle_s=200 / RATE)
        meter.close()
        meter.close()
    assert (window.start.index, window.stop.index) == (START, STOP)
    assert window.energy_j == pytest.approx(RUN / RATE * RUNNING_A * 3.3)
    assert meter.identity == "Otii Arc Arc I hardware 1.2 firmware 3.4"
    assert meter.serial_number == "Arc01"


def test_it_is_set_up_as_the_configuration_says() -> None:
    with OtiiServer() as server:
        meter = OtiiConfig(supply_mv=1000, trigger_input=2, current_limit_ma=250).open(server.address)
        meter.power(on=False)
        meter.close()
    assert server.commands("arc_set_main_voltage")[0]["value"] == 1.0
    assert server.commands("arc_set_exp_voltage")[0]["value"] == 1.2
    assert server.commands("arc_set_max_current")[0]["value"] == 0.25
    assert [each["channel"] for each in server.commands("arc_enable_channel")] == ["mc", "mv", "i2"]
    assert server.commands("arc_set_main") == [{"device_id": "Arc01", "enable": False}]


def test_one_that_only_watches_leaves_the_supply() -> None:
    with OtiiServer() as server:
        meter = OtiiConfig.model_validate({"mode": "ampere"}).open(server.address)
        meter.power(on=True)
        meter.close()
    assert not server.commands("arc_set_main_voltage") + server.commands("arc_set_main")


def test_of_two_devices_one_must_be_named() -> None:
    two = tuple({"device_id": f"Ace{n}", "name": f"Ace {n}", "type": "Ace"} for n in (1, 2))
    with OtiiServer(devices=two) as server, pytest.raises(PowerError, match="there are: Ace 1, Ace 2"):
        OtiiConfig().open(server.address)
    with OtiiServer(devices=two) as server:
        OtiiConfig(device="Ace 2", rate_hz=50_000).open(server.address).close()
    assert server.commands("arc_set_channel_samplerate")[0] == {
        "device_id": "Ace2",
        "channel": "mc",
        "value": 50_000,
    }


def changed(command: str, **fields: Any) -> Any:
    """A fault: other data in the answer to one command (of the channel `mc`, where it has channels)."""

    def fault(request: Message, answer: Message) -> Message | None:
        if request["cmd"] != command or request["data"].get("channel", "mc") != "mc":
            return None
        return {**answer, "data": {**answer["data"], **fields}}

    return fault


def instead(command: str, said: bytes) -> Any:
    return lambda request, _answer: said if request["cmd"] == command else None


def refused(request: Message, answer: Message) -> Message | None:
    if request["cmd"] != "project_start_recording":
        return None
    reason = {"type": "error", "errorcode": "Command failure", "data": {"message": "no licence"}}
    return {**answer, **reason}


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (instead("project_stop_recording", b"\x00\xfe\r\n"), "with no message of an Otii server"),
        (
            instead("recording_get_channel_data", b""),
            "closed the connection during 'recording_get_channel_data'",
        ),
        (refused, "refused 'project_start_recording': Command failure: no licence"),
        (
            changed("recording_get_channel_data", values=[110.0] * 1740),
            "hands over 110 as a current in amperes",
        ),
        (changed("recording_get_channel_data", values=["x"]), "no numbers for 'mc'"),
        (changed("recording_get_channel_data", interval=None), "'mc' without its times"),
        (changed("recording_get_channel_data", interval=1e-3), "1000 samples a second; set power.rate_hz"),
        (changed("recording_get_channel_data_count", count="many"), "how many values 'mc' has"),
        (changed("project_get_last_recording", recording_id=-1), "no recording to hand over"),
        (changed("recording_get_channel_data_count", count=0), "recorded 0 of 2|without its times"),
    ],
)
def test_what_goes_wrong_is_one_sentence(fault: Any, sentence: str) -> None:
    with OtiiServer(fault) as server:
        meter = OtiiConfig().open(server.address)
        with pytest.raises(PowerError, match=sentence):
            captured(meter)
        meter.close()


def test_silence_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hilbench.power.instruments.otii.connection._ANSWER_S", 0.1)
    silent = instead("arc_get_version", b" ")
    with OtiiServer(silent) as server, pytest.raises(PowerError, match="does not answer 'arc_get_version'"):
        OtiiConfig().open(server.address)


def test_not_a_number_makes_the_window_invalid() -> None:
    def fault(request: Message, answer: Message) -> None:
        if request["cmd"] == "recording_get_channel_data" and request["data"]["channel"] == "mc":
            answer["data"]["values"][START + 100] = math.nan

    with OtiiServer(fault) as server:
        meter = OtiiConfig().open(server.address)
        trace = captured(meter)
        meter.close()
    with pytest.raises(PowerError, match="lost samples"):
        cut_window(trace, idle_s=200 / RATE)


def test_a_trigger_that_is_not_wired_is_an_error() -> None:
    with OtiiServer() as server:
        meter = OtiiConfig(trigger_input=2).open(server.address)
        meter.start()
        with pytest.raises(PowerError, match=r"0 of 2 trigger edges .*GPI2"):
            meter.await_edges(2, 0, Deadline.after(1))
        meter.close()


def test_nobody_and_somebody_else_are_no_otii_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    with pytest.raises(PowerError, match="start the Otii app"):
        OtiiConfig().open(f"127.0.0.1:{free}")
    mail = OtiiServer(greeting=b"220 mail ready\r\n")
    with mail as server, pytest.raises(PowerError, match="no message of an Otii server"):
        OtiiConfig().open(server.address)
    with pytest.raises(PowerError, match="must be HOST:PORT"):
        OtiiConfig().open("somewhere")
    assert OtiiConfig().supplies_board
