"""Tensors of a TFLite file: types, quantization, and the data of constants."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hilbench.errors import ModelError
from hilbench.networks.graph import Tensor
from hilbench.networks.shapes import MOST_ELEMENTS
from hilbench.networks.tflite.sparsity import densify
from hilbench.networks.verification import verify_tensor
from hilbench.tensors import Array, ElementType, Quantization, TensorSpec

_TYPES = {
    "FLOAT32": ElementType.FLOAT32,
    "FLOAT16": ElementType.FLOAT32,  # widened
    "INT4": ElementType.INT4,
    "INT8": ElementType.INT8,
    "UINT8": ElementType.UINT8,
    "INT16": ElementType.INT16,
    "INT32": ElementType.INT32,
    "INT64": ElementType.INT64,
    "BOOL": ElementType.BOOL,
}
_STORED: Mapping[str, type[np.generic]] = {"FLOAT16": np.float16, "INT4": np.uint8}
"""Types in the file where they differ from those in memory; two int4 share a byte."""
_MOST_AXES = 8


def read_tensor(table: Any, model: Any, type_name: str, name: str) -> Tensor:  # noqa: ANN401
    """A tensor from its table (the schema's TensorT); dynamic axes count as the file's shape has them.

    Raises:
        ModelError: the shape is impossible, the type has no counterpart, or the data do not fit.
    """
    shape = tuple(int(length) for length in _listed(table.shape))
    if len(shape) > _MOST_AXES or min(shape, default=1) < 1 or math.prod(shape) > MOST_ELEMENTS:
        text = "x".join(map(str, shape[: _MOST_AXES + 1]))
        raise ModelError(f"The tensor {name} has an impossible shape, {text}, for a microcontroller.")
    if type_name not in _TYPES:
        raise ModelError(f"The tensor {name} has the type {type_name}, which is not supported.")
    quantization, axis = _quantization(table.quantization, shape)
    data = _data(table, model, type_name, shape, name)
    return verify_tensor(Tensor(name, TensorSpec(shape, _TYPES[type_name]), quantization, axis, data))


def _listed(vector: Any) -> list[Any]:  # noqa: ANN401
    """Entries of a vector that may be missing."""
    return [] if vector is None else list(vector)


def _quantization(table: Any, shape: tuple[int, ...]) -> tuple[Quantization, int]:  # noqa: ANN401
    """Scales with the one zero point, and their axis; where the stated one does not fit, the first that does.

    Converters leave a stale axis behind where they merge scales, which TFLite Micro runs.
    """
    if table is None or not _listed(table.scale):
        return Quantization(), 0
    scale = np.array(_listed(table.scale), np.float32).astype(np.float64)
    zero_points = set(map(int, _listed(table.zeroPoint))) or {0}
    if len(zero_points) > 1:
        raise ModelError(
            "Zero points that differ by channel are not supported; convert with symmetric weights."
        )
    axis = int(table.quantizedDimension)
    if not 0 <= axis < len(shape) or shape[axis] != scale.size:
        axis = shape.index(scale.size) if scale.size in shape else 0
    return Quantization(scale, zero_points.pop()), axis


def _data(table: Any, model: Any, type_name: str, shape: tuple[int, ...], name: str) -> Array | None:  # noqa: ANN401
    """The elements of a constant; None where the tensor has none."""
    if not 0 <= table.buffer < len(model.buffers):
        raise ModelError(
            f"The tensor {name} has its data in a buffer that does not exist; the file is damaged."
        )
    buffer = model.buffers[table.buffer]
    if buffer.offset or table.externalBuffer:
        raise ModelError(f"The tensor {name} has its data outside the model; merge them into one file.")
    if table.buffer == 0 or not len(_listed_bytes(buffer.data)):
        return None
    raw = _listed_bytes(buffer.data)
    stored = np.dtype(_STORED.get(type_name, _TYPES[type_name]))
    if raw.size % stored.itemsize:
        raise ModelError(
            f"The data of the tensor {name} end in the middle of an element; the file is damaged."
        )
    values = np.frombuffer(raw.tobytes(), stored)
    if type_name == "INT4":
        values = _unpacked(values)[: math.prod(shape)]
    if table.sparsity is not None:
        values = densify(values, table.sparsity, shape, name)
    if values.size != math.prod(shape):
        text = "x".join(map(str, shape))
        raise ModelError(
            f"The tensor {name} has {values.size} elements, its shape is {text}; the file is damaged."
        )
    if type_name == "FLOAT16":
        values = values.astype(np.float32)
    shaped: Array = values.reshape(shape)
    return shaped


def _listed_bytes(data: Any) -> Array:  # noqa: ANN401
    return np.empty(0, np.uint8) if data is None else np.ascontiguousarray(data, np.uint8)


def _unpacked(pairs: Array) -> Array:
    """Int4 in int8 from two to a byte, the first in the low half."""
    halves = np.stack([pairs & 15, pairs >> 4], axis=-1).ravel().astype(np.int8)
    signed: Array = (halves ^ 8) - 8
    return signed.astype(np.int8)
