"""A report read back: just enough of HTML to ask what is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "input", "br", "link", "img", "hr"})


@dataclass
class Element:
    """One element with its attributes, children and all text below it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything that can be read in it, spaces folded."""
        own = " ".join(self.pieces)
        return " ".join([own, *(child.text for child in self.children)]).strip()

    def all(self, tag: str) -> list[Element]:
        """Every descendant called `tag`, in document order."""
        found = []
        for child in self.children:
            found += [child] if child.tag == tag else []
            found += child.all(tag)
        return found

    def one(self, tag: str) -> Element:
        """The only descendant called `tag`."""
        (element,) = self.all(tag)
        return element

    def within(self, anchor: str) -> Element:
        """The only descendant whose id is `anchor`."""
        (element,) = (item for item in self._everything() if item.attributes.get("id") == anchor)
        return element

    def ids(self) -> Counter[str]:
        """Occurrences of each id."""
        return Counter(item.attributes["id"] for item in self._everything() if "id" in item.attributes)

    def _everything(self) -> list[Element]:
        return [item for child in self.children for item in (child, *child._everything())]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(element)
        if tag not in _VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.stack[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while len(self.stack) > 1 and self.stack.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.stack[-1].pieces.append(" ".join(data.split()))


def parse(page: str) -> Element:
    """The document of `page`."""
    reader = _Reader()
    reader.feed(page)
    return reader.stack[0]
