"""Recipes: the shipped ones are whole, and a mistake in a user's is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.errors import ConfigError
from hilbench.style.recipe import NetworkChoice, load_recipe, shipped_recipes

STAGE = "name: mine\nstages:\n  - {name: one, iterations: 2, losses: [{kind: pixel, weight: 1}]}\n"


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_shipped_recipe_has_its_file_s_name_and_begins_with_the_photograph(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert {term.kind for term in recipe.stages[0].losses} <= {"pixel", "content"}
    assert "style" in {term.kind for term in recipe.stages[-1].losses}


@pytest.mark.parametrize("name", shipped_recipes())
def test_the_judge_is_in_no_loss(name: str) -> None:
    backbones = {key for stage in load_recipe(name).stages for term in stage.losses for key in term.layers()}
    assert backbones <= {"vgg16", "vgg19", "squeezenet", "clip"}


def test_a_user_s_recipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(STAGE, encoding="utf-8")
    assert load_recipe(str(path)).iterations == 2


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("weight: 1", "weight: -1", "weight"),
        ("weight: 1", "weight: 1, wieght: 2", "wieght is not a key that hilbench knows"),
        ("kind: pixel", "kind: beauty", "beauty"),
        ("iterations: 2", "iterations: 0", "iterations"),
        ("name: mine", "name: mine\nnetwork: {size: 33}", "size"),
    ],
)
def test_a_mistake_is_said_with_its_place(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(STAGE.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=sentence):
        load_recipe(str(path))


def test_a_recipe_that_is_not_there_has_alternatives() -> None:
    with pytest.raises(ConfigError, match=r"did you mean 'plain'\?"):
        load_recipe("plane")


@pytest.mark.parametrize(("alpha", "channels"), [(0.75, 3), (0.25, 1), (1.0, 4)])
def test_the_narrowest_compression(alpha: float, channels: int) -> None:
    assert NetworkChoice(alpha=alpha, gamma=4).narrowest == channels
