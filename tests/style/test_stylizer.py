"""Models that stylise pictures: files found, pictures in and out exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hilbench.errors import ConfigError, ModelError
from hilbench.style.models import model_file
from hilbench.style.stylizer import load_stylizer
from tests.style.small_models import SIDE, swapped_colors

Pictures = NDArray[np.uint8]


def test_every_step_of_a_picture_goes_in_and_comes_out(tmp_path: Path) -> None:
    (tmp_path / "swap.tflite").write_bytes(swapped_colors(16))
    stylizer = load_stylizer(tmp_path / "swap.tflite")
    steps = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    pictures = np.concatenate([steps, steps // 2, 255 - steps], -1)
    assert (stylizer.name, stylizer.side) == ("swap", 16)
    assert (stylizer.paint(pictures) == pictures[..., ::-1]).all()


def test_onnx_files_with_channels_first_take_pictures_too(tmp_path: Path, photographs: Pictures) -> None:
    pytest.importorskip("onnxruntime")
    onnx = pytest.importorskip("onnx")
    helper, real = onnx.helper, onnx.TensorProto.FLOAT
    ends = [helper.make_tensor_value_info(name, real, (1, 3, SIDE, SIDE)) for name in ("x", "y")]
    node = helper.make_node("Sigmoid", ["x"], ["y"])
    graph = helper.make_graph([node], "g", ends[:1], ends[1:])
    opset = [helper.make_opsetid("", 13)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "m.onnx")
    picture = photographs[0, :SIDE, :SIDE]
    made = load_stylizer(tmp_path / "m.onnx").one(picture)
    assert np.abs(made - 255 / (1 + np.exp(-(picture / 255)))).max() < 1


def test_a_network_that_makes_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(swapped_colors(16, channels=4))
    with pytest.raises(ModelError, match="makes no picture of a picture"):
        load_stylizer(tmp_path / "m.tflite")


@pytest.mark.parametrize(
    "name",
    ["stary_nigth", "gone.tflite", "notes.txt"],
)
def test_a_model_that_is_not_there_is_a_sentence(name: str) -> None:
    with pytest.raises(ConfigError, match="There is no style model"):
        model_file(name)
