"""Scores by pretrained networks, with random checkpoints of the right layout, and sentences without them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hilbench.errors import ConfigError
from hilbench.style.metrics.pretrained import (
    INCEPTION,
    clip_features,
    cosines,
    crops_of,
    fid,
    inception_features,
)

PICTURES = np.random.default_rng(0).integers(0, 256, (20, 64, 64, 3), np.uint8)


@pytest.mark.parametrize(
    ("load", "way"), [(clip_features, "open_clip_torch"), (inception_features, "clean-fid")]
)
@pytest.mark.parametrize("folder", [None, Path("nowhere")])
def test_missing_weights_are_one_sentence_on_how_to_get_them(
    load: Any, way: str, folder: Path | None
) -> None:
    with pytest.raises(ConfigError, match=way):
        load(folder)


def test_fid_of_shifted_features_is_the_shift_squared() -> None:
    features: NDArray[np.float32] = np.random.default_rng(1).normal(size=(200, 8)).astype(np.float32)
    moved = features + np.array([3, 4, 0, 0, 0, 0, 0, 0], np.float32)
    assert fid(moved, features) == pytest.approx(25, rel=1e-3)
    assert fid(features, features) == pytest.approx(0, abs=1e-3)


def test_fid_is_that_of_covariances() -> None:
    random = np.random.default_rng(2)
    first, second = random.normal(size=(30, 4)), random.normal(size=(40, 4)) * (1, 2, 3, 4)
    covariances = np.cov(first.T) @ np.cov(second.T)
    shared = np.sqrt(np.linalg.eigvals(covariances).real).sum()
    traces = np.trace(np.cov(first.T)) + np.trace(np.cov(second.T))
    wanted = ((first.mean(0) - second.mean(0)) ** 2).sum() + traces - 2 * shared
    assert fid(first.astype(np.float32), second.astype(np.float32)) == pytest.approx(wanted, rel=1e-4)


def test_crops_are_pieces_of_the_painting() -> None:
    painting = np.arange(40 * 50 * 3).reshape(40, 50, 3).astype(np.uint8)
    for crop in crops_of(painting, 5, 16):
        pieces = np.lib.stride_tricks.sliding_window_view(painting, (16, 16, 3))[:, :, 0]
        assert (pieces == crop).all((2, 3, 4)).any()


@pytest.mark.slow
def test_inception_is_read_from_a_checkpoint_of_its_layout(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("cleanfid.inception_torchscript")

    class Layers(torch.nn.Module):  # type: ignore[misc,name-defined]  # torch has no types here
        def __init__(self) -> None:
            super().__init__()
            self.conv = torch.nn.Conv2d(3, 2048, 16, 64)

        def forward(self, image: Any) -> Any:
            return self.conv(image).mean((2, 3), keepdim=True)

    class Base(torch.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.layers = Layers()

        def forward(self, image: Any) -> Any:
            return self.layers(image)

    torch.manual_seed(0)
    torch.jit.trace(Base(), torch.zeros(1, 3, 299, 299)).save(str(tmp_path / INCEPTION))
    embed = inception_features(tmp_path)
    features = embed(PICTURES)
    assert features.shape == (20, 2048)
    assert fid(features, features) == pytest.approx(0, abs=1e-3)
    assert fid(embed(PICTURES // 4), features) > 1e-3

    (tmp_path / INCEPTION).write_text("no network")
    with pytest.raises(ConfigError, match="no network of TorchScript"):
        inception_features(tmp_path)


@pytest.fixture
def small_clip(tmp_path: Path) -> Path:
    """A folder with a random checkpoint of a small CLIP, which open_clip knows meanwhile."""
    torch, open_clip = pytest.importorskip("torch"), pytest.importorskip("open_clip")
    config = {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 224, "layers": 1, "width": 64, "head_width": 32, "patch_size": 56},
        "text_cfg": {"context_length": 8, "vocab_size": 64, "width": 32, "heads": 2, "layers": 1},
    }
    (tmp_path / "ViT-small-test.json").write_text(json.dumps(config))
    open_clip.add_model_config(tmp_path / "ViT-small-test.json")
    torch.manual_seed(0)
    torch.save(open_clip.create_model("ViT-small-test").state_dict(), tmp_path / "clip-ViT-small-test.pt")
    return tmp_path


@pytest.mark.slow
def test_clip_is_read_from_a_checkpoint_of_open_clip_s_layout(small_clip: Path) -> None:
    embed = clip_features(small_clip)
    features = embed(PICTURES)
    assert features.shape == (20, 16)
    assert cosines(features, features) == pytest.approx(np.ones(20))
    assert cosines(features, embed(255 - PICTURES)).max() < 1

    (small_clip / "clip-ViT-small-test.pt").write_bytes(b"no weights")
    with pytest.raises(ConfigError, match="open_clip cannot load"):
        clip_features(small_clip)


@pytest.mark.slow
def test_the_semantic_loss_by_clip_has_a_gradient(small_clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    if keras.backend.backend() != "torch":
        pytest.skip("Keras runs on another backend in this process; KERAS_BACKEND=torch shows it.")
    from hilbench.style.backbones import Backbones
    from hilbench.style.losses.semantic import Semantic
    from hilbench.style.losses.term import Views

    extractors = {"clip": Backbones(small_clip)["clip"].extractor(["embedding"])}
    loss = Semantic(weight=1, backbone="clip", from_layers=("embedding",)).prepare(None)  # type: ignore[arg-type]
    content = torch.from_numpy(PICTURES[:2].astype(np.float32) / 255)
    output = (1 - content).requires_grad_()
    value = loss(Views(content, output, lambda pictures: pictures, extractors))
    value.backward()
    assert value.item() > 0
    assert output.grad.abs().max() > 0
    assert loss(Views(content, content, lambda pictures: pictures, extractors)).item() == pytest.approx(
        0, abs=1e-4
    )
