"""The map in docs/architecture.md is the one of the imports."""

from __future__ import annotations

from tools.import_map import DOCUMENT, ROOT, drawing, reduced, with_map
from tools.metrics import against_layering, cycles
from tools.sources import Sources


def test_the_map_is_current() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_map(text, drawing(Sources(ROOT))) == text, "python -m tools.import_map --write"


def test_what_a_longer_way_implies_is_not_drawn() -> None:
    edges = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert reduced(edges) == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_no_module_imports_against_the_layering_and_none_in_a_circle() -> None:
    sources = Sources(ROOT)
    assert against_layering(sources, ROOT) == []
    assert cycles(sources.edges(running=True)) == []
    assert cycles({"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a")}) == [{"a", "b", "c"}]
