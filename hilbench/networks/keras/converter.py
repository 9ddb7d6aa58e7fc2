"""The program that converts a Keras model; its arguments are the model, inputs and the TFLite file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hilbench.errors import ModelError
from hilbench.networks.keras.conversion import REFUSED
from hilbench.networks.keras.quantizer import frozen_converter, quantize
from hilbench.networks.keras.samples import Shapes, read_samples
from hilbench.tensors import Array


def main(model: Path, representative: Path, output: Path) -> None:
    """Write the int8 TFLite file of a Keras model.

    Raises:
        ModelError: the model cannot be loaded, or the inputs are not its own.
    """
    import tensorflow as tf

    keras = _loaded(tf, model)
    shapes = _shapes(keras)
    samples = list(read_samples(representative, shapes))
    if not samples:
        raise ModelError(f"{representative} holds no samples; give some hundred.")

    is_fixed = len(shapes) == 1 and None not in next(iter(shapes.values()))

    def dataset() -> Iterator[dict[str, Array] | list[Array]]:
        for sample in samples:
            yield sample if is_fixed else dict(zip(shapes, sample, strict=True))

    if is_fixed:
        converter = frozen_converter(tf, keras, samples[0][0].shape[1:])
    else:
        converter = tf.lite.TFLiteConverter.from_keras_model(keras)
    output.write_bytes(quantize(tf, converter, dataset))


def _loaded(tf: Any, path: Path) -> Any:  # noqa: ANN401  # TensorFlow has no types
    try:
        return tf.keras.models.load_model(path, compile=False)
    except Exception as error:  # Keras raises whatever it finds in a file
        cause = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"Keras cannot load it ({cause[:200]}); save it anew by model.save().") from error


def _shapes(keras: Any) -> Shapes:  # noqa: ANN401  # as above
    return {tensor.name: tuple(tensor.shape)[1:] for tensor in keras.inputs}


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:4]))
    except ModelError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
