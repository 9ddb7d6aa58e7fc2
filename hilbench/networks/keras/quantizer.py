"""Quantization of a model to int8 by TensorFlow's converter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
"""Environment of TensorFlow: no messages, sums in one order."""


def frozen_converter(tensorflow: Any, model: Any, shape: tuple[int, ...]) -> Any:  # noqa: ANN401
    """A `TFLiteConverter` of a Keras model for one sample at a time, its variables made constants.

    Of a model for batches of any size the converter keeps computations of shapes, which it then refuses in
    convolutions behind an upsampling; and its calibration would not find variables.

    Args:
        tensorflow: the package, which has no types.
        model: of Keras, with one input.
        shape: of that, without the batch.
    """
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    resized = _with_resizing(tensorflow, model)
    run = tensorflow.function(lambda sample: resized(sample, training=False))
    concrete = run.get_concrete_function(tensorflow.TensorSpec((1, *shape), tensorflow.float32))
    frozen = convert_variables_to_constants_v2(concrete)
    return tensorflow.lite.TFLiteConverter.from_concrete_functions([frozen])


def _with_resizing(tensorflow: Any, model: Any) -> Any:  # noqa: ANN401
    """The model, of the same layers, whose nearest upsampling becomes RESIZE_NEAREST_NEIGHBOR.

    Keras repeats rows and columns, which becomes TILE: an operator that LiteRT's reference kernels do not
    have in int8, so that they could be no oracle.
    """
    keras = tensorflow.keras
    if not isinstance(model, keras.Sequential | keras.Model) or not getattr(model, "inputs", None):
        return model

    def exchanged(layer: Any) -> Any:  # noqa: ANN401
        if not isinstance(layer, keras.layers.UpSampling2D) or layer.interpolation != "nearest":
            return layer
        rows, columns = layer.size

        def resize(images: Any) -> Any:  # noqa: ANN401
            _, height, width, _ = images.shape
            return tensorflow.raw_ops.ResizeNearestNeighbor(
                images=images, size=(rows * height, columns * width)
            )

        return keras.layers.Lambda(resize, name=layer.name) if layer.data_format == "channels_last" else layer

    return keras.models.clone_model(model, clone_function=exchanged)


def quantize(tensorflow: Any, converter: Any, dataset: Callable[[], Iterable[Any]]) -> bytes:  # noqa: ANN401
    """The int8 TFLite file of what a converter holds, inputs and outputs in int8 too.

    Args:
        tensorflow: the package, which has no types.
        converter: a `TFLiteConverter` of the model.
        dataset: gives representative inputs, by which the ranges of activations are found.
    """
    converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
    converter.representative_dataset = dataset
    converter.target_spec.supported_ops = [tensorflow.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tensorflow.int8
    converted: bytes = converter.convert()
    return converted
