"""Recipes of training: a network, and stages with their losses, from a YAML file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from hilbench.errors import ConfigError
from hilbench.files import StrictModel, is_file, problem, read_yaml
from hilbench.style.losses import AnyTerm
from hilbench.suggestions import alternatives

_FOLDER = Path(__file__).parent / "recipes"


class NetworkChoice(StrictModel):
    """Hyperparameters of the style-transfer network.

    Attributes:
        size: height and width of its pictures, pixels; a multiple of 8.
        alpha: factor of all widths.
        gamma: compression.
        lite: whether it is the lite one.
    """

    size: int = Field(default=160, ge=32, multiple_of=8)
    alpha: float = Field(default=0.75, gt=0)
    gamma: int = Field(default=4, ge=2)
    lite: bool = True

    @property
    def narrowest(self) -> int:
        """Channels of the narrowest compression, that of the blocks of 16 alpha channels."""
        return int(16 * self.alpha) // self.gamma


class Stage(StrictModel):
    """Iterations with one set of losses.

    Attributes:
        crop: side of the squares that are cut from the photographs, pixels.
        rate: learning rate of Adam at its highest; it falls to a twentieth along a cosine.
        decay: iterations along which the rate falls, where they are more than the stage's; a stage may end
            while the rate is high.
        warmup: first iterations, along which the rate grows, fewer than all.
        frozen_norms: whether normalizations take the statistics of earlier stages, as a deployed network
            does, and not those of a batch.
        jitter: most pixels by which pictures are shifted before features are taken.
        clip: most that the norm of all gradients together may be.
        losses: terms of the sum that is made small.
    """

    name: str
    iterations: int = Field(ge=1)
    batch: int = Field(2, ge=1)
    crop: int = Field(96, ge=32, multiple_of=8)
    rate: float = Field(2e-3, gt=0)
    decay: int | None = Field(None, ge=1)
    warmup: int = Field(0, ge=0)
    frozen_norms: bool = False
    jitter: int = Field(4, ge=0, lt=16)
    clip: float = Field(2.0, gt=0)
    losses: tuple[AnyTerm, ...] = Field(min_length=1)


class Recipe(StrictModel):
    """Everything that a training does, but for the pictures.

    Attributes:
        name: of the recipe.
        about: a sentence on what it is for.
    """

    name: str
    about: str = ""
    network: NetworkChoice = NetworkChoice()
    stages: tuple[Stage, ...] = Field(min_length=1)

    @property
    def iterations(self) -> int:
        """Iterations of all stages."""
        return sum(stage.iterations for stage in self.stages)


def shipped_recipes() -> list[str]:
    """Names of the recipes in the package."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def load_recipe(name: str) -> Recipe:
    """The shipped recipe of a name, or that of a YAML file.

    Raises:
        ConfigError: there is none, or it is wrong; the sentence says where.
    """
    path = Path(name)
    if name in shipped_recipes():
        path = _FOLDER / f"{name}.yaml"
    elif not is_file(path):
        raise ConfigError(f"There is no recipe '{name}'{alternatives(name, shipped_recipes())}")
    try:
        return Recipe.model_validate(read_yaml(path, str(path)))
    except ValidationError as error:
        raise ConfigError(f"{path}: {problem(error)}.") from None
