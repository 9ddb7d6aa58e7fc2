"""Evaluation of models on pictures: every metric, of the models and of controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.errors import ConfigError
from hilbench.style.metrics.appearance import (
    Appearance,
    content_cosine,
    relative_frechet,
    relative_gram,
    targets_kept,
)
from hilbench.style.metrics.controls import blurred
from hilbench.style.metrics.estimate import Estimate, over_pictures, over_seeds
from hilbench.style.metrics.flicker import Paint, noise_errors, pan_errors, zoom_errors
from hilbench.style.metrics.judge import Judge, Pictures, load_judge
from hilbench.style.metrics.moments import Numbers
from hilbench.style.metrics.pixels import chroma_difference, peak_signal_to_noise, structural_similarity
from hilbench.style.metrics.pretrained import Embed, cosines, crops_of, fid
from hilbench.style.metrics.table import (
    CHROMA,
    CLIP_CONTENT,
    CLIP_STYLE,
    CONTENT,
    FRECHET,
    GRAM,
    NOISE,
    PAN,
    PSNR,
    SSIM,
    TARGETS,
    ZOOM,
    Metric,
)
from hilbench.style.pictures import load_picture, load_square
from hilbench.style.stylizer import Stylizer

JUDGE = "EfficientNet-Lite0 (ImageNet), which no training loss sees"


@dataclass(frozen=True)
class Row:
    """A model, several of other seeds, or a control.

    Attributes:
        kind: model, seeds or control.
        estimates: of each metric, over the pictures.
        fid: of all the pictures together; None where it was not asked for.
    """

    name: str
    kind: str
    estimates: Mapping[Metric, Estimate]
    fid: float | None = None

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        metrics = {metric.key: asdict(found) for metric, found in self.estimates.items()}
        return {"name": self.name, "kind": self.kind, "metrics": metrics, "fid": self.fid}


@dataclass(frozen=True)
class Evaluation:
    """Metrics of models on the same pictures, and of controls.

    Attributes:
        pictures: names of their files.
        side: height and width of the pictures, pixels.
        notes: sentences on what is missing.
    """

    style: str
    pictures: tuple[str, ...]
    side: int
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "style": self.style,
            "judge": JUDGE,
            "side": self.side,
            "pictures": list(self.pictures),
            "rows": [row.document() for row in self.rows],
            "notes": list(self.notes),
        }


Told = Callable[[str], None]


def _ignore(_: str) -> None:
    """Nobody listens."""


@dataclass
class Evaluator:
    """Metrics of stylised pictures against their contents and a style picture.

    Attributes:
        style: file of the style picture; scaled so that its shorter side is as long as the pictures' sides.
        files: of the contents, covering the square that models take.
        side: of that square, pixels.
        clip: CLIP's embedding; None leaves its scores out.
        inception: Inception's features; None leaves FID out.
    """

    style: Path
    files: Sequence[Path]
    side: int
    judge: Judge = field(default_factory=load_judge)
    clip: Embed | None = None
    inception: Embed | None = None

    def __post_init__(self) -> None:
        if not self.files:
            raise ConfigError("There are no pictures to evaluate on; name a folder of them with --content.")
        self.contents: Pictures = np.stack([load_square(each, self.side) for each in self.files])
        self._content = Appearance.of(self.contents, self.judge)
        painting = load_picture(self.style, self.side)
        self._style = Appearance.of(painting[None], self.judge)
        if self.clip:
            self._embedded = self.clip(self.contents), self.clip(load_square(self.style, self.side)[None])
        if self.inception:
            self._painted = self.inception(crops_of(painting, len(self.files), self.side))

    def metrics(self, pictures: Pictures) -> dict[Metric, Numbers]:
        """Values of each metric for each picture, in the order of the contents."""
        seen = Appearance.of(pictures, self.judge)
        found = {
            GRAM: relative_gram(seen, self._content, self._style),
            FRECHET: relative_frechet(seen, self._content, self._style),
            CONTENT: content_cosine(seen, self._content),
            TARGETS: targets_kept(seen, self._content),
            CHROMA: chroma_difference(pictures, self.contents),
        }
        if self.clip:
            embedded = self.clip(pictures)
            content, style = self._embedded
            found |= {CLIP_CONTENT: cosines(embedded, content), CLIP_STYLE: cosines(embedded, style)}
        return found

    def fid(self, pictures: Pictures) -> float | None:
        """FID of the pictures against crops of the style picture; None without Inception."""
        return fid(self.inception(pictures), self._painted) if self.inception else None

    def flicker(self, paint: Paint) -> dict[Metric, Numbers]:
        """Flicker of each picture under motions that are known exactly."""
        return {
            PAN: pan_errors(paint, self.files, self.side),
            ZOOM: zoom_errors(paint, self.contents),
            NOISE: noise_errors(paint, self.contents),
        }

    def controls(self, *, flicker: bool) -> tuple[Row, ...]:
        """Rows of the content itself, a blur and the style picture."""
        painted = np.repeat(load_square(self.style, self.side)[None], len(self.contents), 0)
        painters: dict[str, Paint] = {
            "content itself": lambda pictures: pictures,
            "8x blur": blurred,
            "style picture": lambda _: painted,
        }
        rows = []
        for name, paint in painters.items():
            made = paint(self.contents)
            values = self.metrics(made) | (self.flicker(paint) if flicker else {})
            rows.append(_row(name, "control", values, self.fid(made)))
        return tuple(rows)


def evaluate(
    models: Sequence[Stylizer],
    style: Path,
    files: Sequence[Path],
    floats: Sequence[Stylizer] = (),
    *,
    flicker: bool = False,
    clip: Embed | None = None,
    inception: Embed | None = None,
    told: Told = _ignore,
) -> Evaluation:
    """Evaluate models of one size, as they are on the device, on pictures.

    Args:
        models: several are taken for one recipe's seeds, and have a row together as well.
        style: file of the style picture.
        files: of the contents.
        floats: the models before they were quantised, in the same order; none leaves PSNR and SSIM out.
        flicker: whether to paint moved pictures, too, which takes six times as long.
        clip: CLIP's embedding; None leaves its scores out.
        inception: Inception's features; None leaves FID out.
        told: takes lines on what is being done.

    Raises:
        ConfigError: a picture cannot be read, the judge is not installed, or models are of several sizes.
    """
    sides = {each.side for each in (*models, *floats)}
    if len(sides) != 1:
        raise ConfigError(f"The models are of several sizes ({sorted(sides)}); evaluate them one by one.")
    if floats and len(floats) != len(models):
        raise ConfigError("--float is given as often as there are models, in their order, or not at all.")
    told("reading the pictures")
    evaluator = Evaluator(style, files, sides.pop(), clip=clip, inception=inception)
    values: list[dict[Metric, Numbers]] = []
    distances: list[float | None] = []
    for index, model in enumerate(models):
        told(f"{model.name}: painting {len(files)} pictures, and judging them")
        made = model.paint(evaluator.contents)
        found = evaluator.metrics(made)
        if floats:
            reference = floats[index].paint(evaluator.contents)
            found |= {
                PSNR: peak_signal_to_noise(made, reference),
                SSIM: structural_similarity(made, reference),
            }
        if flicker:
            told(f"{model.name}: painting moved pictures")
            found |= evaluator.flicker(model.paint)
        values.append(found)
        distances.append(evaluator.fid(made))
    judged = zip(models, values, distances, strict=True)
    rows = [_row(model.name, "model", found, distance) for model, found, distance in judged]
    if len(models) > 1:
        rows.append(_seeds(values))
    told("judging the controls")
    names = tuple(each.name for each in files)
    controls = evaluator.controls(flicker=flicker)
    return Evaluation(style.name, names, evaluator.side, (*rows, *controls))


def _row(name: str, kind: str, values: Mapping[Metric, Numbers], distance: float | None) -> Row:
    estimates = {
        metric: over_pictures(each, less_is_better=metric.less_is_better) for metric, each in values.items()
    }
    return Row(name, kind, estimates, distance)


def _seeds(values: Sequence[Mapping[Metric, Numbers]]) -> Row:
    estimates = {
        metric: over_seeds([each[metric] for each in values], less_is_better=metric.less_is_better)
        for metric in values[0]
    }
    return Row(f"all {len(values)}", "seeds", estimates)
