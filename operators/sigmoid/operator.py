"""The logistic function."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from hilbench.operators.base.lookup_table import LookupTable
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.synthetic_data import PROBABILITY
from hilbench.quantization.float_exponential import logistic
from hilbench.quantization.lookup_table import look_up
from hilbench.tensors import Quantization

_LARGEST_EXPONENT = 88
"""Largest exponent whose exponential is still a float32."""


class Sigmoid(LookupTable):
    """TFLite's LOGISTIC; with int8 it is a table computed in float32."""

    name = "sigmoid"

    def real(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The logistic function, element by element."""
        return logistic(values)

    def quantized(self, values: NDArray[np.int8], constants: Constants) -> NDArray[np.int8]:
        """Logistic function in float32, rounded to nearest int8."""
        return look_up(_logistic, values, constants.input_quantization[0], constants.output_quantization)

    def output_quantization(self, case: OperatorCase, source: Quantization, rng: Generator) -> Quantization:
        """Output quantization for values from 0 to 1."""
        return PROBABILITY


def _logistic(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logistic function by the exponential of the C library."""
    exponentials = np.exp(np.minimum(-values.astype(np.float64), _LARGEST_EXPONENT)).astype(np.float32)
    shares: NDArray[np.float32] = np.float32(1) / (np.float32(1) + exponentials)
    return shares
