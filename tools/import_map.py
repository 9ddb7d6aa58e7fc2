"""Map of the packages in docs/architecture.md, drawn from the imports.

python -m tools.import_map            # print it
python -m tools.import_map --write    # put it into the document
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.sources import PACKAGE, Sources

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- import map: made by python -m tools.import_map --write -->"
END = "<!-- end of the import map -->"


def room_edges(sources: Sources) -> dict[str, set[str]]:
    """Rooms that each room imports, for whatever purpose."""
    edges: dict[str, set[str]] = {room: set() for room in sorted(sources.rooms)}
    for importer, targets in sources.edges().items():
        room = sources.modules[importer].room
        if room in edges:
            others = {target.split(".")[1] for target in targets if target.startswith(f"{PACKAGE}.")}
            edges[room] |= others & set(edges) - {room}
    return edges


def reduced(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Edges without those that a longer way implies."""

    def below(room: str, seen: frozenset[str] = frozenset()) -> set[str]:
        return {
            found
            for target in edges[room] - seen
            for found in (target, *below(target, seen | {room, target}))
        }

    return {
        room: {
            target for target in targets if not any(target in below(other) for other in targets - {target})
        }
        for room, targets in edges.items()
    }


def drawing(sources: Sources) -> Iterator[str]:
    """Lines of the map, as a Mermaid flowchart."""
    yield "```mermaid"
    yield "flowchart TD"
    for room, targets in reduced(room_edges(sources)).items():
        for target in sorted(targets):
            yield f"    {room} --> {target}"
    yield "```"


def with_map(document: str, lines: Iterator[str]) -> str:
    """The document with another map between its marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, behind = rest.partition(END)
    return "\n".join((before + BEGIN, *lines, END + behind))


def main() -> None:
    """Print the map, or write it into the document."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--write", action="store_true", help="put it into docs/architecture.md")
    lines = drawing(Sources(ROOT))
    if parser.parse_args().write:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(with_map(text, lines), encoding="utf-8")
    else:
        print(*lines, sep="\n")


if __name__ == "__main__":
    main()
