from __future__ import annotations

import pytest
from pydantic import ValidationError

from hilbench.errors import ConfigError
from hilbench.power import SupplyMode
from hilbench.power.instruments import INSTRUMENTS
from hilbench.power.instruments.lpm01a import Lpm01aConfig
from hilbench.power.instruments.ppk2 import Ppk2Config


def test_every_module_is_an_instrument_called_like_its_module() -> None:
    assert set(INSTRUMENTS.names) >= {"csv_replay", "ina2xx", "joulescope", "lpm01a", "otii", "ppk2", "scpi"}
    for name in INSTRUMENTS.names:
        assert INSTRUMENTS.find(name).model_fields["meter"].default == name


def test_an_unknown_instrument_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        ConfigError, match=r"no instrument 'ppk3' \(did you mean 'ppk2'\?\); there are: csv_replay, ina2xx, "
    ):
        INSTRUMENTS.find("ppk3")


def test_a_meter_feeds_the_board_with_3_3_v_by_default() -> None:
    config = Ppk2Config()
    assert (config.supply_mv, config.mode, config.trigger_input) == (3300, SupplyMode.SOURCE, 0)
    assert config.supplies_board
    assert config.uncertainty_pct is None


@pytest.mark.parametrize(
    ("instrument", "key", "allowed", "refused"),
    [
        ("ppk2", "supply_mv", (800, 5000), (799, 5001)),
        ("lpm01a", "supply_mv", (1800, 3300), (1799, 3301)),
        ("ppk2", "trigger_input", (0, 7), (-1, 8)),
        ("otii", "supply_mv", (500, 5000), (499, 5001)),
        ("otii", "trigger_input", (1, 2), (0, 3)),
        ("joulescope", "trigger_input", (0, 3), (-1, 4)),
        ("joulescope", "rate_hz", (1000, 2_000_000), (999, 2_000_001)),
        ("ina2xx", "rate_hz", (0.5, 1000), (0, 1001)),
        ("scpi", "rate_hz", (0.5, 10_000), (0, 10_001)),
        ("scpi", "current_limit_ma", (1, 100_000), (0, 100_001)),
        ("ppk2", "uncertainty_pct", (1e-9, 99.9), (0, 100)),
        ("lpm01a", "uncertainty_pct", (1e-9, 99.9), (0, 100)),
    ],
)
def test_figures_that_an_instrument_does_not_have_are_refused(
    instrument: str, key: str, allowed: tuple[float, ...], refused: tuple[float, ...]
) -> None:
    config = INSTRUMENTS.find(instrument)
    for value in allowed:
        assert getattr(config.model_validate({key: value}), key) == value
    for value in refused:
        with pytest.raises(ValidationError):
            config.model_validate({key: value})


def test_an_lpm01a_is_always_the_supply() -> None:
    assert Lpm01aConfig().supplies_board
    with pytest.raises(ValidationError):
        Lpm01aConfig.model_validate({"mode": "ampere"})


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("set_voltage", "VOLT {foo}"),
        ("set_voltage", "VOLT {volts:q}"),
        ("output", "OUTP {"),
        ("set_current_limit", "CURR {}"),
        ("channel", "INST {channel.name}"),
    ],
)
def test_a_line_of_scpi_with_a_wrong_placeholder_is_refused_when_it_is_read(key: str, line: str) -> None:
    config = INSTRUMENTS.find("scpi")
    with pytest.raises(ValidationError, match=f"'{key}' is .*its only placeholder is"):
        config.model_validate({"commands": {key: line}})
