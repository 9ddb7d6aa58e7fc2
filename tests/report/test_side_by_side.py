"""`hilbench report RUN RUN…`: runs and boards side by side on one page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hilbench.analysis.side_by_side import lines, mean_ratio, sides
from hilbench.cli.report import command
from hilbench.errors import ConfigError
from hilbench.provenance import Provenance
from hilbench.report.side_by_side_page import render_side_by_side
from hilbench.results import Measurement, RunRecord, Status, Store
from hilbench.results.rows import to_frame
from tests.analysis.rows import NOON, failed, measurement, run_record
from tests.report.document import parse
from tests.results.network_details import network

L4: dict[str, Any] = {"board": "stm32l4-virtual", "chip": "stm32l475", "core": "cortex-m4"}
L4_HZ = 80_000_000


def run_of(number: int, *rows: Measurement, **changes: Any) -> tuple[RunRecord, Any]:
    run = run_record(run_id=f"2026050{number}-120000-run", finished=NOON, **changes)
    return run, to_frame(rows, run.run_id)


def h7() -> tuple[RunRecord, Any]:
    return run_of(
        1,
        measurement(cycles=(48_000,) * 3, run_uj=10),
        measurement(kernel=5, cycles=(96_000,) * 3),
        measurement(kernel=5, cycles=(60_000,) * 3, variant="dsp"),
        measurement("depthwise_conv2d", cycles=(9_600,) * 3),
        network(),
    )


def l4() -> tuple[RunRecord, Any]:
    return run_of(
        2,
        measurement(cycles=(80_000,) * 3, clock_hz=L4_HZ, run_uj=5, **L4),
        measurement(kernel=5, cycles=(40_000,) * 3, clock_hz=L4_HZ, **L4),
        failed("depthwise_conv2d", status=Status.SKIPPED, cause="It needs more RAM.", **L4),
        replace(network(), clock_hz=L4_HZ, board="stm32l4-virtual"),
        provenance=Provenance.MEASURED,
        **L4,
    )


def test_cases_are_paired_by_what_they_compute_and_ratios_are_of_time() -> None:
    beside = sides([h7(), l4()])
    found = lines(beside, networks=False)
    assert [line.row["operator"] for line in found] == ["conv2d", "conv2d", "depthwise_conv2d"]
    assert found[0].ratio(1, "latency_us") == pytest.approx(10)
    assert found[1].ratio(1, "latency_us") == pytest.approx(4)  # of the faster variant
    assert found[0].ratio(1, "energy_uj") == pytest.approx(0.5)
    mean, count = mean_ratio(found, 1, "latency_us")
    assert mean == pytest.approx(40**0.5)
    assert count == 2
    assert len(lines(beside, networks=True)) == 1


def test_the_page_shows_every_run_with_its_provenance() -> None:
    page = parse(render_side_by_side([h7(), l4()]))
    assert "EMULATED AND MEASURED" in page.one("h1").text
    letters = [item.text for item in page.one("header").all("li")]
    assert [
        ("A" in letters[0], "STM32H743" in letters[0]),
        ("B" in letters[1], "measured" in letters[1]),
    ] == [
        (True, True),
        (True, True),
    ]
    assert page.within("ratios").all("figure")
    assert page.within("latencies").all("figure")
    headings = [cell.text for cell in page.within("cases").all("th")]
    assert headings[3:6] == ["cycles A", "cycles B", "time B/A"]
    first = [cell.text for cell in page.within("cases").all("tbody")[0].all("td")]
    assert first[:6] == ["conv2d", "16×16×8 → 16×16×8", "3×3 relu", "48 000", "80 000", "10.0"]
    absent = [cell.text for cell in page.within("missing").all("td")]
    assert absent == ["depthwise conv2d 16x16x8 → 8 k3x3 same relu int8 reference", "ok", "skipped"]
    (named,) = page.within("networks").all("tbody")
    assert named.all("td")[0].text == "small"


def test_a_setting_that_a_run_varies_has_a_side_of_its_own() -> None:
    rows = [measurement(flags=flags, cycles=(cycles,) * 3) for flags, cycles in (("-O2", 20), ("-O3", 10))]
    beside = sides([run_of(1, *rows), run_of(2, measurement(cycles=(5,) * 3))])
    assert [side.title for side in beside] == [
        "stm32h7-virtual · -O2",
        "stm32h7-virtual · -O3",
        "stm32h7-virtual",
    ]
    (line,) = lines(beside, networks=False)
    assert [line.ratio(place, "cycles_median") for place in range(3)] == [1, 0.5, 0.25]


def test_runs_without_a_common_case_say_so() -> None:
    page = parse(render_side_by_side([run_of(1, measurement()), run_of(2, measurement("max_pool2d"))]))
    assert "nothing to compare" in page.all("section")[0].text
    assert "No case was verified in A and in another run" in page.within("ratios").text


def test_two_thousand_rows_of_three_runs_stay_below_a_megabyte() -> None:
    def many(number: int) -> tuple[RunRecord, Any]:
        rows = [
            measurement(channels=8 + each, cycles=(each * number + 99,) * 3, run_uj=1) for each in range(2000)
        ]
        return run_of(number, *rows)

    assert len(render_side_by_side([many(1), many(2), many(3)]).encode()) < 1_000_000


def test_the_command_takes_runs_by_id_tag_and_board(tmp_path: Path) -> None:
    url = str(tmp_path / "store.sqlite")
    with Store(url) as store:
        for run, rows in ((h7()[0], [measurement()]), (l4()[0], [measurement(**L4)])):
            store.begin_run(run)
            for row in rows:
                store.add(run.run_id, row)
        store.tag(h7()[0].run_id, "release-1")
    arguments = ["release-1", "stm32l4-virtual", "--store", url, "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    page = Path(result.output.strip())
    assert page == tmp_path / "out" / "index.html"
    assert "20260502-120000-run" in page.read_text(encoding="utf-8")
    refused = CliRunner().invoke(command, [*arguments, "--against", str(page)])
    assert isinstance(refused.exception, ConfigError)
    assert "name one run" in str(refused.exception)


def test_too_many_runs_are_refused() -> None:
    with pytest.raises(ConfigError, match="These are 9 runs and settings, and 8 fit"):
        sides([run_of(number, measurement()) for number in range(9)])
