"""The page of a run of networks: theirs, and nothing of operators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hilbench.report import write_report
from hilbench.report.layer_names import short_names
from hilbench.results import ExampleTrace, Measurement, RunRecord, Status
from hilbench.results.network import NetworkDetails
from tests.analysis.rows import frame, ladder
from tests.report.document import Element, parse
from tests.results.network_details import CONVOLUTION, SOFTMAX, details, network

OF_OPERATORS = ("efficiency", "by-shape", "roofline", "cases", "gains", "variants")
OF_A_NETWORK = ("time", "most", "layers", "memory", "plans", "roofline")

Writer = Callable[..., Element]


@pytest.fixture
def write(tmp_path: Path, run: RunRecord) -> Writer:
    """Write a report on some rows and read it back."""

    def writer(*rows: Measurement, example: ExampleTrace | None = None) -> Element:
        path = write_report(run, frame(*rows), tmp_path / "report", example)
        return parse(path.read_text(encoding="utf-8"))

    return writer


def test_a_network_has_its_sections_and_none_of_operators(write: Writer, example: ExampleTrace) -> None:
    page = write(network(), example=example)
    ids = page.ids()
    assert {"networks", "trace", *(f"network-0-{part}" for part in OF_A_NETWORK)} <= ids.keys()
    assert not ids.keys() & set(OF_OPERATORS)
    assert set(ids.values()) == {1}
    assert "EMULATED" in page.one("h1").text
    assert "standard convolution" not in page.one("body").text


def test_a_sweep_has_no_section_of_networks(write: Writer) -> None:
    page = write(*ladder())
    assert "cases" in page.ids()
    assert not any(name.startswith("network") for name in page.ids())


def test_the_first_figures_are_those_of_the_network_and_say_what_they_count(write: Writer) -> None:
    shown = [(item.one("b").text, item.text) for item in page_highlights(write(network()))]
    assert [value for value, _ in shown] == ["10.0 ms", "6.00 µJ", "2.00", "0.875 KiB", "2.44 KiB"]
    assert "±30 %" in shown[1][1]
    assert "nominal" in shown[2][1]
    assert "18.4" in shown[2][1], "the live MACs, which are fewer"
    assert "300 bytes of stack" in shown[3][1]


def test_ram_that_holds_constants_too_is_told_apart(write: Writer) -> None:
    ram = page_highlights(write(network(ram_bytes=10_240)))[3]
    assert ram.one("b").text == "10.0 KiB"
    assert "0.875 KiB for tensors and scratch memory, the rest for constants" in ram.text


def test_what_the_output_was_held_against_is_named(write: Writer) -> None:
    row = network()
    named = replace(row.workload, parameters={**row.workload.parameters, "oracle": "LiteRT 9"})
    assert "held against LiteRT 9" in write(replace(row, workload=named)).within("networks").text


def test_rows_of_several_deployers_are_told_apart(write: Writer) -> None:
    other = network(cycles=(30_000,) * 3, network=None)
    page = write(
        network(), replace(other, workload=replace(other.workload, variant="other 1.0", digest="2" * 16))
    )
    assert "small, other 1.0" in page_highlights(page)[1].text
    shown = [row.all("td")[1].text for row in page.within("networks").one("tbody").all("tr")]
    assert shown == ["selected", "other 1.0"]


def page_highlights(page: Element) -> list[Element]:
    (section,) = (each for each in page.all("section") if each.attributes.get("class") == "highlights")
    return [item for item in section.children if item.tag == "div"]


def test_the_layers_are_listed_below_their_sums(write: Writer) -> None:
    sums, rows = write(network()).within("network-0-layers").all("tbody")
    cells = [[cell.text for cell in row.all("td")] for row in (*sums.all("tr"), *rows.all("tr"))]
    with_probes, without, first, second = cells
    assert with_probes[4:6] == ["10 000", "100.0"]
    assert without[4:6] == ["10 000", "100.0"]
    assert with_probes[7:] == ["9 900", "-1.0", "6.00"]
    assert first[:3] == ["0 first/Relu", "conv2d 8x8x4 → 8 k3x3 same relu int8", "dsp"]
    assert first[3:] == ["18 432", "9 000", "90.0", "2.05", "8 800", "-2.2", "5.50"]
    assert second[3:7] == ["–", "1 000", "10.0", "–"]


def test_what_the_probes_cost_is_said(write: Writer) -> None:
    slower = replace(CONVOLUTION, cycles=9_500)
    page = write(network(network=details(layers=(slower, SOFTMAX))))
    assert "the probes and their build add +5.0 %" in page.within("network-0-time").text


def test_several_networks_are_named_in_the_contents_and_in_the_summary(write: Writer) -> None:
    page = write(network("one"), network("two"))
    assert [link.text for link in page.one("nav").all("a")][:3] == ["Networks", "one", "two"]
    assert [row.all("td")[0].text for row in page.within("networks").one("tbody").all("tr")] == ["one", "two"]
    assert page_highlights(page)[0].one("b").text == "2 of 2"


def test_a_network_that_failed_has_a_cause_and_no_figures(write: Writer) -> None:
    failed = network(status=Status.SKIPPED, cause="It is too large.", cycles=(), energy=None, verified=False)
    unmeasured = tuple(replace(layer, cycles=None, energy_uj=None) for layer in (CONVOLUTION, SOFTMAX))
    page = write(replace(failed, network=details(layers=unmeasured)))
    assert "It is too large." in page.within("failures").text
    assert "1 network without numbers" in page.within("failures").text
    assert "network-0-time" not in page.ids()
    assert "µJ" not in page.within("network-0-layers").text


def test_a_network_without_other_plans_has_no_curve(write: Writer) -> None:
    page = write(network(network=replace(details(), plans=details().plans[:1])))
    assert "network-0-plans" not in page.ids()
    assert "no plan that needs less" in page.within("network-0-memory").text


def test_rows_of_a_csv_have_the_summary_alone(write: Writer) -> None:
    page = write(network(network=None))
    assert "networks" in page.ids()
    assert "network-0" not in page.ids()


def test_each_figure_of_a_network_says_what_it_shows_and_where_it_is_from(write: Writer) -> None:
    page = write(network())
    for part, provenance in (("time", "emulated"), ("memory", "emulated"), ("plans", "predicted")):
        figure = page.within(f"network-0-{part}")
        assert provenance in figure.one("figcaption").text
        (drawing,) = (svg for svg in figure.all("svg") if "role" in svg.attributes)
        assert provenance in drawing.text
        assert len(drawing.attributes["aria-label"]) > 30


def test_details_are_the_same_after_json() -> None:
    assert NetworkDetails.parse(details().document()) == details()


def test_names_are_short_and_tell_apart() -> None:
    names = ["net/a/Relu;net/b", "net/c", "plain", "net/" + "x" * 60]
    assert short_names(names) == ("a/Relu", "c", "plain", "x" * 16 + "…" + "x" * 16)
    assert short_names([]) == ()
