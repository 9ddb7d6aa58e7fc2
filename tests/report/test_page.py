"""The page: what it says, of what, and that it says so everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import hilbench.report
from hilbench.analysis import add_efficiency
from hilbench.errors import ConfigError
from hilbench.provenance import PredictedBy, Provenance
from hilbench.report import write_report
from hilbench.report.table_data import distribution
from hilbench.results import ExampleTrace, Measurement, RunRecord, Status
from tests.analysis.rows import failed, frame, ladder, measurement
from tests.report.document import Element, parse

TEMPLATES = Path(hilbench.report.__file__).with_name("templates")
FIGURES = ("efficiency", "by-shape", "roofline", "trace")

Writer = Callable[..., Element]


@pytest.fixture(scope="module")
def text(
    tmp_path_factory: pytest.TempPathFactory,
    run: RunRecord,
    measurements: list[Measurement],
    example: ExampleTrace,
) -> str:
    """A report with everything in it."""
    path = write_report(run, add_efficiency(frame(*measurements)), tmp_path_factory.mktemp("report"), example)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Element:
    return parse(text)


@pytest.fixture
def write(tmp_path: Path, run: RunRecord) -> Writer:
    """Write a report on some measurements and read it back."""

    def writer(*measurements: Measurement, of: RunRecord = run) -> Element:
        path = write_report(of, add_efficiency(frame(*measurements)), tmp_path / "report")
        return parse(path.read_text(encoding="utf-8"))

    return writer


def test_a_virtual_board_is_named_as_emulated_in_headline_and_title(page: Element) -> None:
    assert "EMULATED" in page.one("h1").text
    assert page.one("title").text.startswith("EMULATED")
    assert "No stm32h7 was attached" in page.one("header").text


def test_a_real_board_is_not_called_emulated_anywhere(write: Writer, run: RunRecord) -> None:
    real = replace(run, board="stm32h7", twin_of="", provenance=Provenance.MEASURED)
    page = write(measurement(), measurement("depthwise_conv2d"), of=real)
    assert "MEASURED" in page.one("h1").text
    assert "emulated" not in page.one("body").text.lower()


def test_energies_of_a_model_say_how_sure_they_are(
    run: RunRecord, example: ExampleTrace, tmp_path: Path
) -> None:
    row = measurement(run_uj=20)
    assert row.energy is not None
    row = replace(row, energy=replace(row.energy, uncertainty_pct=15.0))
    rows = add_efficiency(frame(row, replace(row, workload=measurement(kernel=5).workload)))
    page = parse(write_report(run, rows, tmp_path, example).read_text(encoding="utf-8"))
    for anchor in ("by-shape", "trace", "cases"):
        assert "±15 %" in page.within(anchor).text
    assert "±15 %" in page.one("main").text.split("nJ per MAC, at best")[0]


def test_energies_of_which_nobody_says_how_sure_they_are_have_no_margin(page: Element) -> None:
    assert "± %" not in page.within("cases").text
    assert "Energies are" not in page.one("main").text


def test_an_unfinished_run_says_so(write: Writer, run: RunRecord) -> None:
    lead = write(measurement(), of=replace(run, finished=None)).one("header").text
    assert "has not finished" in lead


def test_every_figure_carries_its_provenance_and_an_alternative_text(page: Element) -> None:
    for anchor in FIGURES:
        section = page.within(anchor)
        assert "emulated" in section.one("figcaption").text
        drawings = [svg for svg in section.all("svg") if "role" in svg.attributes]
        assert drawings
        for drawing in drawings:
            assert "emulated" in drawing.text
            assert len(drawing.attributes["aria-label"]) > 30


def test_ids_are_unique_and_every_reference_is_met(page: Element) -> None:
    ids = page.ids()
    assert set(ids.values()) == {1}
    for use in page.all("use"):
        assert use.attributes["href"].removeprefix("#") in ids


def test_style_and_markup_name_the_same_classes(text: str) -> None:
    style, markup = re.findall(r"<style>(.*?)</style>(.*)", text, re.DOTALL)[0]
    styled = set(re.findall(r"\.([a-z]+)(?=[^{}]*\{)", re.sub(r"/\*.*?\*/|@import.*?;", "", style)))
    worn = {name for names in re.findall(r' class="([^"]+)"', markup) for name in names.split()}
    assert worn <= styled
    templates = (path.read_text() for path in TEMPLATES.iterdir() if path.suffix != ".css")
    written = set(re.findall(r"[a-z]+", "".join(templates)))
    assert styled <= worn | written


def test_nothing_is_fetched_from_anywhere(text: str) -> None:
    for loader in ("http://", "https://", "<link", "<img", "@import", "src="):
        assert loader not in text


def test_failures_come_with_their_cause(page: Element) -> None:
    failures = page.within("failures").text
    assert "2 cases without numbers" in failures
    assert "Output 3 is 17 instead of 18." in failures
    assert "It needs 1.3 MiB of 1.0 MiB of RAM." in failures


def test_cases_that_failed_alike_are_told_once(write: Writer) -> None:
    page = write(
        measurement(),
        *(
            failed(channels=count, status=Status.FLASH_FAILED, cause="The probe vanished.")
            for count in (1, 2, 3)
        ),
    )
    assert page.one("body").text.count("The probe vanished.") == 1
    assert page.within("failures").one("summary").text == "3 cases"


def test_the_contents_are_in_the_order_of_the_page(page: Element) -> None:
    sections = [section.attributes.get("id") for section in page.all("section")]
    linked = [link.attributes["href"].removeprefix("#") for link in page.one("nav").all("a")]
    assert linked == [section for section in sections if section in linked]
    assert "failures" in linked


def test_figures_are_numbered_without_gaps(write: Writer) -> None:
    page = write(measurement(), measurement("depthwise_conv2d"))
    alone = write(measurement())
    for shown, count in ((page, 3), (alone, 1)):  # alone there is nothing to compare
        numbers = [re.findall(r"Figure (\d)", caption.text) for caption in shown.all("figcaption")]
        assert numbers == [[str(number)] for number in range(1, count + 1)]


def test_what_a_lone_operator_lacks_is_said(write: Writer) -> None:
    assert "no other operator to compare with" in write(measurement()).one("body").text
    assert (
        "no standard convolution to compare with" in write(measurement("depthwise_conv2d")).one("body").text
    )


def test_cases_with_numbers_come_first(write: Writer) -> None:
    page = write(failed(channels=64, status=Status.SKIPPED, cause="It is too large."), measurement())
    rows = page.within("cases").one("tbody").all("tr")
    assert [row.all("td")[-1].text for row in rows] == ["ok", "skipped"]


def test_a_failed_case_has_dashes_where_numbers_would_be(write: Writer) -> None:
    page = write(measurement(), failed(channels=64, status=Status.VERIFY_FAILED, cause="It differs."))
    table = page.within("cases").one("table")
    headings = [heading.text for heading in table.all("th")]
    cells = [cell.text for cell in table.one("tbody").all("tr")[1].all("td")]
    row = dict(zip(headings, cells, strict=True))
    assert {row[name] for name in ("cycles", "µs", "MAC/cycle", "cold")} == {"–"}
    assert row["status"] == "verify failed"


def test_an_operator_without_a_window_has_no_kernel_size(write: Writer) -> None:
    page = write(measurement("add", weight_bytes=0, kernel=1), measurement("conv2d", kernel=1))
    cells = [[cell.text for cell in row.all("td")][2] for row in page.within("cases").one("tbody").all("tr")]
    assert cells == ["relu", "1×1 relu"]


SEVERAL = (
    measurement(cycles=(36_000,) * 3, run_uj=40),
    measurement(cycles=(4_000,) * 3, run_uj=4, variant="winograd"),
    measurement("depthwise_conv2d", cycles=(40_000,) * 3, run_uj=40),
    measurement("depthwise_conv2d", cycles=(10_000,) * 3, run_uj=20, variant="dsp"),
    measurement("grouped_conv2d", cycles=(8_000,) * 3, run_uj=5, variant="dsp"),
)
"""Plain C beside the kernels that were chosen, and an operator that ran as a kernel only."""


def test_variants_and_flags_are_in_the_headline(write: Writer) -> None:
    headline = write(*SEVERAL).one("h1").text
    assert "gcc 12.2.1 · -O2 · variants reference, dsp, winograd" in headline
    assert "· variant reference ·" in write(measurement()).one("h1").text


def test_figures_show_each_problem_by_its_best_variant(write: Writer) -> None:
    page = write(*SEVERAL)
    heat, spread = page.within("by-shape"), page.within("efficiency")
    assert "9.0" in [text.text for text in heat.all("text")]
    assert "36 000" not in heat.text
    drawings = [drawing for drawing in spread.all("svg") if "role" in drawing.attributes]
    against = "efficiency against a standard convolution: conv2d 1.0, grouped conv2d"
    assert [drawing.attributes["aria-label"] for drawing in drawings[:2]] == [
        f"Median energy {against} 0.80, depthwise conv2d 0.20.",
        f"Median latency {against} 0.50, depthwise conv2d 0.40.",
    ]
    assert "2 of 2 other cases met a standard convolution" in spread.text


def test_a_median_is_not_called_a_worst(write: Writer) -> None:
    highlights = write(*SEVERAL).one("main").text
    assert "0.20 energy η, median of depthwise conv2d, the least of all operators" in highlights
    assert "worst" not in highlights


def test_what_the_kernels_gain_over_plain_c_is_told(write: Writer) -> None:
    page = write(*SEVERAL)
    rows = [[cell.text for cell in row.all("td")] for row in page.within("gains").one("tbody").all("tr")]
    assert rows == [
        ["conv2d", "1", "9.00", "9.00", "9.00", "10.0", "winograd"],
        ["depthwise conv2d", "1", "4.00", "4.00", "4.00", "2.00", "dsp"],
    ]
    gain = "6.0× as fast as plain C by the fastest variant, geometric mean of 2 problems"
    assert gain in page.one("main").text
    assert "gains" not in write(measurement()).ids()


def test_a_row_that_is_not_the_best_names_what_is_and_has_no_efficiency(write: Writer) -> None:
    table = write(*SEVERAL).within("cases").one("table")
    headings = [heading.text for heading in table.all("th")]
    rows = [
        dict(zip(headings, (cell.text for cell in row.all("td")), strict=True))
        for row in table.one("tbody").all("tr")
    ]
    assert [row["η time"] for row in rows] == ["–", "1.00", "–", "0.400", "0.500"]
    assert rows[2]["η basis"] == "dsp is faster; dsp takes less energy"
    assert rows[3]["η basis"] == "matched ±0 %"


@pytest.mark.parametrize(
    ("predictor", "sentence"),
    [
        (PredictedBy.EMULATOR, "The image that the board would get ran on the chip's virtual board."),
        (PredictedBy.COST_MODEL, "A cost model that was fitted to other rows gave them; nothing ran."),
        (None, "Every number on this page was predicted. None was measured."),
    ],
)
def test_a_prediction_says_what_predicted_it(
    write: Writer, run: RunRecord, predictor: PredictedBy | None, sentence: str
) -> None:
    lead = write(
        measurement(predictor=predictor, provenance=Provenance.PREDICTED),
        of=replace(run, provenance=Provenance.PREDICTED),
    )
    assert sentence in lead.one("header").text
    assert "fitted model" not in lead.one("header").text


def test_the_variant_that_won_is_shown_with_what_it_costs(write: Writer) -> None:
    page = write(
        measurement(cycles=(4000,) * 3),
        measurement(cycles=(1000,) * 3, variant="winograd", scratch_bytes=6912, code_bytes=2276),
        measurement(cycles=(1500,) * 3, variant="dsp"),
    )
    cells = [cell.text for cell in page.within("variants").one("tbody").all("td")]
    assert cells[1:] == ["winograd", "1 000", "1.50", "dsp", "–", "6 912", "–", "2 276", "100"]


def test_how_much_the_layout_matters_is_told_for_each_kernel(write: Writer) -> None:
    rows = [
        replace(measurement(kernel=kernel, cycles=[1000]), layouts=((1000 + 10 * kernel,), (1000,)))
        for kernel in (1, 3, 5)
    ]
    still = replace(measurement("max_pool2d", weight_bytes=0, cycles=[1000]), layouts=((1000,),))
    page = write(still, *rows)
    cells = [[cell.text for cell in row.all("td")] for row in page.within("layouts").one("tbody").all("tr")]
    assert [row[:5] for row in cells] == [
        ["conv2d", "reference", "3", "3.00", "5.00"],
        ["max pool2d", "reference", "1", "0", "0"],
    ]
    assert "5×5" in cells[0][5] or "k5x5" in cells[0][5]


def test_a_run_in_one_layout_does_not_speak_of_it(page: Element) -> None:
    assert "layouts" not in page.ids()


def test_one_variant_makes_no_contest(page: Element) -> None:
    assert "variants" not in page.ids()
    assert "against" not in page.ids()


def test_the_table_holds_every_row_and_its_efficiency(page: Element, measurements: list[Measurement]) -> None:
    table = page.within("cases").one("table")
    headings = [heading.text for heading in table.all("th")]
    rows = [
        dict(zip(headings, (cell.text for cell in row.all("td")), strict=True))
        for row in table.one("tbody").all("tr")
    ]
    assert len(rows) == len(measurements)
    assert {row["η energy"] for row in rows if row["operator"] == "depthwise conv2d"} == {"0.125"}
    assert {row["η time"] for row in rows if row["operator"] == "max pool2d"} == {"–"}


def test_without_a_meter_energy_is_absent_and_never_zero(write: Writer) -> None:
    page = write(*ladder(energy=False))
    headings = [heading.text for heading in page.within("cases").all("th")]
    assert not {"µJ", "nJ/MAC", "η energy"} & set(headings)
    assert "No energy was measured" in page.within("trace").text
    assert "Energy efficiency" not in page.within("efficiency").text


def test_an_operator_alone_has_no_efficiency_figure_and_the_page_says_why(write: Writer) -> None:
    section = write(measurement("depthwise_conv2d")).within("efficiency")
    assert not section.all("figure")
    assert "no verified rows of the standard convolution" in section.text


def test_when_everything_failed_the_page_still_tells_what_happened(write: Writer) -> None:
    page = write(failed(status=Status.BOOT_FAILED, cause="The firmware is silent."))
    assert "0 of 1" in page.one("main").text
    assert "The firmware is silent." in page.within("failures").text
    assert not page.all("figure")


def test_what_a_run_sweeps_becomes_a_column(write: Writer) -> None:
    page = write(measurement(), measurement(flags="-O3"))
    assert "flags" in [heading.text for heading in page.within("cases").all("th")]


def test_names_from_outside_cannot_become_markup(write: Writer) -> None:
    hostile = "<script>alert(1)</script>"
    page = write(
        measurement(toolchain=hostile),
        measurement("<b>op</b>", flags=hostile),
        failed(status=Status.BUILD_FAILED, cause=hostile),
    )
    assert [item.attributes.get("type", "") for item in page.all("script")] == ["application/json", ""]
    assert hostile in page.within("failures").text


@pytest.mark.slow
def test_a_thousand_rows_stay_a_page(tmp_path: Path, run: RunRecord) -> None:
    rows = [
        measurement(operator, macs=1000 * count, channels=count, cycles=[1000 * count] * 3, run_uj=count)
        for operator in ("conv2d", "depthwise_conv2d")
        for count in range(1, 501)
    ]
    path = write_report(run, add_efficiency(frame(*rows)), tmp_path)
    assert len(parse(path.read_text(encoding="utf-8")).within("cases").one("tbody").all("tr")) == 50
    assert path.stat().st_size < 1_000_000


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, run: RunRecord) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ConfigError, match="taken"):
        write_report(run, add_efficiency(frame(measurement("add", weight_bytes=0))), tmp_path / "taken")


def test_kernels_beyond_the_roof_are_explained(write: Writer) -> None:
    below, above = measurement(), measurement(cycles=[9_000] * 3, variant="winograd")
    assert "Marks above them (winograd)" in write(below, above).within("roofline").text
    assert "Marks above" not in write(below).within("roofline").text


def test_advice_says_what_dominates_what_to_take_and_what_to_avoid(write: Writer) -> None:
    (advice,) = (each for each in write(*SEVERAL).all("section") if each.attributes.get("class") == "advice")
    dominating, variant, avoided = (sentence.text for sentence in advice.all("p"))
    assert dominating.startswith("Depthwise conv2d dominates: 45 % of the cycles")
    assert "of 2 problems with several it is the fastest on 1" in variant
    assert "Avoid depthwise conv2d" in avoided
    assert "5.0× the energy" in avoided


@pytest.mark.parametrize(("samples", "text"), [((), ""), ((7, 5, 7), "5:1 7:2"), (tuple(range(1000)), None)])
def test_samples_are_kept_as_a_distribution(samples: tuple[int, ...], text: str | None) -> None:
    found = distribution(samples)
    assert text is None or found == text
    pairs = [pair.split(":") for pair in found.split()]
    assert sum(int(count) for _, count in pairs) == len(samples)
    assert len(pairs) <= 48
