"""A user's inputs: images and NumPy arrays, one or a folder of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from hilbench.deploy.inputs.network_input import NetworkInput
from hilbench.deploy.inputs.preprocessing import Preprocessing, elements
from hilbench.errors import ConfigError
from hilbench.networks import Graph, Tensor
from hilbench.tensors import Array

_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".ppm", ".pgm", ".tif", ".tiff", ".webp"})
_ARRAYS = frozenset({".npy", ".npz"})
_BYTES = ".bin"
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
"""Pillow's names of images by their channels."""


def read_inputs(path: Path, graph: Graph, preprocessing: Preprocessing) -> Iterator[NetworkInput]:
    """Inputs in a file, or in each file of a folder and its subfolders, by the order of their names.

    An image is scaled, by bilinear filtering, so that it covers the input's height and width, and cropped to
    them around its center. An array (.npy) has the elements of an input or, with one axis more at the front,
    of several; one of the input's own integer type has its elements as they are, and so have plain bytes
    (.bin, as MLPerf Tiny's data sets). Arrays of a network of several inputs are together in a file (.npz),
    in the order of the inputs.

    Raises:
        ConfigError: there is no such file, it is damaged, or of another shape than the network's inputs.
    """
    for file in input_files(path):
        suffix = file.suffix.lower()
        if suffix in _IMAGES:
            arrays = _image(file, graph)
        else:
            arrays = _bytes(file, graph) if suffix == _BYTES else _arrays(file)
        yield from _inputs_of(file, arrays, graph, preprocessing)


def input_files(path: Path) -> list[Path]:
    """The file, or all files of a folder and its subfolders that can be read.

    Raises:
        ConfigError: there are none.
    """
    if not path.exists():
        raise ConfigError(f"There is no {path}; --input takes an image, an array (.npy, .npz) or a folder.")
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    known = [each for each in files if each.suffix.lower() in {*_IMAGES, *_ARRAYS, _BYTES}]
    if not known:
        raise ConfigError(
            f"{path} is no image (.png, .jpg, ...), no array (.npy, .npz, .bin) and holds none."
        )
    return known


def _inputs_of(
    file: Path, arrays: Sequence[Array], graph: Graph, preprocessing: Preprocessing
) -> Iterator[NetworkInput]:
    tensors = [graph.tensors[name] for name in graph.inputs]
    if len(arrays) != len(tensors):
        raise ConfigError(f"{file} has {len(arrays)} arrays, and {graph.name} {len(tensors)} inputs.")
    count = max(_sets_in(array, tensor) for array, tensor in zip(arrays, tensors, strict=True))
    for number in range(count):
        taken = (
            array[number] if _sets_in(array, tensor) > 1 or array.ndim > len(tensor.shape) else array
            for array, tensor in zip(arrays, tensors, strict=True)
        )
        try:
            prepared = tuple(
                elements(array, tensor, preprocessing, _channel_axis(tensor))
                for array, tensor in zip(taken, tensors, strict=True)
            )
        except (ConfigError, IndexError) as error:
            raise ConfigError(f"{file}: {error}") from error
        yield NetworkInput(f"{file.name}[{number}]" if count > 1 else file.name, prepared)


def _sets_in(array: Array, tensor: Tensor) -> int:
    """Inputs in an array: its first axis, where it has so many times the elements of one."""
    whole = array.ndim > 0 and array.size == array.shape[0] * tensor.spec.elements
    return array.shape[0] if whole and array.size != tensor.spec.elements else 1


def _arrays(file: Path) -> list[Array]:
    try:
        loaded = np.load(file, allow_pickle=False)
        arrays = [loaded] if isinstance(loaded, np.ndarray) else [loaded[name] for name in loaded.files]
    except (OSError, ValueError, EOFError) as error:
        raise ConfigError(f"{file} is no array of NumPy's: {error}") from error
    for array in arrays:
        if array.dtype.kind not in "iufb":
            raise ConfigError(f"{file} has elements that are no numbers: {array.dtype}.")
    return arrays


def _bytes(file: Path, graph: Graph) -> list[Array]:
    """Elements of the network's first input, as they lie in memory."""
    tensor = graph.tensors[graph.inputs[0]]
    content = file.read_bytes()
    if len(content) != tensor.spec.bytes:
        raise ConfigError(f"{file} has {len(content)} bytes, and the input {tensor} {tensor.spec.bytes}.")
    return [np.frombuffer(content, np.dtype(tensor.dtype)).reshape(tensor.shape)]


def _image(file: Path, graph: Graph) -> list[Array]:
    """Pixels of an image (uint8) in the shape of the network's input."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # late: most commands read no image

    tensor = graph.tensors[graph.inputs[0]]
    height, width, channels = _image_shape(tensor, graph)
    try:
        with Image.open(file) as opened:
            upright = ImageOps.exif_transpose(opened).convert(_MODES[channels])
            fitted = ImageOps.fit(upright, (width, height), Image.Resampling.BILINEAR)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError) as error:
        raise ConfigError(f"{file} is no image that can be read: {error}") from error
    pixels = np.asarray(fitted, np.uint8).reshape(height, width, channels)
    ordered = pixels if _channel_axis(tensor) == len(tensor.shape) - 1 else pixels.transpose(2, 0, 1)
    # Pixels are numbers to be prepared, whatever the type of the network's elements is.
    return [np.ascontiguousarray(ordered, dtype=np.float32).reshape(tensor.shape)]


def _image_shape(tensor: Tensor, graph: Graph) -> tuple[int, int, int]:
    """Height, width and channels of an input that is an image."""
    shape = list(tensor.shape)
    axis = _channel_axis(tensor)
    channels = shape.pop(axis) if len(shape) > 1 else 0
    if (
        len(graph.inputs) != 1
        or channels not in _MODES
        or len(shape) < 2
        or any(each != 1 for each in shape[:-2])
    ):
        raise ConfigError(f"The input {tensor} of {graph.name} is no image; give it as an array (.npy).")
    return shape[-2], shape[-1], channels


def _channel_axis(tensor: Tensor) -> int:
    """Axis of the channels: the last, or the second of four (NCHW) where only that can be."""
    shape = tensor.shape
    first = len(shape) == 4 and shape[1] in _MODES and shape[3] not in _MODES
    return 1 if first else len(shape) - 1
