"""One panel of a figure: shapes in data coordinates, written as inline SVG in the page's colours.

Marks carry the rows that they are of, so that the page's script can say what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from hilbench.report.plots.axis import Axis
from hilbench.report.plots.palette import Ink

WIDTH = 420
"""Width of a panel in SVG units; readable on a phone, two side by side on a desk."""

_HEAD = 30
"""Height of the line with title and provenance."""
_TICK_SIZE, _LABEL_SIZE = 10.5, 11.0
_LETTER = 0.56
"""Width of a letter by the size of its font, on the safe side."""


@dataclass(frozen=True)
class Panel:
    """Frame of a drawing.

    Attributes:
        name: unique on the page.
        title: printed above it, with the provenance next to it.
        alt: what it shows, in a sentence, for those who cannot see it.
        height: in SVG units.
    """

    name: str
    title: str
    alt: str
    provenance: str
    """A `Provenance`, or those of several runs in words."""
    height: float = 300


def element(name: str, content: object = "", **attributes: object) -> str:
    """An SVG element as text; attributes that are None or empty are left out, `_` in their names is `-`.

    Args:
        name: of the element.
        content: markup in it.
        attributes: numbers are rounded to tenths.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_short(value)}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


class Canvas:
    """Axes of a panel on which shapes are drawn, the first at the bottom.

    Args:
        panel: frame of the drawing.
        x: axis to the right.
        y: axis upwards; one that runs from high to low goes downwards.
        right: room to the right of the axes, SVG units.
        tick_size: font size of the labels at the ticks of `y`.
    """

    def __init__(
        self, panel: Panel, x: Axis, y: Axis, *, right: float = 12, tick_size: float = _TICK_SIZE
    ) -> None:
        self._panel, self._x, self._y, self._tick_size = panel, x, y, tick_size
        widest = max((len(label) for _, label in y.ticks), default=0)
        self.left = 8 + _LETTER * tick_size * widest + (19 if y.label else 0)
        self.top = float(_HEAD)
        self.right = WIDTH - right
        self.bottom = panel.height - 22 - (17 if x.label else 0)
        self._shapes: list[str] = []

    def x(self, value: float) -> float:
        """Place of a value across, SVG units."""
        return self.left + self._x.fraction(value) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Place of a value downwards, SVG units."""
        return self.bottom - self._y.fraction(value) * (self.bottom - self.top)

    def line(
        self,
        points: Iterable[tuple[float, float]],
        color: str,
        width: float = 1.6,
        *,
        dash: str = "",
        opacity: float | None = None,
        series: str = "",
    ) -> None:
        """A line through points of the data."""
        d = "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)
        self._add(
            "path",
            d=f"M{d}",
            fill="none",
            stroke=color,
            stroke_width=width,
            stroke_dasharray=dash,
            opacity=opacity,
            data_series=series,
        )

    def across(self, y: float, color: str = Ink.SOFT, width: float = 1, dash: str = "") -> None:
        """A horizontal line at a value."""
        self.line(((self._x.low, y), (self._x.high, y)), color, width, dash=dash)

    def down(self, x: float, color: str = Ink.SOFT, width: float = 1, dash: str = "") -> None:
        """A vertical line at a value."""
        self.line(((x, self._y.low), (x, self._y.high)), color, width, dash=dash)

    def box(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        fill: str,
        *,
        opacity: float | None = None,
        stroke: str = "",
        series: str = "",
        tip: str = "",
    ) -> None:
        """A rectangle between two values each way; `tip` is said where the pointer rests on it."""
        left, right = sorted(map(self.x, x))
        top, bottom = sorted(map(self.y, y))
        self._add(
            "rect",
            str(element("title", str(escape(tip)))) if tip else "",
            x=left,
            y=top,
            width=right - left,
            height=bottom - top,
            fill=fill,
            fill_opacity=opacity,
            stroke=stroke,
            data_series=series,
        )

    def area(self, points: Sequence[tuple[float, float, float]], color: str, class_: str = "") -> None:
        """The area between two curves.

        Args:
            points: place across, low and high.
            color: of the area and its rim.
            class_: for the script.
        """
        upper = [f"{self.x(x):.1f} {self.y(high):.1f}" for x, _, high in points]
        lower = [f"{self.x(x):.1f} {self.y(low):.1f}" for x, low, _ in reversed(points)]
        d = f"M{'L'.join([*upper, *lower])}z"
        self._add("path", class_=class_, d=d, fill=color, stroke=color, stroke_width=0.8)

    def marks(
        self,
        points: Iterable[tuple[float, float]],
        rows: Iterable[object],
        symbol: str,
        color: str,
        *,
        series: str = "",
        opacity: float | None = None,
    ) -> None:
        """A marker for each point, all in one element.

        Args:
            points: of the data.
            rows: which row of the run each point is.
            symbol: relative path data of the marker, empty for small dots.
            color: of all of them.
            series: names by which a legend switches them, separated by `|`.
            opacity: of the markers.
        """
        places = [f"M{self.x(x):.1f} {self.y(y):.1f}{symbol or 'h0'}" for x, y in points]
        if not places:
            return
        style: dict[str, object] = (
            {"fill": color, "stroke": Ink.PAPER, "stroke_width": 0.8}
            if symbol
            else {"fill": "none", "stroke": color, "stroke_width": 4.5, "stroke_linecap": "round"}
        )
        self._add(
            "path",
            class_="marks",
            d="".join(places),
            opacity=opacity,
            data_rows=" ".join(map(str, rows)),
            data_series=series,
            **style,
        )

    def text(
        self,
        place: tuple[float, float],
        words: str,
        *,
        anchor: str = "",
        color: str = Ink.TEXT,
        size: float = _LABEL_SIZE,
        bold: bool = False,
    ) -> None:
        """Text that ends at, begins at or is centred on a place in SVG units, its middle at its height."""
        self._add(
            "text",
            str(escape(words)),
            x=place[0],
            y=place[1] + 0.35 * size,
            text_anchor=anchor,
            fill=color,
            font_size=size,
            font_weight=600 if bold else None,
        )

    def svg(self, **data: object) -> Markup:
        """The drawing with its axes; `data` become attributes of it."""
        head = [
            element(
                "text", str(escape(self._panel.title)), y=12, font_size=12, font_weight=700, fill=Ink.TEXT
            ),
            element(
                "text",
                str(self._panel.provenance),
                x=WIDTH,
                y=12,
                text_anchor="end",
                font_size=10.5,
                fill=Ink.PROVENANCE,
            ),
        ]
        box = f"{self.left:.1f} {self.top:.1f} {self.right:.1f} {self.bottom:.1f}"
        content = "".join([*head, *self._grid(), *self._shapes])
        return Markup(  # noqa: S704  # texts were escaped
            element(
                "svg",
                content,
                viewBox=f"0 0 {WIDTH} {self._panel.height:g}",
                role="img",
                aria_label=escape(self._panel.alt),
                data_name=self._panel.name,
                data_box=box,
                **data,
            )
        )

    def _add(self, name: str, content: object = "", **attributes: object) -> None:
        self._shapes.append(element(name, content, **attributes))

    def _grid(self) -> Iterable[str]:
        x_labels, y_labels, lines = [], [], []
        for value, label in self._x.ticks:
            place = self.x(value)
            lines += [f"M{place:.1f} {self.top:.1f}V{self.bottom:.1f}"] if self._x.grid else []
            x_labels.append(element("text", str(escape(label)), x=place, y=self.bottom + 14))
        for value, label in self._y.ticks:
            place = self.y(value)
            lines += [f"M{self.left:.1f} {place:.1f}H{self.right:.1f}"] if self._y.grid else []
            y_labels.append(
                element("text", str(escape(label)), x=self.left - 6, y=place + 0.35 * self._tick_size)
            )
        lines += [f"M{self.left:.1f} {self.bottom:.1f}H{self.right:.1f}"] if self._x.line else []
        lines += [f"M{self.left:.1f} {self.top:.1f}V{self.bottom:.1f}"] if self._y.line else []
        yield element("path", class_="axes", d="".join(lines), stroke=Ink.RULE, stroke_width=0.7, fill="none")
        ink = Ink.SOFT if self._x.line else Ink.TEXT
        yield element(
            "g", "".join(x_labels), class_="ticks", text_anchor="middle", font_size=_TICK_SIZE, fill=ink
        )
        ink = Ink.SOFT if self._y.line else Ink.TEXT
        yield element("g", "".join(y_labels), text_anchor="end", font_size=self._tick_size, fill=ink)
        style = {"font_size": _LABEL_SIZE, "fill": Ink.SOFT, "text_anchor": "middle"}
        middle_x, middle_y = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        if self._x.label:
            yield element("text", str(escape(self._x.label)), x=middle_x, y=self._panel.height - 5, **style)
        if self._y.label:
            turned = f"translate(11 {middle_y:.1f}) rotate(-90)"
            yield element("text", str(escape(self._y.label)), transform=turned, **style)


def _short(value: object) -> str:
    return f"{round(value, 1):g}" if isinstance(value, float) else str(value)
