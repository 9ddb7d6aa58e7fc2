"""Representative inputs of a model, from files of NumPy."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from hilbench.errors import ModelError
from hilbench.tensors import Array

Shapes = Mapping[str, tuple[int | None, ...]]
"""Shapes of a model's inputs by their names, without the batch; None where any length will do."""
_SUFFIXES = (".npy", ".npz")


def read_samples(path: Path, shapes: Shapes) -> Iterator[list[Array]]:
    """Inputs of one run after another, each with a batch of 1 and as float32, in the order of `shapes`.

    Args:
        path: a file, or a folder of them, which are read in the order of their names.
        shapes: of the model's inputs.

    Raises:
        ModelError: there are none, or one is not of such shapes.
    """
    for file in _files(path):
        arrays = _arrays(file, list(shapes))
        batches = [
            _batch(array, shape, f"'{name}' in {file}")
            for array, (name, shape) in zip(arrays, shapes.items(), strict=True)
        ]
        if len({len(batch) for batch in batches}) > 1:
            raise ModelError(f"{file} has more samples of one input than of another; give as many of each.")
        for index in range(len(batches[0])):
            yield [batch[index : index + 1] for batch in batches]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(each for each in path.iterdir() if each.suffix in _SUFFIXES)
        if not found:
            raise ModelError(
                f"{path} holds no .npy or .npz file; save the model's inputs there, prepared as it gets them."
            )
        return found
    if path.suffix not in _SUFFIXES:
        raise ModelError(
            f"{path} is neither a folder nor a .npy or .npz file; save the model's inputs as one."
        )
    return [path]


def _arrays(file: Path, names: Sequence[str]) -> list[Array]:
    """Arrays of the inputs: of a .npz file by their names, or by their order where it has other names."""
    try:
        loaded = np.load(file, allow_pickle=False)
        found = {"": loaded} if file.suffix == ".npy" else {name: loaded[name] for name in loaded.files}
    except OSError as error:
        raise ModelError(f"{file} cannot be read ({error.strerror or error}); name another.") from None
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{file} is no array of NumPy ({error}); save it by numpy.save.") from None
    if set(names) <= set(found):
        return [found[name] for name in names]
    if len(found) != len(names):
        raise ModelError(
            f"{file} holds {len(found)} arrays and the model has {len(names)} inputs ({', '.join(names)}); "
            "save an .npz file with an array for each."
        )
    return list(found.values())


def _batch(array: Array, shape: tuple[int | None, ...], what: str) -> Array:
    """The samples of an array as float32, behind a batch axis.

    Raises:
        ModelError: they are none of such a shape.
    """
    if not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
        raise ModelError(f"{what} holds {array.dtype} and no numbers.")
    for batch in (array[np.newaxis], array):
        if _matches(batch.shape[1:], shape) and batch.ndim == len(shape) + 1:
            if not np.isfinite(batch).all():
                raise ModelError(f"{what} holds numbers that are not finite.")
            return batch.astype(np.float32)
    wanted = "x".join("any" if length is None else str(length) for length in shape)
    shown = "x".join(map(str, array.shape))
    raise ModelError(f"{what} is {shown}, but a sample is {wanted}; save one, or many behind one another.")


def _matches(lengths: tuple[int, ...], shape: tuple[int | None, ...]) -> bool:
    return len(lengths) == len(shape) and all(
        wanted in {None, length} for length, wanted in zip(lengths, shape, strict=True)
    )
