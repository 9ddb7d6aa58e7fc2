"""`hilbench report`: a page from a stored run, or from a CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from hilbench.cli.report import command
from hilbench.errors import ConfigError
from hilbench.results import ExampleTrace, Measurement, RunRecord, Store
from hilbench.results.csv_file import write_csv
from tests.analysis.rows import frame, measurement
from tests.report.document import parse


def test_a_stored_run_is_rendered_with_its_trace(
    tmp_path: Path, run: RunRecord, measurements: list[Measurement], example: ExampleTrace
) -> None:
    url = str(tmp_path / "store.sqlite")
    with Store(url) as store:
        store.begin_run(run)
        for row in measurements[:5]:
            store.add(run.run_id, row)
        store.keep_trace(run.run_id, example)
    result = CliRunner().invoke(command, ["latest", "--store", url, "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    page = parse(Path(result.output.strip()).read_text(encoding="utf-8"))
    assert page.within("trace").all("figure")
    assert "No stm32h7 was attached" in page.one("header").text


def test_a_csv_is_rendered_with_the_provenance_of_its_rows(tmp_path: Path) -> None:
    write_csv(frame(measurement(), measurement("depthwise_conv2d")), tmp_path / "rows.csv")
    result = CliRunner().invoke(command, [str(tmp_path / "rows.csv"), "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "EMULATED" in parse((tmp_path / "index.html").read_text(encoding="utf-8")).one("h1").text


def test_the_page_holds_its_kernels_against_a_library(tmp_path: Path) -> None:
    write_csv(frame(measurement(macs=1000, instructions=2000)), tmp_path / "rows.csv")
    baselines = tmp_path / "baselines.csv"
    baselines.write_text(
        "library,core,op,shape,insn_per_mac\ncmsis_nn,cortex-m7,conv3x3,conv3x3 16x16x8->8 s1,5.0\n"
    )
    arguments = [str(tmp_path / "rows.csv"), "--out", str(tmp_path), "--against", str(baselines)]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    mean, case = parse((tmp_path / "index.html").read_text(encoding="utf-8")).within("against").all("tbody")
    assert [cell.text for cell in case.all("td")][2:5] == ["2.00", "5.00", "2.50"]
    assert mean.all("td")[0].text == "conv3x3, 1 case"


def test_rows_of_two_boards_do_not_share_a_page(tmp_path: Path) -> None:
    write_csv(
        frame(measurement(), measurement(board="stm32h7", provenance="measured")), tmp_path / "rows.csv"
    )
    result = CliRunner().invoke(command, [str(tmp_path / "rows.csv"), "--out", str(tmp_path)])
    assert isinstance(result.exception, ConfigError)
    assert "several runs or boards" in str(result.exception)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n"])
def test_a_file_that_is_no_table_of_results_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "rows.csv").write_text(content)
    result = CliRunner().invoke(command, [str(tmp_path / "rows.csv")])
    assert isinstance(result.exception, ConfigError)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    write_csv(frame(measurement()).iloc[:0], tmp_path / "rows.csv")
    result = CliRunner().invoke(command, [str(tmp_path / "rows.csv")])
    assert isinstance(result.exception, ConfigError)
    assert "holds no rows" in str(result.exception)
