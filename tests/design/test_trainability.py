"""Trainability of blocks: a score that tells networks apart, accuracies of labelled images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.network import NetworkSpec
from hilbench.design.trainability import (
    Labelled,
    labelled_folder,
    naswot,
    rank_correlation,
    trained_accuracy,
)
from hilbench.errors import ConfigError
from hilbench.tensors import Activation

pytest.importorskip("scipy")


def network(channels: int) -> NetworkSpec:
    builder = NetworkBuilder(f"net{channels}", (6, 6, 1))
    found = builder.conv(builder.input, channels, 3, norm=True, activation=Activation.RELU6)
    return builder.network([builder.dense(builder.global_pool(found), 2)])


def stripes() -> Labelled:
    """Images whose stripes lie across or along."""
    chance = np.random.default_rng(3)
    images = chance.random((120, 6, 6, 1)).astype(np.float32) * 0.2
    labels = np.arange(120) % 2
    images[labels == 0, ::2] += 0.8
    images[labels == 1, :, ::2] += 0.8
    return Labelled("stripes", images[40:], labels[40:], images[:40], labels[:40])


@pytest.mark.slow
def test_a_wider_network_tells_images_apart_and_learns_stripes() -> None:
    pytest.importorskip("tensorflow")
    data = stripes()
    assert naswot(network(8), data.images) > naswot(network(2), data.images)
    assert trained_accuracy(network(8), data) > 0.9


def test_rank_correlations() -> None:
    assert rank_correlation([1, 2, 3], [0.1, 0.2, 0.9]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3], [0.9, 0.2, 0.1]) == pytest.approx(-1)


def test_a_folder_has_a_folder_for_each_class(tmp_path: Path) -> None:
    from PIL import Image

    for label, name in enumerate(("cat", "dog")):
        (tmp_path / name).mkdir()
        for index in range(5):
            Image.new("RGB", (20, 30), (label * 255, index, 0)).save(tmp_path / name / f"{index}.png")
    data = labelled_folder(tmp_path)
    assert data.classes == 2
    assert len(data.labels) + len(data.test_labels) == 10
    assert data.images.shape[1:] == (16, 16, 3)
    assert {int(label) for label in data.labels[data.images[:, 0, 0, 0] > 0.5]} == {1}
    with pytest.raises(ConfigError, match="one for each class"):
        labelled_folder(tmp_path / "cat")
    (tmp_path / "dog" / "broken.png").write_text("no image")
    with pytest.raises(ConfigError, match=r"broken\.png is no image"):
        labelled_folder(tmp_path)
