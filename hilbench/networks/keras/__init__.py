"""Keras models, converted to TFLite on the host by TensorFlow."""

from hilbench.networks.keras.conversion import KERAS_SUFFIX, convert_keras

__all__ = ["KERAS_SUFFIX", "convert_keras"]
