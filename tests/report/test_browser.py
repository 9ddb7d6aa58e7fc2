"""The report in a real browser: a silent console, figures of some size, sorting, filtering, any width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hilbench.analysis import add_efficiency
from hilbench.report import write_report
from hilbench.results import ExampleTrace, Measurement, RunRecord
from tests.analysis.rows import frame, measurement
from tests.report.browsing import chromium, needs_chromium, opened
from tests.results.network_details import network

pytestmark = needs_chromium

COLUMN = """name => {
    const table = document.querySelector('#cases table');
    const index = [...table.tHead.rows[0].cells].findIndex(cell => cell.textContent.trim() === name);
    return [...table.tBodies[0].rows].filter(row => !row.hidden).map(row => row.cells[index].textContent);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def report(
    tmp_path_factory: pytest.TempPathFactory,
    run: RunRecord,
    measurements: list[Measurement],
    example: ExampleTrace,
) -> str:
    rows = add_efficiency(frame(*measurements))
    return write_report(run, rows, tmp_path_factory.mktemp("report"), example).as_uri()


@pytest.fixture(scope="module")
def ranking(tmp_path_factory: pytest.TempPathFactory, run: RunRecord) -> str:
    """A report with a smaller table before that of all cases."""
    rows = [
        measurement(variant=variant, kernel=kernel, cycles=(1000 * kernel,) * 3)
        for kernel in (3, 1, 5)
        for variant in ("dsp", "reference")
    ]
    return write_report(run, add_efficiency(frame(*rows)), tmp_path_factory.mktemp("ranking")).as_uri()


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory, run: RunRecord, example: ExampleTrace) -> str:
    rows = frame(network(), network("second"))
    return write_report(run, rows, tmp_path_factory.mktemp("networks"), example).as_uri()


@pytest.fixture
def networks_page(browser: Any, networks: str) -> Iterator[Any]:
    yield from opened(browser, networks)


@pytest.fixture
def page(browser: Any, report: str) -> Iterator[Any]:
    yield from opened(browser, report)


@pytest.fixture
def contest_page(browser: Any, ranking: str) -> Iterator[Any]:
    yield from opened(browser, ranking)


def test_every_figure_has_size(page: Any) -> None:
    drawings = page.locator("figure svg[role=img]")
    assert drawings.count() >= 8
    for drawing in drawings.all():
        box = drawing.bounding_box()
        assert box["width"] > 300
        assert box["height"] > 100


def test_sorting_by_a_number_goes_both_ways_and_keeps_dashes_last(page: Any) -> None:
    heading = page.get_by_role("button", name="cycles", exact=True)
    for reverse in (False, True):
        heading.click()
        cells = page.evaluate(COLUMN, "cycles")
        numbers = [int(cell.replace("\u202f", "")) for cell in cells[:-2]]
        assert numbers == sorted(numbers, reverse=reverse)
        assert len(set(numbers)) > 4
        assert cells[-2:] == ["–", "–"]


def test_every_table_sorts_by_its_own_headings(contest_page: Any) -> None:
    for anchor in ("variants", "cases"):
        table = contest_page.locator(f"#{anchor} table")
        table.get_by_role("button", name="cycles", exact=True).press("Enter")
        assert table.locator("th[aria-sort]").count() == 1
        first = table.locator("tbody tr").first.inner_text()
        assert "1 000" in first.replace("\u202f", " ")
    assert contest_page.locator("output").inner_text() == "6 of 6 cases"


def test_a_caption_is_read_without_scrolling(contest_page: Any) -> None:
    contest_page.set_viewport_size({"width": 360, "height": 900})
    for caption in contest_page.locator("caption p").all():
        box = caption.bounding_box()
        assert box["x"] + box["width"] <= 360


def test_sorting_says_so_to_screen_readers(page: Any) -> None:
    page.get_by_role("button", name="MAC/cycle").click()
    assert page.locator("th[aria-sort]").all_inner_texts() == ["MAC/cycle"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"


def test_filtering_keeps_rows_with_every_word(page: Any) -> None:
    page.get_by_role("searchbox").fill("depthwise float32")
    assert set(page.evaluate(COLUMN, "operator")) == {"depthwise conv2d"}
    assert set(page.evaluate(COLUMN, "type")) == {"float32"}
    assert page.locator("output").inner_text() == "4 of 35 cases"
    page.get_by_role("searchbox").fill("")
    assert page.locator("output").inner_text() == "35 of 35 cases"


def test_all_columns_are_a_tick_away(page: Any) -> None:
    basis = page.get_by_role("columnheader", name="η basis")
    assert not basis.is_visible()
    page.get_by_label("all columns").check()
    assert basis.is_visible()


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_the_page_never_scrolls_sideways(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_of_networks_never_scrolls_sideways_and_sorts(networks_page: Any, width: int) -> None:
    networks_page.set_viewport_size({"width": width, "height": 900})
    assert networks_page.evaluate("document.documentElement.scrollWidth") <= width
    table = networks_page.locator("#network-1-layers table")
    for first in ("1 shares", "0 first/Relu"):
        table.get_by_role("button", name="cycles", exact=True).press("Enter")
        assert table.locator("tbody").last.locator("td").first.inner_text() == first


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_either_scheme(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    for selector in ("h1", ".lead", "figcaption", "figure svg text"):
        assert page.evaluate(CONTRAST, selector) > 4.5


def test_paper_is_white_even_for_readers_in_the_dark(page: Any) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST, "figure svg text") > 7
    assert not page.locator("form").is_visible()


CONTRAST = """selector => {
    const luminance = colour => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d');
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map(part => part / 255)
            .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
        return .2126 * red + .7152 * green + .0722 * blue;
    };
    const element = document.querySelector(selector);
    const style = getComputedStyle(element);
    const ink = luminance(element.closest('svg') ? style.fill : style.color);
    const paper = luminance(getComputedStyle(document.body).backgroundColor);
    return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
}"""
"""WCAG 2.2 contrast ratio of an element's text against the page."""
