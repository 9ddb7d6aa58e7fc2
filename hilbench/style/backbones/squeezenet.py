"""SqueezeNet 1.1, a classifier of ImageNet (Iandola and others, arXiv:1602.07360), from a Keras file.

Layers are `conv1`, `fire2` to `fire9`, and `logits`: the map of scores of the thousand classes before they
are averaged.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hilbench.errors import ConfigError
from hilbench.style.backbones.backbone import KerasBackbone
from hilbench.style.keras_backend import load_keras

_OUTPUTS = {"conv1": "conv1", **{f"fire{n}": f"fire{n}_concat" for n in range(2, 10)}, "logits": "conv10"}
"""Layers of the file by our names."""


def squeezenet(path: Path | None) -> KerasBackbone:
    """SqueezeNet 1.1 from a Keras file that takes blue, green and red less their means.

    Args:
        path: a file like squeezenet11_imagenet.keras.

    Raises:
        ConfigError: there is no file, or it has another layout.
    """
    if path is None:
        raise ConfigError(
            "SqueezeNet needs a file squeezenet*.keras with ImageNet's weights; give its folder by --weights."
        )
    keras = load_keras()
    try:
        loaded = keras.models.load_model(path, compile=False)
        open_ended = _any_size(keras, loaded)
        layers = {name: open_ended.get_layer(layer).output for name, layer in _OUTPUTS.items()}
    except Exception as error:  # noqa: BLE001  # Keras raises whatever it finds in a file
        cause = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ConfigError(f"{path} is no SqueezeNet of Keras ({cause[:200]}); name another file.") from None
    return KerasBackbone("squeezenet", f"SqueezeNet 1.1 of ImageNet, BSD ({path.name})", open_ended, layers)


def _any_size(keras: Any, loaded: Any) -> Any:  # noqa: ANN401
    """The model for pictures of any height and width, with activations in bfloat16."""
    pictures = keras.Input((None, None, 3))

    def cloned(layer: Any) -> Any:  # noqa: ANN401
        return type(layer).from_config({**layer.get_config(), "dtype": "mixed_bfloat16"})

    copied = keras.models.clone_model(loaded, input_tensors=pictures, clone_function=cloned)
    copied.set_weights(loaded.get_weights())
    return copied
