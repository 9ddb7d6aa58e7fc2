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

    run = tensorflow.function(lambda sample: model(sample, training=False))
    concrete = run.get_concrete_function(tensorflow.TensorSpec((1, *shape), tensorflow.float32))
    frozen = convert_variables_to_constants_v2(concrete)
    return tensorflow.lite.TFLiteConverter.from_concrete_functions([frozen])


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
