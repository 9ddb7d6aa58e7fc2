"""Small TFLite files of several operators."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.networks.tflite_file import TfliteFile

RNG = np.random.default_rng(7)
NO_INPUT = -1


def convolution() -> bytes:
    """A convolution of 3x3, with a scale for each channel."""
    file = TfliteFile()
    source, output = file.tensor((1, 5, 6, 3), zero_point=3), file.tensor((1, 5, 6, 4), zero_point=-5)
    scales = RNG.uniform(0.001, 0.01, (4,)).tolist()
    weights = file.constant(RNG.integers(-127, 128, (4, 3, 3, 3), np.int8), scales)
    bias = file.constant(RNG.integers(-500, 500, 4, np.int32))
    file.operator("CONV_2D", [source, weights, bias], [output], "Conv2DOptions", strideH=1, strideW=1)
    return file.finish([source], [output])


def stateful() -> bytes:
    """A variable that holds the last three of the elements put in, given its initial value by CALL_ONCE."""
    file = TfliteFile()
    once = file.another_subgraph()
    handles = [file.tensor((), "resource", None, subgraph=graph) for graph in (0, once)]
    names: dict[str, Any] = {"container": "", "sharedName": "state"}
    zeros = file.constant(np.full((1, 3), 4, np.int8), 0.5, subgraph=once)
    file.operator("VAR_HANDLE", [], handles[1:], "VarHandleOptions", once, **names)
    file.operator("ASSIGN_VARIABLE", [handles[1], zeros], [], "AssignVariableOptions", once)
    source, before = file.tensor((1, 2)), file.tensor((1, 3))
    joined, after = file.tensor((1, 5)), file.tensor((1, 3))
    file.operator("CALL_ONCE", [], [], "CallOnceOptions", initSubgraphIndex=once)
    file.operator("VAR_HANDLE", [], handles[:1], "VarHandleOptions", **names)
    file.operator("READ_VARIABLE", handles[:1], [before], "ReadVariableOptions")
    file.operator("CONCATENATION", [before, source], [joined], "ConcatenationOptions", axis=1)
    bounds = [file.constant(np.array(each, np.int32)) for each in ([0, 2], [0, 5], [1, 1])]
    file.operator("STRIDED_SLICE", [joined, *bounds], [after], "StridedSliceOptions", beginMask=1, endMask=3)
    file.operator("ASSIGN_VARIABLE", [handles[0], after], [], "AssignVariableOptions")
    return file.finish([source], [joined])


def svdf(dtype: str, batch: int = 2) -> bytes:
    """SVDF of four units of rank 2 that remembers five steps of six features."""
    file, (features, units, rank, memory) = TfliteFile(), (6, 4, 2, 5)
    filters, state = units * rank, (batch, units * rank * memory)
    if dtype == "int8":
        source = file.tensor((batch, features), dtype, 0.05, 4)
        output = file.tensor((batch, units), dtype, 0.3, -20)
        inputs = [
            source,
            file.constant(RNG.integers(-127, 128, (filters, features)).astype(np.int8), 0.01),
            file.constant(RNG.integers(-3000, 3000, (filters, memory)).astype(np.int16), 0.0005),
            file.constant(RNG.integers(-3000, 3000, units).astype(np.int32), 0.001),
            file.tensor(state, "int16", 0.002, isVariable=True),
        ]
    else:
        source, output = (file.tensor((batch, count), dtype, None) for count in (features, units))
        shapes = (filters, features), (filters, memory), (units,)
        constants = [file.constant(RNG.uniform(-1, 1, shape).astype(np.float32)) for shape in shapes]
        inputs = [source, *constants, file.tensor(state, dtype, None, isVariable=True)]
    file.operator("SVDF", inputs, [output], "SVDFOptions", rank=rank, fusedActivationFunction=1)
    return file.finish([source], [output])


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
