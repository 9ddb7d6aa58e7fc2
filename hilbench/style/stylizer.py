"""Models that stylise pictures on the computer: int8 by LiteRT, float by Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilbench.deploy.inputs import Preprocessing
from hilbench.deploy.inputs.preprocessing import elements
from hilbench.errors import ModelError
from hilbench.networks import Graph, Tensor
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.keras import KERAS_SUFFIX
from hilbench.networks.model_bytes import model_bytes
from hilbench.networks.model_file import read_model
from hilbench.networks.runtimes import XNNPACK, Run, litert, onnxruntime
from hilbench.networks.tflite.reader import import_tflite
from hilbench.quantization.conversion import dequantize
from hilbench.style.pictures import Picture
from hilbench.tensors import Array, ElementType

ONNX_SUFFIX = ".onnx"
Pictures = NDArray[np.uint8]
"""Pictures of one size in sRGB, shape (n, height, width, 3)."""


@dataclass(frozen=True)
class Stylizer:
    """A model that stylises pictures.

    Attributes:
        name: stem of its file.
        side: height and width of pictures that it takes and gives.
        runtime: of the host, in words.
        one: stylised picture of a picture, uint8, shape (side, side, 3).
    """

    name: str
    side: int
    runtime: str
    one: Callable[[Picture], Picture]

    def paint(self, pictures: Pictures) -> Pictures:
        """Stylised pictures of pictures, made one by one."""
        return np.stack([self.one(picture) for picture in pictures])


def float_of(model: Path, named: Path | None) -> Stylizer | None:
    """The model before it was quantised: the one that is named, or a Keras model itself; None for none.

    Raises:
        ConfigError, ModelError: as `load_stylizer`.
    """
    path = model if model.suffix == KERAS_SUFFIX else named
    return load_stylizer(path) if path else None


def load_stylizer(path: Path) -> Stylizer:
    """The model of a .tflite, .keras or .onnx file.

    Raises:
        ConfigError: Keras is not installed.
        ModelError: the file is damaged, or its network does not make a picture of a picture.
    """
    if path.suffix == KERAS_SUFFIX:
        return _keras_stylizer(path)
    if path.suffix == ONNX_SUFFIX:
        return _onnx_stylizer(path)
    return tflite_stylizer(model_bytes(path, "a model"), path.stem)


def tflite_stylizer(data: bytes, name: str) -> Stylizer:
    """The model in the bytes of a .tflite file, run by LiteRT or, where that refuses it, by hilbench.

    Raises:
        ModelError: it does not make a picture of a picture.
    """
    graph = import_tflite(data, name)
    try:
        return _graph_stylizer(name, graph, litert(data, XNNPACK), "LiteRT with XNNPACK")
    except ModelError:
        own = Interpreter(graph)
        return _graph_stylizer(name, graph, lambda inputs: own.run(*inputs), "hilbench's reference")


def picture_side(graph: Graph) -> int:
    """Height and width of the pictures that a network takes and gives.

    Raises:
        ModelError: it does not make a square picture of a square picture.
    """
    shapes = [tensor.shape for tensor in _ends(graph)]
    side = max(shapes[0][1:3]) if len(shapes[0]) == 4 else 0
    if len(shapes) != 2 or any(shape not in {(1, side, side, 3), (1, 3, side, side)} for shape in shapes):
        ends = " to ".join("x".join(map(str, shape)) for shape in shapes)
        raise ModelError(
            f"{graph.name} ({ends}) makes no picture of a picture; give a network from 1xNxNx3 to 1xNxNx3."
        )
    return side


def picture_elements(picture: Picture, graph: Graph) -> Array:
    """Elements of a network's input: colors from 0 to 1, quantised as it is."""
    tensor = _ends(graph)[0]
    ordered = picture.transpose(2, 0, 1) if _has_channels_first(tensor) else picture
    return elements(np.ascontiguousarray(ordered), tensor, Preprocessing.UNIT, 0)


def elements_picture(values: Array, graph: Graph) -> Picture:
    """The picture in a network's output, colors from 0 to 1, quantised as it is."""
    tensor = _ends(graph)[1]
    real = values if tensor.dtype is ElementType.FLOAT32 else dequantize(values, tensor.quantization)
    colors = real.reshape(tensor.shape[1:])
    return rounded(colors.transpose(1, 2, 0) if _has_channels_first(tensor) else colors)


def rounded(colors: NDArray[np.float32]) -> Picture:
    """The nearest picture to colors from 0 to 1."""
    return np.rint(colors * 255).clip(0, 255).astype(np.uint8)


def _has_channels_first(tensor: Tensor) -> bool:
    return tensor.shape[3] != 3


def _ends(graph: Graph) -> list[Tensor]:
    return [graph.tensors[name] for name in (*graph.inputs, *graph.outputs)]


def _graph_stylizer(name: str, graph: Graph, run: Run, runtime: str) -> Stylizer:
    def one(picture: Picture) -> Picture:
        (output,) = run([picture_elements(picture, graph)])
        return elements_picture(output, graph)

    return Stylizer(name, picture_side(graph), runtime, one)


def _onnx_stylizer(path: Path) -> Stylizer:
    return _graph_stylizer(path.stem, read_model(path), onnxruntime(path), "ONNX Runtime")


def _keras_stylizer(path: Path) -> Stylizer:
    from hilbench.style.keras_backend import load_keras

    keras = load_keras()
    try:
        network = keras.models.load_model(path, compile=False)
    except Exception as error:  # Keras raises whatever it finds in a file
        cause = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"Keras cannot load {path} ({cause[:200]}); save it by model.save().") from error
    side = network.input_shape[1]
    if not side or any(
        tuple(each) != (None, side, side, 3) for each in (network.input_shape, network.output_shape)
    ):
        raise ModelError(f"{path} makes no picture of a picture; give a network from NxNx3 to NxNx3.")

    def one(picture: Picture) -> Picture:
        output = network(picture[None].astype(np.float32) / 255, training=False)
        return rounded(keras.ops.convert_to_numpy(output)[0])

    return Stylizer(path.stem, int(side), f"Keras {keras.__version__}, float32", one)
