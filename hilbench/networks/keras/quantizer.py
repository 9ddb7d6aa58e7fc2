"""Quantization of a model to int8 by TensorFlow's converter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
"""Environment of TensorFlow: no messages, sums in one order."""


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
