"""Models of the package, by name."""

from __future__ import annotations

from pathlib import Path

from hilbench.errors import ConfigError
from hilbench.style.models.card import ModelCard, read_card
from hilbench.suggestions import alternatives

MODEL_SUFFIXES = (".tflite", ".keras", ".onnx")
"""Ends of the names of model files."""
_FOLDER = Path(__file__).parent


def shipped_models() -> list[str]:
    """Names of the models in the package."""
    return sorted(path.stem for path in _FOLDER.glob("*.tflite"))


def model_file(name: str | None) -> Path:
    """File of a model: a shipped one by its name, the first of them without one, or a file of the user's.

    Raises:
        ConfigError: there is none.
    """
    shipped = shipped_models()
    if name is None and not shipped:
        raise ConfigError("No style model is shipped; name a .tflite or .keras file with --model.")
    if name is None or name in shipped:
        return _FOLDER / f"{name or shipped[0]}.tflite"
    path = Path(name)
    if path.suffix in MODEL_SUFFIXES and path.is_file():
        return path
    known = alternatives(name, shipped)
    raise ConfigError(f"There is no style model '{name}', and no such .tflite or .keras file{known}")


def model_card(name: str) -> ModelCard:
    """The card of a shipped model.

    Raises:
        ConfigError: there is none.
    """
    return read_card(model_file(name).with_suffix(".yaml"))
