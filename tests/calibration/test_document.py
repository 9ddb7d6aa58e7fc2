from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hilbench.calibration.document import (
    Calibration,
    FigureError,
    FittedParameter,
    load_calibration,
    write_calibration,
)
from hilbench.errors import ConfigError
from hilbench.provenance import Provenance

_FITTED = FittedParameter(value=0.125, standard_error=0.001, default=0.05)
_CALIBRATION = Calibration(
    chip="stm32l475",
    board="stm32l4",
    provenance=Provenance.MEASURED,
    run="20260504-120000-stm32l4",
    date=datetime(2026, 5, 4, tzinfo=UTC),
    toolchain="gcc 12.2.1",
    parameters={"timing.flash.code_miss": _FITTED},
    residuals=(FigureError(case="loads", placement="flash", quantity="cycles", before=-3.5, after=0.25),),
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "twin.yaml"
    write_calibration(_CALIBRATION, path)
    assert load_calibration(path, "stm32l475") == _CALIBRATION
    assert list(tmp_path.iterdir()) == [path]


def test_a_value_written_by_hand_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "hand.yaml"
    path.write_text("chip: stm32l475\nparameters: {pipeline.divide_cycles: {value: 9}}")
    assert load_calibration(path, "stm32l475").values == {"pipeline.divide_cycles": 9}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("chip: stm32h743\nparameters: {}", "is of a stm32h743, the board has a stm32l475"),
        ("chip: stm32l475\nparameters: {}\nvoltage: 3", "voltage is not a key that hilbench knows"),
        ("chip: stm32l475\nparameters: {a: {valu: 3}}", "parameters.a.valu is not a key that hilbench knows"),
        ("chip: stm32l475\nparameters: {a: {value: 3, unit: s}}", "parameters.a.unit is not a key"),
        ("chip: stm32l475", "parameters: field required"),
        ("[", "is not YAML"),
        ("", "content: input should be a valid dictionary"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "twin.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=sentence) as error:
        load_calibration(path, "stm32l475")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Cannot read the calibration .*nowhere\.yaml"):
        load_calibration(tmp_path / "nowhere.yaml", "stm32l475")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Cannot write the calibration .*twin\.yaml"):
        write_calibration(_CALIBRATION, tmp_path / "nowhere" / "twin.yaml")
