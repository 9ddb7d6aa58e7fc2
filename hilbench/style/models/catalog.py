"""Models of the package, by name."""

from __future__ import annotations

from pathlib import Path

from hilbench.errors import ConfigError
from hilbench.style.models.card import ModelCard, read_card
from hilbench.suggestions import alternatives

_FOLDER = Path(__file__).parent


def shipped_models() -> list[str]:
    """Names of the models in the package."""
    return sorted(path.stem for path in _FOLDER.glob("*.tflite"))


def model_file(name: str) -> Path:
    """The .tflite file of a shipped model, or a file of that name.

    Raises:
        ConfigError: there is neither.
    """
    if name in shipped_models():
        return _FOLDER / f"{name}.tflite"
    if name.endswith(".tflite") and Path(name).exists():
        return Path(name)
    raise ConfigError(
        f"There is no style model '{name}', and no such .tflite file{alternatives(name, shipped_models())}"
    )


def model_card(name: str) -> ModelCard:
    """The card of a shipped model.

    Raises:
        ConfigError: there is none.
    """
    return read_card(model_file(name).with_suffix(".yaml"))
