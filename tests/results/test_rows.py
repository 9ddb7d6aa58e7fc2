from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.environment import Environment
from hilbench.errors import ConfigError
from hilbench.provenance import PredictedBy, Provenance
from hilbench.results import Measurement, Status, cells
from hilbench.results.columns import COLUMNS
from hilbench.results.csv_file import read_csv, write_csv
from hilbench.results.rows import to_frame

HEADER = (
    "run_id,board,provenance,chip,core,clock_hz,operator,variant,dtype,in_h,in_w,in_c,"
    "out_h,out_w,out_c,kernel_h,kernel_w,stride,dilation,groups,activation,macs,weight_bytes,"
    "activation_bytes,code_bytes,stack_bytes,toolchain,flags,placement,cache,iterations,"
    "cycles_median,cycles_min,cycles_max,cycles_mad,cycles_ci_low,cycles_ci_high,cycles_cold,"
    "latency_us,mac_per_cycle,energy_uj,energy_above_idle_uj,power_mw,nj_per_mac,gops_per_w,"
    "eta_energy,eta_latency,eta_basis,verified,attempts,status,image_digest,measured_at,"
    "energy_uncertainty_pct,instructions,insn_per_mac,scratch_bytes,constant_bytes,"
    "case,problem,padding,tuning,label,ram_bytes,probe_serial,meter_serial,predictor,"
    "eta_energy_same_variant,eta_latency_same_variant,choice,layout_spread_pct,inputs,stride_w,dilation_w,member"
)


@pytest.fixture
def failed(measurement: Measurement) -> Measurement:
    return replace(
        measurement,
        status=Status.VERIFY_FAILED,
        cause="element 3 is 7, not 8",
        cycles=(),
        cycles_cold=None,
        energy=None,
        verified=False,
    )


def test_the_csv_has_the_specified_columns_and_no_other(measurement: Measurement, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "results.csv"
    write_csv(to_frame([measurement], "r1"), path)
    with path.open(newline="") as file:
        assert file.readline() == f"{HEADER}\n"


def test_derived_cells_follow_from_the_samples(measurement: Measurement) -> None:
    (row,) = to_frame([measurement], "r1").to_dict("records")
    assert row["latency_us"] == pytest.approx(1000)
    assert row["mac_per_cycle"] == pytest.approx(56.448)
    assert row["energy_uj"] == pytest.approx(2)
    assert row["energy_above_idle_uj"] == pytest.approx(1)
    assert row["power_mw"] == pytest.approx(2)
    assert row["nj_per_mac"] == pytest.approx(2000 / 56448)
    assert row["gops_per_w"] == pytest.approx(2 * 56448 / 2e-6 / 1e9)
    assert (row["iterations"], row["cycles_cold"], row["attempts"]) == (4, 1500, 2)
    assert (row["out_h"], row["activation"], row["verified"]) == (14, "relu", True)
    assert (row["instructions"], row["insn_per_mac"]) == (28_224, 0.5)
    assert (row["scratch_bytes"], row["constant_bytes"]) == (1024, 336)


def test_the_interval_contains_every_layout_and_the_spread_is_told(measurement: Measurement) -> None:
    elsewhere = replace(measurement, layouts=((1040, 1050, 1060), (990, 990), (1000,)))
    (row,) = to_frame([elsewhere]).to_dict("records")
    assert row["cycles_median"] == 1000
    assert row["cycles_ci_low"] == 990
    assert row["cycles_ci_high"] == 1050
    assert row["layout_spread_pct"] == pytest.approx(6)


def test_a_row_of_one_layout_has_no_spread(measurement: Measurement) -> None:
    (row,) = to_frame([measurement]).to_dict("records")
    assert pd.isna(row["layout_spread_pct"])
    assert row["cycles_ci_low"] > 990


def test_cells_that_do_not_exist_are_empty(failed: Measurement, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    write_csv(to_frame([failed], "r1"), path)
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    empty = [name for name in COLUMNS if name.startswith(("cycles", "energy", "eta"))]
    empty += ["latency_us", "mac_per_cycle", "power_mw", "nj_per_mac", "gops_per_w", "iterations"]
    assert {row[name] for name in empty} == {""}
    assert (row["status"], row["verified"]) == ("verify_failed", "false")


def test_an_energy_is_as_sure_as_its_window_says(measurement: Measurement) -> None:
    assert measurement.energy is not None
    emulated = replace(measurement, energy=replace(measurement.energy, uncertainty_pct=15.0))
    sure, unstated = to_frame([emulated, measurement])["energy_uncertainty_pct"]
    assert sure == 15
    assert pd.isna(unstated)


def test_a_csv_of_an_earlier_version_is_read(measurement: Measurement, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    frame = to_frame([measurement], "r1")
    later = list(COLUMNS)[list(COLUMNS).index("measured_at") + 1 :]
    assert later[0] == "energy_uncertainty_pct"
    frame[list(COLUMNS)].drop(columns=later).to_csv(path, index=False)
    back = read_csv(path)[later]
    assert (back.isna() | (back == "")).all(axis=None)


def test_a_tuning_that_an_earlier_version_wrote_into_the_variant_is_told_apart(
    measurement: Measurement, tmp_path: Path
) -> None:
    path = tmp_path / "results.csv"
    old = to_frame([measurement])[list(COLUMNS)].drop(columns="tuning")
    old.assign(variant="dsp band_kib=8 unroll_loops=1").to_csv(path, index=False)
    (row,) = read_csv(path).to_dict("records")
    assert (row["variant"], row["tuning"]) == ("dsp", "band_kib=8 unroll_loops=1")


def test_a_row_names_its_case_its_problem_and_what_it_was_measured_with(measurement: Measurement) -> None:
    serials = Environment(probe_id="004200", meter="PPK2 E5F0 hardware 9173", meter_serial="E5F0")
    (row,) = to_frame([replace(measurement, environment=serials)]).to_dict("records")
    case = measurement.workload
    assert (row["case"], row["problem"], row["label"]) == (case.digest, case.problem_digest, str(case))
    assert (row["padding"], row["variant"], row["tuning"]) == ("valid", "reference", "")
    assert row["ram_bytes"] == 3856
    assert (row["probe_serial"], row["meter_serial"], row["predictor"]) == ("004200", "E5F0", "")


def test_a_predicted_row_says_what_predicted_it(measurement: Measurement) -> None:
    row = replace(measurement, provenance=Provenance.PREDICTED, predictor=PredictedBy.EMULATOR)
    assert to_frame([row])["predictor"].to_list() == ["emulator"]


def test_a_core_that_does_not_count_instructions_leaves_their_cells_empty(measurement: Measurement) -> None:
    (row,) = to_frame([replace(measurement, instructions=None)]).to_dict("records")
    assert pd.isna(row["instructions"])
    assert pd.isna(row["insn_per_mac"])


def test_a_window_without_energy_has_no_efficiency(measurement: Measurement) -> None:
    assert measurement.energy is not None
    idle = replace(measurement, energy=replace(measurement.energy, energy_j=0.0))
    (row,) = to_frame([idle]).to_dict("records")
    assert (row["energy_uj"], row["power_mw"], row["nj_per_mac"]) == (0, 0, 0)
    assert pd.isna(row["gops_per_w"])


def test_a_row_without_power_keeps_its_latency(measurement: Measurement) -> None:
    (row,) = to_frame([replace(measurement, energy=None)]).to_dict("records")
    assert pd.isna(row["energy_uj"])
    assert row["cycles_median"] == 1000


def test_a_csv_read_back_is_the_frame_that_was_written(
    measurement: Measurement, failed: Measurement, tmp_path: Path
) -> None:
    path = tmp_path / "results.csv"
    frame = to_frame([measurement, failed], "r1")
    write_csv(frame, path)
    columns = list(COLUMNS)
    pd.testing.assert_frame_equal(read_csv(path)[columns], frame[columns])


def test_details_hold_the_cause_and_the_samples(measurement: Measurement, failed: Measurement) -> None:
    good, bad = to_frame([measurement, failed]).to_dict("records")
    assert good["samples"] == measurement.cycles
    assert bad["cause"] == "element 3 is 7, not 8"
    assert good["label"] == str(measurement.workload)


def test_an_empty_run_is_a_table_without_rows(tmp_path: Path) -> None:
    write_csv(to_frame([]), tmp_path / "results.csv")
    assert read_csv(tmp_path / "results.csv").empty


def test_a_missing_column_is_named(measurement: Measurement, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    to_frame([measurement]).drop(columns="cycles_mad").to_csv(path)
    with pytest.raises(ConfigError, match="lacks the column 'cycles_mad'"):
        read_csv(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00binary", None])
def test_what_is_no_table_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"results\.csv"):
        read_csv(path)


def test_a_word_where_a_number_belongs_is_refused(measurement: Measurement, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    write_csv(to_frame([measurement]), path)
    path.write_text(path.read_text().replace("56448", "many"))
    with pytest.raises(ConfigError, match="many"):
        read_csv(path)


def test_a_place_that_cannot_be_written_is_named(measurement: Measurement, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(ConfigError, match="choose another place"):
        write_csv(to_frame([measurement]), blocker / "results.csv")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    assert cells.plain(cells.neutral(text)) == text


@pytest.mark.parametrize(
    "flags", ["-O2", "=1+1", "@SUM(A1)", "+x", "'-O2", "''=x", "\t=1", "-O2\n=1", "plain"]
)
def test_no_text_begins_like_a_formula_and_it_comes_back(
    flags: str, measurement: Measurement, tmp_path: Path
) -> None:
    path = tmp_path / "results.csv"
    write_csv(to_frame([replace(measurement, flags=flags)], "r1"), path)
    with path.open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["flags"][0] not in "=+-@\t\r"
    assert read_csv(path)["flags"].tolist() == [flags]


def test_flags_that_were_written_before_are_read_as_they_were(
    measurement: Measurement, tmp_path: Path
) -> None:
    path = tmp_path / "results.csv"
    write_csv(to_frame([measurement], "r1"), path)
    path.write_text(path.read_text(encoding="utf-8").replace("'-O2", "-O2"), encoding="utf-8")
    assert read_csv(path)["flags"].tolist() == ["-O2"]


@given(st.integers(0, 2**53), st.sampled_from(["{}", "{}.", "{}.0", "{}.000"]))
def test_a_count_is_read_as_a_spreadsheet_writes_it(value: int, form: str) -> None:
    assert cells.count(form.format(value)) == value


@pytest.mark.parametrize(("cell", "value"), [("1.2E+05", 120000), ("3e2", 300)])
def test_a_large_count_may_have_an_exponent(cell: str, value: int) -> None:
    assert cells.count(cell) == value


@pytest.mark.parametrize("cell", ["1.25E+01", "3.5", "1e99", ".", "1e", "0x10", "1_000", "3,0"])
def test_a_count_is_whole(cell: str) -> None:
    with pytest.raises(ValueError, match="is no whole number"):
        cells.count(cell)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *((column, cell) for column in ("clock_hz", "in_h", "macs") for cell in ("-1", "9" * 19, "1.5", "²")),
        *((column, cell) for column in ("in_h", "clock_hz", "stride") for cell in ("0",)),
        *(("cycles_median", cell) for cell in ("inf", "nan", "-1", "1e400", "x" * 5000, "9" * 5000)),
        *((column, "other") for column in ("provenance", "status", "verified", "measured_at")),
        ("measured_at", "2026-01-01"),
        *((column, "") for column in ("operator", "in_h", "provenance", "status", "board", "macs")),
    ],
)
def test_a_cell_that_cannot_be_is_named(
    column: str, cell: str, measurement: Measurement, tmp_path: Path
) -> None:
    path = tmp_path / "results.csv"
    write_csv(to_frame([measurement], "r1"), path)
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table[column] = cell
    table.to_csv(path, index=False)
    with pytest.raises(ConfigError, match=rf"row 2, (the )?column '{column}'") as error:
        read_csv(path)
    assert len(str(error.value)) < 300
