"""An INA2xx as the kernel shows it: a folder of hwmon files."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from hilbench.deadline import Deadline
from hilbench.errors import PowerError
from hilbench.power.instruments.ina2xx import Ina2xx, Ina2xxConfig

_FILES = {"name": "ina226", "in1_input": "3300", "curr1_input": "100", "power1_input": "325000"}


def monitor(folder: Path, **files: str | None) -> Ina2xx:
    for name, content in {**_FILES, **files}.items():
        if content is not None:
            (folder / name).write_text(content + "\n", encoding="ascii")
    return Ina2xxConfig().open(str(folder))


def test_power_and_voltage_are_read(tmp_path: Path) -> None:
    meter = monitor(tmp_path)
    meter.power(on=True)
    meter.start()
    trace = meter.stop()
    meter.close()
    assert trace.current[0] * trace.voltage[0] == pytest.approx(0.325)
    assert meter.identity == "INA226 of hwmon, window found in its current"


def test_without_a_power_register_the_current_is_taken(tmp_path: Path) -> None:
    meter = monitor(tmp_path, power1_input=None)
    meter.start()
    assert meter.stop().current[0] == pytest.approx(0.1)


def write(path: Path, text: str) -> None:
    """Replace a file at once, as sysfs never shows half a number."""
    scratch = path.with_suffix(".new")
    scratch.write_text(text, encoding="ascii")
    scratch.replace(path)


def test_a_window_is_found_in_what_it_reads(tmp_path: Path) -> None:
    meter = monitor(tmp_path, power1_input="165000")
    meter.start()
    for microwatts, seconds in (("165000", 0.7), ("363000", 0.4), ("165000", 0.0)):
        write(tmp_path / "power1_input", microwatts)
        time.sleep(seconds)
    meter.await_edges(2, 0.1, Deadline.after(5))
    trace = meter.stop()
    falling, rising = trace.edges
    window = slice(falling.index + 2, rising.index - 2)
    assert (falling.rising, rising.rising) == (False, True)
    assert np.median(trace.current[window] * trace.voltage[window]) == pytest.approx(0.363)
    assert trace.seconds_between(falling, rising) > 0.3  # longer on a busy machine


def test_a_current_that_stays_level_is_an_error(tmp_path: Path) -> None:
    meter = monitor(tmp_path)
    meter.start()
    with pytest.raises(PowerError, match=r"0 of 2 edges within 0.2 s .*does not tell sleep from run"):
        meter.await_edges(2, 0, Deadline.after(0.2))
    meter.close()
    meter.close()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"power1_input": "325"}, None),  # so little that the registers' steps hide its unit
        ({"power1_input": "325000000"}, "325 W in power1_input and 0.33 W by curr1_input"),
        ({"curr1_input": "100000"}, "shunt_resistor"),
        ({"in1_input": "3"}, "sees 0.003 V in in1_input"),
        ({"in1_input": "3.3 V"}, "'3.3 V' in in1_input, which is no number"),
        ({"power1_input": "\x00\x01"}, "in power1_input, which is no number"),
        ({"name": "coretemp"}, "is 'coretemp'; power.port must be the folder of an ina2xx"),
        ({"name": None}, "does not let name be read: No such file"),
    ],
)
def test_other_units_garbage_and_other_chips_are_refused(
    tmp_path: Path, files: dict[str, str | None], sentence: str | None
) -> None:
    if sentence is None:
        monitor(tmp_path, **{**files, "curr1_input": "0"}).close()
        return
    with pytest.raises(PowerError, match=sentence):
        monitor(tmp_path, **files)


def test_not_a_number_is_no_sample(tmp_path: Path) -> None:
    meter = monitor(tmp_path, power1_input="nan", curr1_input=None)
    meter.start()
    assert len(meter.stop()) == 0


def test_a_driver_that_is_unloaded_ends_the_capture(tmp_path: Path) -> None:
    meter = monitor(tmp_path)
    meter.start()
    shutil.rmtree(tmp_path)
    with pytest.raises(PowerError, match="does not let power1_input be read"):
        meter.await_edges(2, 0, Deadline.after(2))
    with pytest.raises(PowerError, match="does not let power1_input be read"):
        meter.stop()
    meter.close()
