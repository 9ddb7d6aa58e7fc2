"""The report as people use it: zoom, save, print, filter, point, by keyboard and on a phone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hilbench.analysis import add_efficiency
from hilbench.report import write_report
from hilbench.report.side_by_side_page import write_side_by_side
from hilbench.results import ExampleTrace, Measurement, RunRecord
from tests.analysis.rows import frame, measurement
from tests.report.browsing import chromium, needs_chromium, opened

pytestmark = needs_chromium

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory,
    run: RunRecord,
    measurements: list[Measurement],
    example: ExampleTrace,
) -> str:
    rows = [*measurements, measurement("pointwise_conv2d", channels=64, kernel=1, cycles=(70, 70, 71, 75))]
    folder = tmp_path_factory.mktemp("report")
    return write_report(run, add_efficiency(frame(*rows)), folder, example).as_uri()


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, run: RunRecord, measurements: list[Measurement]) -> str:
    rows = frame(*measurements)
    return write_side_by_side([(run, rows), (run, rows)], tmp_path_factory.mktemp("several")).as_uri()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    yield from opened(browser, address)


@pytest.fixture
def phone(browser: Any, address: str) -> Iterator[Any]:
    yield from opened(browser, address, **PHONE)


def saved(page: Any, button: Any, folder: Path) -> Path:
    """The file that a click on a button saves."""
    with page.expect_download() as download:
        button.click()
    path = folder / str(download.value.suggested_filename)
    download.value.save_as(path)
    return path


def ticks(page: Any) -> list[float]:
    """Times below the axis of the energy trace, as they are seen."""
    shown = page.locator("#trace svg text").all()
    return [float(each.text_content()) for each in shown if each.is_visible() and _is_time(each)]


def _is_time(label: Any) -> bool:
    anchor = "each => each.getAttribute('text-anchor') ?? each.parentElement.getAttribute('text-anchor')"
    is_number = re.fullmatch(r"-?[\d.]+", label.text_content()) is not None
    return is_number and label.evaluate(anchor) == "middle"


def test_the_energy_trace_zooms_by_buttons_keys_and_dragging(page: Any) -> None:
    drawing = page.locator("#trace svg")
    whole = ticks(page)
    page.get_by_role("button", name="Zoom in").click()
    half = ticks(page)
    assert 0 < max(half) - min(half) < 0.6 * (max(whole) - min(whole) + 4)
    drawing.focus()
    drawing.press("ArrowRight")
    assert min(ticks(page)) > min(half)
    drawing.press("0")
    assert ticks(page) == whole
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.up()
    dragged = ticks(page)
    assert 1 <= max(dragged) - min(dragged) <= 0.25 * 14  # round figures within a fifth of the axis
    assert all(round(time, 1) == time for time in dragged)
    drawing.dblclick()
    assert ticks(page) == whole


def test_a_table_saves_as_csv_what_the_filter_leaves(page: Any, tmp_path: Path) -> None:
    page.get_by_role("searchbox").fill("depthwise float32")
    path = saved(page, page.locator("#cases .tools").get_by_role("button", name="CSV"), tmp_path)
    assert path.name == "cases.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 4
    assert {row["operator"] for row in rows} == {"depthwise conv2d"}
    assert all(int(row["cycles"]) > 0 for row in rows)


def test_a_table_saves_as_latex_with_booktabs(page: Any, tmp_path: Path) -> None:
    page.get_by_role("searchbox").fill("depthwise float32")
    path = saved(page, page.locator("#cases .tools").get_by_role("button", name="LaTeX"), tmp_path)
    text = path.read_text(encoding="utf-8")
    assert path.name == "cases.tex"
    assert text.count("\\\\\n") == 5
    assert all(rule in text for rule in ("\\toprule", "\\midrule", "\\bottomrule", "$\\times$"))
    assert "η" not in text
    assert "±" not in text


def test_a_drawing_saves_as_svg_that_stands_alone(page: Any, tmp_path: Path) -> None:
    button = page.locator("#efficiency .tools").first.get_by_role("button", name="SVG")
    text = saved(page, button, tmp_path).read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314  # of our own page
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in text
    assert "data-rows" not in text


def test_a_drawing_prints_alone(page: Any) -> None:
    page.evaluate("""window.print = () => {
        const seen = [...document.querySelectorAll('svg[role=img]')].filter(each => each.checkVisibility());
        window.printed = [seen.length, document.querySelector('#cases').checkVisibility()];
    }""")
    page.locator("#efficiency .tools").first.get_by_role("button", name="PDF").click()
    assert page.evaluate("window.printed") == [1, False]
    assert page.locator("#cases").is_visible()


def test_the_page_becomes_a_pdf_with_all_its_rows(page: Any, tmp_path: Path) -> None:
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    data = (tmp_path / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", data)) <= 20


@pytest.mark.parametrize("which", ["address", "several"])
def test_a_phone_shows_cycles_without_scrolling_anything(
    browser: Any, which: str, request: pytest.FixtureRequest
) -> None:
    for phone in opened(browser, request.getfixturevalue(which), **PHONE):
        assert phone.evaluate("document.documentElement.scrollWidth") == 390
        heading = phone.locator("#cases th").filter(has_text=re.compile("^cycles")).first
        heading.scroll_into_view_if_needed()
        box = heading.bounding_box()
        assert phone.evaluate("document.querySelector('#cases .scroll').scrollLeft") == 0
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize(
    ("words", "operators"),
    [
        ("3x3", None),
        ("3×3", None),
        ("depthwise_conv2d", {"depthwise conv2d"}),
        ("depthwise conv2d", {"depthwise conv2d"}),
        ("16x16x64", {"conv2d", "pointwise conv2d"}),
        ("16×16×64 pointwise", {"pointwise conv2d"}),
    ],
)
def test_the_filter_takes_shapes_and_names_as_people_write_them(
    page: Any, words: str, operators: set[str] | None
) -> None:
    page.get_by_role("searchbox").fill(words)
    rows = page.locator("#cases tbody tr").all_inner_texts()
    assert rows
    if operators is None:
        assert all("3×3" in row for row in rows)
    else:
        assert {row.split("\t")[0] for row in rows} == operators


def test_a_mark_lights_its_row_and_a_row_its_marks(page: Any) -> None:
    drawing = page.locator("#efficiency svg[role=img]").last
    drawing.focus()
    drawing.press("ArrowRight")
    tip = page.locator(".tip")
    assert tip.is_visible()
    assert "cycles" in tip.inner_text()
    lit = page.locator("#cases tr.lit")
    assert lit.count() == 1
    assert lit.locator("td").first.inner_text() in tip.inner_text()
    drawing.press("Escape")
    assert lit.count() == 0
    row = page.locator("#cases tbody tr").first
    row.hover()
    assert page.locator("circle.ring").count() >= 1


def test_enter_on_a_mark_goes_to_its_row(page: Any) -> None:
    page.get_by_role("searchbox").fill("nothing has this")
    drawing = page.locator("#efficiency svg[role=img]").last
    drawing.focus()
    drawing.press("ArrowRight")
    drawing.press("Enter")
    page.wait_for_function("document.querySelector('#cases tr.lit')?.checkVisibility()")
    assert page.get_by_role("searchbox").input_value() == ""


def test_a_row_shows_the_distribution_of_its_samples(page: Any) -> None:
    page.get_by_role("searchbox").fill("pointwise 16x16x64")
    page.locator("#cases tbody tr").first.click()
    shown = page.locator("tr.samples")
    assert "4 warm runs, 3 distinct, 70 to 75 cycles" in shown.inner_text()
    assert shown.locator("path").count() == 4
    page.locator("#cases tbody tr").first.click()
    assert shown.count() == 0


def test_everything_is_reached_by_the_keyboard(page: Any) -> None:
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.closest('section')?.id + ' ' + document.activeElement.tagName"
            )
        )
    assert {"efficiency svg", "efficiency BUTTON", "trace svg", "cases INPUT", "cases BUTTON"} <= reached


def test_a_row_is_opened_by_the_keyboard(page: Any) -> None:
    page.get_by_role("searchbox").fill("pointwise 16x16x64")
    page.locator("#cases tbody tr").first.focus()
    page.keyboard.press("Enter")
    assert "70 to 75 cycles" in page.locator("tr.samples").inner_text()


def test_the_arrows_walk_over_rows_and_light_their_marks(page: Any) -> None:
    page.locator("#cases tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#cases tr.lit").get_attribute("data-row") == "1"
    assert page.locator("circle.ring").count() >= 1
    page.keyboard.press("ArrowUp")
    assert page.locator("#cases tr.lit").get_attribute("data-row") == "0"


def test_several_runs_answer_as_one_does(browser: Any, several: str) -> None:
    for page in opened(browser, several):
        drawing = page.locator("#ratios svg[role=img]").first
        drawing.focus()
        drawing.press("ArrowRight")
        assert re.search(r"A: [\d\s]+ cycles", page.locator(".tip").inner_text())
        page.get_by_role("searchbox").fill("depthwise 3x3")
        assert page.locator("#cases tbody tr").count() >= 1
