"""Model cards: the making of a trained network and its measured quality, as YAML next to the model.

After Mitchell and others, "Model Cards for Model Reporting" (arXiv:1810.03993).
"""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from hilbench.errors import ConfigError
from hilbench.files import StrictModel, problem, read_yaml, write_whole
from hilbench.style.recipe import Recipe


class Figure(StrictModel):
    """A mean with its 95 % interval over pictures.

    Attributes:
        count: of pictures.
    """

    mean: float
    low: float
    high: float
    count: int


class ModelCard(StrictModel):
    """Everything that is known about a trained network.

    Attributes:
        painting: file of the painting, or its title and painter.
        painting_sha256: digest of the painting's file.
        photographs: number of those that it was trained on.
        data: where they are from, and whether they are shipped.
        iterations: that were done.
        seconds: of the processor, in training.
        parameters: of the network.
        bytes: of the int8 file.
        backbones: networks in its losses, with the origin of their weights.
        software: versions.
        limits: what it is not for.
        psnr_db: int8 against float, on photographs that training never saw.
        worst_psnr_db: least of these.
        metrics: by name, on such photographs.
    """

    name: str
    about: str = ""
    painting: str
    painting_sha256: str
    photographs: int
    data: str
    recipe: Recipe
    seed: int
    iterations: int
    seconds: float
    parameters: int
    bytes: int
    backbones: dict[str, str]
    software: dict[str, str]
    limits: str = ""
    psnr_db: Figure
    worst_psnr_db: float
    metrics: dict[str, Figure] = Field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write the card.

        Raises:
            ConfigError: it cannot be written.
        """
        document = self.model_dump(mode="json")
        try:
            write_whole(path, yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100))
        except OSError as error:
            raise ConfigError(f"{path} cannot be written: {error.strerror or error}.") from None


def read_card(path: Path) -> ModelCard:
    """The card in a file.

    Raises:
        ConfigError: it cannot be read, or is no model card.
    """
    try:
        return ModelCard.model_validate(read_yaml(path, str(path)))
    except ValidationError as error:
        raise ConfigError(f"{path}: {problem(error)}.") from None
