"""A user's images, arrays and labels as inputs of a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hilbench.deploy.inputs import InputRequest, NetworkInput, Preprocessing, generated_inputs
from hilbench.deploy.inputs.labels import labelled, read_labels
from hilbench.deploy.inputs.reading import read_inputs
from hilbench.errors import ConfigError
from hilbench.networks import Graph, Tensor
from hilbench.operators.input_fill import fill_inputs
from hilbench.tensors import Array, ElementType, Quantization, TensorSpec


def graph_of(*inputs: Tensor) -> Graph:
    """A network that is nothing but inputs."""
    return Graph("net", {each.name: each for each in inputs}, (), tuple(each.name for each in inputs), ())


def image_input(
    shape: tuple[int, ...], scale: float = 1.0, zero_point: int = -128, dtype: ElementType = ElementType.INT8
) -> Graph:
    """A network with this input."""
    steps = Quantization() if dtype is ElementType.FLOAT32 else Quantization(np.array([scale]), zero_point)
    return graph_of(Tensor("x", TensorSpec(shape, dtype), steps))


def only(path: Path, graph: Graph, preprocessing: Preprocessing = Preprocessing.NONE) -> Array:
    """Elements of the only input in a file."""
    (given,) = read_inputs(path, graph, preprocessing)
    assert given.tensors[0].dtype == graph.tensors["x"].dtype
    assert given.tensors[0].shape == graph.tensors["x"].shape
    return given.tensors[0]


@pytest.fixture
def picture(tmp_path: Path) -> tuple[Path, Array]:
    """An image of 5x5 pixels."""
    pixels = np.random.default_rng(1).integers(0, 256, (5, 5, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    return tmp_path / "a.png", pixels


def test_pixels_are_quantised_as_the_input_is(picture: tuple[Path, Array]) -> None:
    path, pixels = picture
    as_they_are = only(path, image_input((1, 5, 5, 3)))
    np.testing.assert_array_equal(as_they_are[0], (pixels.astype(int) - 128).astype(np.int8))
    unit = only(path, image_input((1, 5, 5, 3), scale=1 / 255), Preprocessing.UNIT)
    np.testing.assert_array_equal(unit, as_they_are)


@pytest.mark.parametrize(
    ("preprocessing", "real"),
    [
        (Preprocessing.NONE, lambda v: v),
        (Preprocessing.UNIT, lambda v: v / 255),
        (Preprocessing.SIGNED, lambda v: v / 127.5 - 1),
        (Preprocessing.IMAGENET, lambda v: (v / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]),
    ],
)
def test_each_preprocessing_is_what_it_says(
    picture: tuple[Path, Array], preprocessing: Preprocessing, real: Callable[[Array], Array]
) -> None:
    path, pixels = picture
    found = only(path, image_input((1, 5, 5, 3), dtype=ElementType.FLOAT32), preprocessing)
    np.testing.assert_allclose(found[0], real(pixels.astype(float)), rtol=1e-5, atol=1e-6)


def test_channels_may_come_first(picture: tuple[Path, Array]) -> None:
    path, _ = picture
    found = only(path, image_input((1, 3, 5, 5), dtype=ElementType.FLOAT32), Preprocessing.IMAGENET)
    last = only(path, image_input((1, 5, 5, 3), dtype=ElementType.FLOAT32), Preprocessing.IMAGENET)
    np.testing.assert_array_equal(found[0], last[0].transpose(2, 0, 1))


def test_an_image_covers_the_input_and_is_cropped_around_its_center(tmp_path: Path) -> None:
    wide = np.zeros((4, 12, 3), np.uint8)
    wide[:, 4:8] = 200
    Image.fromarray(wide).save(tmp_path / "wide.png")
    assert (only(tmp_path / "wide.png", image_input((1, 4, 4, 3))) == 200 - 128).all()
    Image.fromarray(np.full((40, 40), 90, np.uint8)).save(tmp_path / "grey.png")
    assert (only(tmp_path / "grey.png", image_input((1, 8, 8, 1))) == 90 - 128).all()


def test_elements_of_the_input_s_type_stay_and_numbers_are_quantised(tmp_path: Path) -> None:
    graph = image_input((1, 5), scale=0.5, zero_point=3)
    elements = np.array([[-128, -1, 0, 1, 127]], np.int8)
    np.save(tmp_path / "elements.npy", elements)
    (tmp_path / "bytes.bin").write_bytes(elements.tobytes())
    np.save(tmp_path / "real.npy", np.array([-200, -0.5, 0, 1.25, 200], np.float64))
    np.testing.assert_array_equal(only(tmp_path / "elements.npy", graph, Preprocessing.UNIT), elements)
    np.testing.assert_array_equal(only(tmp_path / "bytes.bin", graph), elements)
    real = only(tmp_path / "real.npy", graph)
    assert real.tolist() == [[-128, 2, 3, 6, 127]]


def test_a_folder_is_read_by_name_and_arrays_may_hold_several(tmp_path: Path) -> None:
    graph = image_input((1, 2, 2, 1))
    (tmp_path / "more").mkdir()
    np.save(tmp_path / "more" / "b.npy", np.arange(8, dtype=np.int8).reshape(2, 2, 2, 1))
    Image.fromarray(np.full((2, 2), 128, np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "readme.txt").write_text("nothing")
    given = list(read_inputs(tmp_path, graph, Preprocessing.NONE))
    assert [each.name for each in given] == ["a.png", "b.npy[0]", "b.npy[1]"]
    assert given[2].tensors[0].reshape(-1).tolist() == [4, 5, 6, 7]


def test_several_inputs_are_in_one_file(tmp_path: Path) -> None:
    tensors = [
        Tensor(name, TensorSpec((1, size), ElementType.FLOAT32)) for name, size in (("x", 2), ("y", 3))
    ]
    np.savez(tmp_path / "both.npz", np.ones((1, 2), np.float32), np.zeros((1, 3), np.float32))
    (given,) = read_inputs(tmp_path / "both.npz", graph_of(*tensors), Preprocessing.NONE)
    assert [each.shape for each in given.tensors] == [(1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.png", b"no picture", r"x\.png is no image that can be read"),
        ("x.npy", b"no array", r"x\.npy is no array"),
        ("x.bin", b"123", r"x\.bin has 3 bytes, and the input x \(1x4x4x3 int8\) 48"),
        ("x.txt", b"", r"x\.txt is no image"),
    ],
)
def test_a_file_that_is_no_input_is_one_sentence(
    name: str, content: bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=sentence):
        list(read_inputs(tmp_path / name, image_input((1, 4, 4, 3)), Preprocessing.NONE))


def test_an_array_of_another_shape_or_type_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((7, 5), np.int8))
    with pytest.raises(ConfigError, match="An array of 7x5 elements is not the input x"):
        list(read_inputs(tmp_path / "x.npy", image_input((1, 4)), Preprocessing.NONE))
    np.save(tmp_path / "x.npy", np.array(["a"]))
    with pytest.raises(ConfigError, match="elements that are no numbers"):
        list(read_inputs(tmp_path / "x.npy", image_input((1, 4)), Preprocessing.NONE))


def test_an_image_is_for_networks_that_see(picture: tuple[Path, Array]) -> None:
    with pytest.raises(ConfigError, match=r"is no image; give it as an array"):
        list(read_inputs(picture[0], image_input((1, 640)), Preprocessing.NONE))
    with pytest.raises(ConfigError, match="for three channels, and the input has 1"):
        list(read_inputs(picture[0], image_input((1, 5, 5, 1)), Preprocessing.IMAGENET))


@pytest.mark.parametrize("text", ["# name, class\na.png,3\nb.npy[0], 12 ,1\n\nb.npy[1],0\n", "3\n1\n0\n"])
def test_labels_are_by_name_or_by_order(text: str, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(text)
    given = [NetworkInput(name, ()) for name in ("a.png", "b.npy[0]", "b.npy[1]")]
    labels = read_labels(tmp_path / "labels.csv")
    assert [each.label for each in labelled(given, labels)] == [3, 1, 0]
    with pytest.raises(ConfigError, match=r"no label for c\.png; the file has 3"):
        list(labelled([*given, NetworkInput("c.png", ())], labels))


def test_labels_need_inputs_and_classes(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("cat.png,cat\n")
    with pytest.raises(ConfigError, match=r"Line 1 of .* has no class: 'cat\.png,cat'"):
        read_labels(tmp_path / "labels.csv")
    with pytest.raises(ConfigError, match="give that, too"):
        InputRequest(labels=tmp_path / "labels.csv")
    with pytest.raises(ConfigError, match="There is no"):
        InputRequest(tmp_path / "nothing")


def test_random_inputs_begin_with_those_of_the_device() -> None:
    specs = [TensorSpec((1, 9)), TensorSpec((2,), ElementType.FLOAT32)]
    first, second = generated_inputs(specs, 2**32 - 1, 2)
    for given, expected in zip(first.tensors, fill_inputs(specs, 2**32 - 1), strict=True):
        np.testing.assert_array_equal(given, expected)
    assert first.tensors[0].tobytes() != second.tensors[0].tobytes()
