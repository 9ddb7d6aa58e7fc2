from __future__ import annotations

import pytest
from pydantic import ValidationError

from hilbench.power import MeterConfig, SupplyMode


def test_a_meter_feeds_the_board_with_3_3_v_unless_told_otherwise() -> None:
    config = MeterConfig(meter="ppk2")
    assert (config.supply_mv, config.mode, config.trigger_input) == (3300, SupplyMode.SOURCE, 0)
    assert config.uncertainty_pct is None


@pytest.mark.parametrize(
    ("key", "allowed", "refused"),
    [
        ("supply_mv", (800, 5000), (799, 5001)),
        ("trigger_input", (0, 7), (-1, 8)),
        ("uncertainty_pct", (1e-9, 99.9), (0, 100)),
    ],
)
def test_figures_that_no_meter_has_are_refused(
    key: str, allowed: tuple[float, ...], refused: tuple[float, ...]
) -> None:
    for value in allowed:
        assert getattr(MeterConfig.model_validate({"meter": "ppk2", key: value}), key) == value
    for value in refused:
        with pytest.raises(ValidationError):
            MeterConfig.model_validate({"meter": "ppk2", key: value})
