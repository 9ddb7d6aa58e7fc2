"""Conversion of matplotlib's SVG file to a small SVG element that fits into a page with others."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from markupsafe import Markup

from hilbench.report.plots.palette import to_css

_HREF = "{http://www.w3.org/1999/xlink}href"
_DECIMALS = re.compile(r"(-?\d+\.\d)\d+")
_FAMILY = re.compile(r"\s*font-family:[^;\"]*;?")
_REFERENCE = re.compile(r"#(?=[A-Za-z])")


def inline(document: str, name: str, alt: str) -> Markup:
    """The `<svg>` of `document`: ids prefixed with `name`, the page's colours and fonts, `alt` for readers.

    `document` comes from our own matplotlib figures, never from outside.
    """
    root = ET.fromstring(document)  # noqa: S314  (drawn by ourselves a moment ago)
    _prune(root)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = dict(_attributes(element, name))
        element.text = (element.text or "").strip()
        element.tail = ""
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-label": alt}
    return Markup(to_css(ET.tostring(root, encoding="unicode")))  # noqa: S704  (ElementTree escaped it)


def _prune(parent: ET.Element) -> None:
    """Drop metadata, matplotlib's page-wide style, invisible backgrounds, and groups left empty."""
    for child in list(parent):
        _prune(child)
        kind = child.tag.rpartition("}")[2]
        invisible = kind == "path" and child.get("style") == "fill: none"
        empty = kind in ("g", "defs") and not len(child)
        if kind in ("metadata", "style") or invisible or empty:
            parent.remove(child)


def _attributes(element: ET.Element, name: str) -> list[tuple[str, str]]:
    kept = []
    for key, value in element.attrib.items():
        if key == "id" and element.tag in ("g", "svg"):
            continue  # nothing refers to groups
        if key == "id":
            kept.append((key, f"{name}-{value}"))
        elif key == _HREF:
            kept.append(("href", f"#{name}-{value[1:]}"))
        elif key == "clip-path":
            kept.append((key, _REFERENCE.sub(f"#{name}-", value)))
        elif value.startswith("rotate(-0 "):
            continue
        elif key == "style":
            kept.append((key, _FAMILY.sub("", value)))
        else:
            kept.append((key, _DECIMALS.sub(r"\1", " ".join(value.split()))))
    return kept
