"""LSTM and SVDF against LiteRT's reference kernels, run after run with their states."""

from __future__ import annotations

import numpy as np
import pytest

from hilbench.errors import ModelError
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.tflite import import_tflite
from tests.networks.tflite_file import LiteRt, TfliteFile, random_inputs

RNG = np.random.default_rng(23)
FLOAT_TOLERANCE = 1e-5
NO_INPUT = -1


def assert_exact(data: bytes, float_tolerance: float = 0.0, runs: int = 4) -> None:
    graph = import_tflite(data, "model.tflite")
    interpreter, reference = Interpreter(graph), LiteRt(data)
    for _ in range(runs):
        inputs = list(random_inputs([graph.tensors[each].spec for each in graph.inputs], RNG))
        for output, expected in zip(interpreter.run(*inputs), reference.run(*inputs), strict=True):
            np.testing.assert_allclose(output, expected, rtol=0, atol=float_tolerance)


def lstm(dtype: str, time_major: bool = False, peephole: bool = False, cell_scale: float = 2.0**-12) -> bytes:
    """An LSTM of 5 units on 6 steps of 4 features."""
    file, (batch, steps, features, units) = TfliteFile(), (2 if time_major else 1, 6, 4, 5)
    first = (steps, batch) if time_major else (batch, steps)
    quantized = dtype == "int8"

    def weights(shape: tuple[int, ...]) -> int:
        if quantized:
            return file.constant(
                RNG.integers(-127, 128, shape).astype(np.int8), float(RNG.uniform(0.004, 0.01))
            )
        return file.constant(RNG.uniform(-1, 1, shape).astype(np.float32))

    def bias() -> int:
        if quantized:
            return file.constant(RNG.integers(-9000, 9000, units).astype(np.int32), 4e-5)
        return file.constant(RNG.uniform(-1, 1, units).astype(np.float32))

    scale = 0.0078 if quantized else None
    source = file.tensor((*first, features), dtype, 0.02 if quantized else None, -7 * quantized)
    output = file.tensor((*first, units), dtype, scale, 3 * quantized)
    state = file.tensor((batch, units), dtype, scale, 3 * quantized, isVariable=True)
    cell = file.tensor(
        (batch, units), "int16" if quantized else dtype, cell_scale if quantized else None, isVariable=True
    )
    inputs = [
        source,
        *(weights((units, features)) for _ in range(4)),
        *(weights((units, units)) for _ in range(4)),
    ]
    inputs += [weights((units,)) if peephole else NO_INPUT, NO_INPUT, NO_INPUT, *(bias() for _ in range(4))]
    inputs += [NO_INPUT, NO_INPUT, state, cell, *[NO_INPUT] * 4]
    hidden = [file.tensor((1,), "float32", None) for _ in range(4)] + [file.tensor((1,), "int8", 0.0078, 3)]
    file.operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        inputs,
        [output],
        "UnidirectionalSequenceLSTMOptions",
        intermediates=hidden if quantized else (),
        fusedActivationFunction=4,
        cellClip=6.0,
        timeMajor=time_major,
    )
    return file.finish([source], [output])


@pytest.mark.parametrize("time_major", [False, True])
def test_an_lstm_in_integers(time_major: bool) -> None:
    assert_exact(lstm("int8", time_major))


def test_an_lstm_in_float32() -> None:
    assert_exact(lstm("float32"), FLOAT_TOLERANCE)


def test_an_lstm_with_peepholes_is_refused() -> None:
    with pytest.raises(ModelError, match="peepholes"):
        import_tflite(lstm("float32", peephole=True), "model.tflite")


@pytest.mark.parametrize("scale", [0.0003, 2.0**-9])
def test_an_lstm_whose_cell_state_has_another_scale_is_refused(scale: float) -> None:
    with pytest.raises(ModelError, match="power of two"):
        import_tflite(lstm("int8", cell_scale=scale), "model.tflite")


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_svdf(dtype: str) -> None:
    file, (features, units, rank, memory) = TfliteFile(), (6, 4, 2, 5)
    filters = units * rank
    if dtype == "int8":
        source, output = file.tensor((2, features), dtype, 0.05, 4), file.tensor((2, units), dtype, 0.3, -20)
        inputs = [
            source,
            file.constant(RNG.integers(-127, 128, (filters, features)).astype(np.int8), 0.01),
            file.constant(RNG.integers(-3000, 3000, (filters, memory)).astype(np.int16), 0.0005),
            file.constant(RNG.integers(-3000, 3000, units).astype(np.int32), 0.001),
            file.tensor((2, filters * memory), "int16", 0.002, isVariable=True),
        ]
    else:
        source, output = file.tensor((2, features), dtype, None), file.tensor((2, units), dtype, None)
        shapes = (filters, features), (filters, memory), (units,)
        constants = [file.constant(RNG.uniform(-1, 1, shape).astype(np.float32)) for shape in shapes]
        inputs = [source, *constants, file.tensor((2, filters * memory), dtype, None, isVariable=True)]
    file.operator("SVDF", inputs, [output], "SVDFOptions", rank=rank, fusedActivationFunction=1)
    assert_exact(file.finish([source], [output]), FLOAT_TOLERANCE * (dtype == "float32"), runs=8)
