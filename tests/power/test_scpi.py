"""A supply that speaks SCPI, emulated by pyvisa-sim."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from hilbench.errors import PowerError
from hilbench.extras import ExtraMissing
from hilbench.power.instruments.scpi import Scpi, ScpiCommands, ScpiConfig

pytest.importorskip("pyvisa_sim")

_PORT = "TCPIP0::localhost::5025::SOCKET"
_DEVICE = """
spec: "1.1"
devices:
  supply:
    eom:
      TCPIP SOCKET: {{q: "\\n", r: "\\n"}}
    dialogues:
      - {{q: "*IDN?", r: "Maker,PSU-3,SN0042,1.0"}}
      {dialogues}
    properties:
      voltage:
        default: 3.3
        getter: {{q: "MEAS:VOLT?", r: "{volts}"}}
        setter: {{q: "VOLT {{}}"}}
        specs: {{type: float}}
      limit:
        default: 1.0
        getter: {{q: "CURR?", r: "{{:.3f}}"}}
        setter: {{q: "CURR {{}}"}}
        specs: {{type: float}}
      output:
        default: "OFF"
        getter: {{q: "OUTP?", r: "{{}}"}}
        setter: {{q: "OUTP {{}}"}}
        specs: {{type: str}}
resources:
  {port}: {{device: supply}}
"""
_SOUND = ('- {q: "SYST:ERR?", r: "+0,\\"No error\\""}', '- {q: "MEAS:CURR?", r: "+1.100000E-01"}')


def instrument(
    folder: Path, *dialogues: str, volts: str = "{:.3f}", port: str = _PORT, **keys: object
) -> Scpi:
    """The instrument, opened; `dialogues` are what it answers, in pyvisa-sim's YAML."""
    path = folder / f"{len(list(folder.iterdir()))}.yaml"
    text = _DEVICE.format(dialogues="\n      ".join(dialogues or _SOUND), volts=volts, port=_PORT)
    path.write_text(text, encoding="utf-8")
    config = ScpiConfig.model_validate(
        {"visa_library": f"{path}@sim", "timeout_s": 0.2, "rate_hz": 100, **keys}
    )
    return config.open(port)


def test_it_is_set_up_switched_and_read(tmp_path: Path) -> None:
    meter = instrument(tmp_path, supply_mv=1800, current_limit_ma=250)
    meter.power(on=True)
    assert meter.identity == "Maker PSU-3 SN0042 1.0, window found in its current"
    assert meter.serial_number == "SN0042"
    assert [meter._ask(query) for query in ("MEAS:VOLT?", "CURR?", "OUTP?")] == ["1.800", "0.250", "ON"]
    meter.start()
    trace = meter.stop()
    meter.close()
    meter.close()
    assert trace.current[0] == pytest.approx(0.11)
    assert trace.voltage[0] == pytest.approx(1.8)
    assert trace.edge_samples == 1


def test_one_that_only_watches_is_not_switched(tmp_path: Path) -> None:
    meter = instrument(tmp_path, mode="ampere")
    meter.power(on=True)
    assert meter._ask("OUTP?") == "OFF"
    meter.close()


def test_an_answer_of_several_numbers_is_taken_apart(tmp_path: Path) -> None:
    answers = (_SOUND[0], '- {q: "READ?", r: "+3.30E+00,+4.20E-02,+9.91E+37"}')
    meter = instrument(tmp_path, *answers, commands={"current": "READ?", "field": 1})
    meter.start()
    assert meter.stop().current[0] == pytest.approx(0.042)
    meter.close()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("110.0", "above power.current_limit_ma .*must answer in amperes"),
        ("0.11 A", "'0.11 A' to 'MEAS:CURR\\?', where number 1 should be a plain one"),
        ("\\x00\\xff?", "does not answer .*codec"),
        ("", "should be a plain one|does not answer"),
    ],
)
def test_an_answer_in_other_units_or_garbage_is_refused(tmp_path: Path, answer: str, sentence: str) -> None:
    with pytest.raises(PowerError, match=sentence):
        instrument(tmp_path, _SOUND[0], f'- {{q: "MEAS:CURR?", r: "{answer}"}}')


def test_not_a_number_is_no_sample(tmp_path: Path) -> None:
    meter = instrument(tmp_path, _SOUND[0], '- {q: "MEAS:CURR?", r: "9.91E+37"}')
    meter.start()
    assert len(meter.stop()) == 0
    meter.close()


def test_volts_that_are_not_those_asked_for_are_refused(tmp_path: Path) -> None:
    meter = instrument(tmp_path, volts="3300")
    with pytest.raises(PowerError, match=r"answers 3300 to 'MEAS:VOLT\?', and power.supply_mv is 3.3 V"):
        meter.start()
    meter.close()


def test_silence_is_an_error_with_the_query(tmp_path: Path) -> None:
    with pytest.raises(PowerError, match=r"does not answer 'MEAS:CURR\?'"):
        instrument(tmp_path, _SOUND[0])


def test_a_setting_that_is_refused_is_named(tmp_path: Path) -> None:
    refusal = '- {q: "SYST:ERR?", r: "-113,\\"Undefined header\\""}'
    with pytest.raises(PowerError, match="refuses a setting: -113,"):
        instrument(tmp_path, refusal, _SOUND[1])


def test_a_connection_that_is_lost_ends_the_capture(tmp_path: Path) -> None:
    meter = instrument(tmp_path)
    meter.start()
    meter._resource.close()
    meter._thread.join(5)  # type: ignore[union-attr]
    with pytest.raises(PowerError, match=r"does not answer 'MEAS:CURR\?'"):
        meter.stop()
    meter.close()


def test_it_is_reached_over_a_socket() -> None:
    pytest.importorskip("pyvisa_py")
    answers = {"*IDN?": "Maker,PSU", "SYST:ERR?": '0,"No error"', "MEAS:CURR?": "0.07", "MEAS:VOLT?": "3.31"}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = f"TCPIP0::127.0.0.1::{listener.getsockname()[1]}::SOCKET"

        def serve() -> None:
            client = listener.accept()[0]
            with client, client.makefile("rb") as stream:
                for line in stream:
                    if (answer := answers.get(line.decode().strip())) is not None:
                        client.sendall(answer.encode() + b"\n")

        threading.Thread(target=serve, daemon=True).start()
        meter = ScpiConfig().open(port)
        meter.power(on=True)
        meter.start()
        trace = meter.stop()
        meter.close()
    assert (trace.current[0], trace.voltage[0]) == (0.07, 3.31)
    with pytest.raises(PowerError, match=r"(Cannot open|does not take|does not answer)"):
        ScpiConfig(timeout_s=0.2).open(port)


def test_without_pyvisa_the_sentence_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hilbench.extras.find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=r"the package pyvisa, .*hilbench\[meters\]"):
        ScpiConfig().open(_PORT)


def test_a_rate_that_is_too_fast_for_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Scpi._read

    def slow(meter: Scpi) -> tuple[float, float]:
        time.sleep(2e-3)
        return read(meter)

    monkeypatch.setattr(Scpi, "_read", slow)
    with pytest.raises(PowerError, match=r"ms a reading; set power.rate_hz to .* or less"):
        instrument(tmp_path, rate_hz=1000)


def test_stopping_what_never_started_is_an_error(tmp_path: Path) -> None:
    meter = instrument(tmp_path)
    with pytest.raises(PowerError, match="was not capturing"):
        meter.stop()
    meter.close()
    assert ScpiCommands().current == "MEAS:CURR?"
