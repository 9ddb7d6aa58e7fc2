"""η of operators in a few numbers, and as they are printed."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from hilbench.analysis import add_efficiency, spreads
from hilbench.cli._efficiency import print_efficiencies
from tests.analysis.rows import frame, ladder, measurement

ROWS = add_efficiency(
    frame(
        *(measurement(macs=macs, cycles=[macs], run_uj=macs / 1000, channels=8) for macs in (1000,)),
        *(
            measurement("depthwise_conv2d", macs=1000, cycles=[cycles], run_uj=run_uj, channels=channels)
            for channels, cycles, run_uj in ((8, 2000, 2), (16, 4000, 10), (32, 10_000, None))
        ),
        measurement("depthwise_conv2d", macs=1000, cycles=[20_000], channels=8, variant="slow"),
        measurement("pointwise_conv2d", macs=9000),
    )
)


def test_each_operator_has_its_median_range_and_count() -> None:
    standard, depthwise = spreads(ROWS)
    assert standard.operator == "conv2d"
    assert depthwise.latency is not None
    assert depthwise.energy is not None
    assert astuple(depthwise.latency) == pytest.approx((0.25, 0.1, 0.5, 3))
    assert astuple(depthwise.energy) == pytest.approx((0.3, 0.1, 0.5, 2))
    assert (depthwise.operator, depthwise.setting) == ("depthwise_conv2d", "")
    assert depthwise.document()["latency"]["count"] == 3


def test_operators_are_told_by_setting_the_most_efficient_first() -> None:
    rows = [*ladder(("int8", "float32"), energy=False)]
    found = [(each.setting, each.operator) for each in spreads(add_efficiency(frame(*rows)))]
    order = ["pointwise_conv2d", "conv2d", "grouped_conv2d", "depthwise_conv2d"]
    assert found == [(dtype, name) for dtype in ("int8", "float32") for name in order]


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_efficiencies(spreads(ROWS))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["depthwise_conv2d", "0.25", "0.10–0.50", "3", "0.30", "0.10–0.50", "2"] in lines
    assert not any("pointwise_conv2d" in line for line in lines)


def test_what_was_not_measured_has_no_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_efficiencies(spreads(add_efficiency(frame(*ladder(energy=False)))))
    printed = capsys.readouterr().out
    assert "η latency" in printed
    assert "η energy" not in printed


def test_a_standard_convolution_alone_is_not_worth_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_efficiencies(spreads(add_efficiency(frame(measurement()))))
    print_efficiencies(())
    assert capsys.readouterr().out == ""
