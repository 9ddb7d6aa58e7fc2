"""Packages that do not load: one sentence that names the package, and all else goes on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hilbench.boards import load_boards
from hilbench.cli import main
from hilbench.errors import ConfigError
from hilbench.operators import load_operators
from hilbench.power.instruments import INSTRUMENTS
from tests.extend.package import write_metadata
from tests.operators.test_registry import write_operator

BOARDS = """
boards:
  good: {description: x, chip: stm32h743, launch: ["true"]}
  bad: {description: x, chip: stm32h743, serial: {port: /dev/x}, %s, virtual: good}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of sys.path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if name.startswith("broken_"):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("group", "entry", "module", "reason"),
    [
        ("instruments", "power: {meter: odd}", "1 / 0", "ZeroDivisionError: division by zero"),
        ("instruments", "power: {meter: odd}", "import nonesuch", "ModuleNotFoundError: No module named"),
        ("instruments", "power: {meter: odd}", "", "AttributeError: module 'broken_kind' has no attribute"),
        ("instruments", "power: {meter: odd}", "Odd = 3", "broken_kind:Odd is no subclass of MeterConfig"),
        ("board_providers", "provider: {kind: odd}", "raise SystemError", "SystemError"),
    ],
)
def test_a_board_whose_plug_in_is_broken_is_left_out(
    site: Path, caplog: pytest.LogCaptureFixture, group: str, entry: str, module: str, reason: str
) -> None:
    (site / "broken_kind.py").write_text(module)
    write_metadata(site, "broken-tools", {f"hilbench.{group}": {"odd": "broken_kind:Odd"}})
    path = site / "boards.yaml"
    path.write_text(BOARDS % entry)
    assert set(load_boards(path)) == {"good"}
    (sentence,) = (record.getMessage() for record in caplog.records)
    assert sentence.startswith(f"A board is left out: {path}: boards.bad.")
    assert "the plug-in 'odd' of the package broken-tools does not load" in sentence
    assert reason in sentence
    load_boards(path)
    assert len(caplog.records) == 1


def test_a_plug_in_that_nobody_names_is_not_imported(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    (site / "broken_kind.py").write_text("1 / 0")
    write_metadata(site, "broken-tools", {"hilbench.instruments": {"odd": "broken_kind:Odd"}})
    assert "stm32h7" in load_boards()
    assert not caplog.records
    assert "odd" in INSTRUMENTS.names


def test_two_packages_with_one_name_are_both_named(site: Path) -> None:
    for name in ("broken-one", "broken-two"):
        write_metadata(site, name, {"hilbench.instruments": {"odd": "broken_kind:Odd"}})
    with pytest.raises(ConfigError, match="packages broken-one and broken-two both have"):
        INSTRUMENTS.find("odd")


def test_a_name_of_ours_stays_ours(site: Path) -> None:
    write_metadata(site, "broken-tools", {"hilbench.instruments": {"ppk2": "broken_kind:Odd"}})
    assert INSTRUMENTS.find("ppk2").__module__ == "hilbench.power.instruments.ppk2"
    assert INSTRUMENTS.names.count("ppk2") == 1


def test_operators_that_do_not_load_are_left_out(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    write_operator(site / "broken_lab", "broken_double")
    write_operator(site / "broken_lab", "broken_triple", "1 / 0")
    write_operator(site / "broken_lab", "conv2d")
    points = {"lab": "broken_lab", "gone": "broken_gone", "file": "broken_file"}
    (site / "broken_file.py").touch()
    write_metadata(site, "broken-operators", {"hilbench.operators": points})
    ours = {name for name in load_operators() if not name.startswith("broken_")}
    assert {"broken_double"} == set(load_operators()) - ours
    sentences = sorted(record.getMessage() for record in caplog.records)
    assert len(sentences) == 4
    assert all("the package broken-operators" in sentence for sentence in sentences)
    for reason in ("conv2d in", "ZeroDivisionError", "broken_gone is no", "broken_file is no"):
        assert any(reason in sentence for sentence in sentences), reason


def test_doctor_lists_what_packages_bring(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "broken_kind.py").write_text("1 / 0")
    (site / "broken_lab").mkdir()
    write_metadata(
        site,
        "broken-tools",
        {
            "hilbench.instruments": {"odd": "broken_kind:Odd"},
            "hilbench.board_providers": {"even": "hilbench.boards.providers.process:ProcessProvider"},
            "hilbench.operators": {"lab": "broken_lab"},
        },
    )
    main(["doctor", "--json"])
    shown = capsys.readouterr().out
    assert "the plug-in 'odd' of the package broken-tools does not load" in shown
    assert "even, of the package broken-tools" in shown
    assert "lab, of the package broken-tools" in shown
