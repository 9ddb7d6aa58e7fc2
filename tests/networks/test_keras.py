"""Keras models, converted by TensorFlow with representative inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilbench.errors import ModelError
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.keras import convert_keras
from hilbench.networks.keras.samples import Shapes, read_samples
from hilbench.networks.model_file import read_model
from hilbench.networks.runtimes import LITERT_REFERENCE, litert
from hilbench.networks.tflite import import_tflite

IMAGE: Shapes = {"image": (4, 5, 2)}
PAIR: Shapes = {"zeta": (4,), "alpha": (6,)}


def saved(path: Path, *shape: int, seed: int = 0) -> Path:
    np.save(path, np.random.default_rng(seed).normal(size=shape))
    return path


@given(st.integers(0, 6))
def test_one_file_holds_samples_behind_one_another(tmp_path_factory: Any, count: int) -> None:
    path = saved(tmp_path_factory.mktemp("one") / "x.npy", count, 4, 5, 2)
    samples = list(read_samples(path, IMAGE))
    assert len(samples) == count
    assert all(arrays[0].shape == (1, 4, 5, 2) and arrays[0].dtype == np.float32 for arrays in samples)


def test_a_folder_holds_files_of_one_sample_or_many(tmp_path: Path) -> None:
    saved(tmp_path / "b.npy", 3, 4, 5, 2)
    first = np.load(saved(tmp_path / "a.npy", 4, 5, 2))
    (tmp_path / "notes.txt").write_text("none of them", encoding="utf-8")
    samples = list(read_samples(tmp_path, IMAGE))
    assert len(samples) == 4
    np.testing.assert_array_equal(samples[0][0][0], first.astype(np.float32))


@pytest.mark.parametrize("names", [("alpha", "zeta"), ("second", "first")])
def test_several_inputs_are_found_by_name_or_by_order(tmp_path: Path, names: tuple[str, str]) -> None:
    arrays = {"alpha": np.ones((3, 6)), "zeta": np.zeros((3, 4))}
    ordered = {names[0]: arrays["alpha"], names[1]: arrays["zeta"]}
    if "alpha" not in names:
        ordered = dict(reversed(ordered.items()))
    np.savez(tmp_path / "x.npz", **ordered)  # type: ignore[arg-type]  # the arrays, and no option
    samples = list(read_samples(tmp_path / "x.npz", PAIR))
    assert [[array.shape for array in each] for each in samples] == [[(1, 4), (1, 6)]] * 3


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.npy", np.zeros((3, 5, 4, 2)), "is 3x5x4x2, but a sample is 4x5x2"),
        ("x.npy", np.full((4, 5, 2), np.nan), "not finite"),
        ("x.npy", np.array(["a"]), "no numbers"),
        ("x.npy", b"\x93NUMPY nothing", "no array of NumPy"),
        ("x.npz", b"PK nothing", "no array of NumPy"),
        ("x.png", b"", "neither a folder nor"),
        ("missing.npy", None, "cannot be read"),
    ],
)
def test_what_holds_no_samples_is_a_sentence(tmp_path: Path, name: str, content: Any, sentence: str) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        np.save(path, content)
    with pytest.raises(ModelError, match=sentence):
        list(read_samples(path, IMAGE))


def test_a_keras_model_needs_samples_and_a_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"\.npy file or a folder of them with --representative"):
        read_model(tmp_path / "model.keras")
    with pytest.raises(ModelError, match="there is no such file"):
        read_model(tmp_path / "model.keras", tmp_path)


@pytest.mark.slow
def test_a_file_of_the_users_stands_for_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorflow")
    (tmp_path / "numpy.py").write_text("raise SystemExit(7)", encoding="utf-8")
    (tmp_path / "model.keras").write_bytes(b"no model")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="Keras cannot load it"):
        read_model(Path("model.keras"), saved(tmp_path / "x.npy", 4, 4))


@pytest.mark.slow
def test_a_model_is_converted_quietly_and_computes_what_keras_does(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tensorflow")  # beside LiteRT, which reads the file, in one process
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(7)
    image, scalars = keras.Input((8, 8, 3), name="zeta"), keras.Input((5,), name="alpha")
    features = keras.layers.Conv2D(6, 3, strides=2, padding="same", activation="relu")(image)
    joined = keras.layers.Concatenate()([keras.layers.Flatten()(features), scalars])
    model = keras.Model([image, scalars], keras.layers.Dense(4)(joined))
    model.save(tmp_path / "model.keras")
    rng = np.random.default_rng(1)
    inputs = {"zeta": rng.normal(size=(32, 8, 8, 3)), "alpha": rng.normal(size=(32, 5))}
    np.savez(tmp_path / "samples.npz", **inputs)  # type: ignore[arg-type]  # the arrays, and no option
    capfd.readouterr()

    graph = read_model(tmp_path / "model.keras", tmp_path / "samples.npz")
    assert capfd.readouterr() == ("", "")
    assert graph.name == "model"
    by_size = {values[0].size: values[0] for values in inputs.values()}
    given = []
    for name in graph.inputs:
        tensor = graph.tensors[name]
        steps = by_size[tensor.spec.elements].reshape(tensor.shape) / tensor.quantization.scale[0]
        given.append(np.clip(np.round(steps) + tensor.quantization.zero_point, -128, 127).astype(np.int8))
    (output,) = Interpreter(graph).run(*given)
    quantization = graph.tensors[graph.outputs[0]].quantization
    real = (output.astype(float) - quantization.zero_point) * quantization.scale[0]
    expected = model([inputs["zeta"][:1], inputs["alpha"][:1]]).numpy()
    assert np.abs(real - expected).max() < 8 * quantization.scale[0]

    (tmp_path / "broken.keras").write_bytes((tmp_path / "model.keras").read_bytes()[:500])
    with pytest.raises(ModelError, match=r"broken\.keras cannot be converted: Keras cannot load it"):
        read_model(tmp_path / "broken.keras", tmp_path / "samples.npz")


@pytest.mark.slow
def test_a_convolution_behind_an_upsampling_is_converted_for_litert_s_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorflow")
    monkeypatch.setenv("KERAS_BACKEND", "torch")  # as where torch has trained it
    keras = pytest.importorskip("keras")
    image = keras.Input((8, 8, 3))
    narrow = keras.layers.Conv2D(1, 1)(keras.layers.UpSampling2D(2)(image))
    keras.Model(image, keras.layers.Conv2D(3, 3, padding="same")(narrow)).save(tmp_path / "model.keras")
    samples = saved(tmp_path / "samples.npy", 4, 8, 8, 3)

    data = convert_keras(tmp_path / "model.keras", samples)
    graph = import_tflite(data, "model")
    assert graph.tensors[graph.outputs[0]].shape == (1, 16, 16, 3)
    inputs = np.random.default_rng(0).integers(-128, 128, (1, 8, 8, 3), np.int8)
    (expected,) = litert(data, LITERT_REFERENCE)([inputs])
    assert np.array_equal(Interpreter(graph).run(inputs)[0], expected)
    assert expected.std() > 5
