"""Truncated, corrupted and hostile files end in one sentence, or are taken as what they say."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from hilbench.errors import ModelError
from hilbench.networks import Graph
from hilbench.networks.interpreter import Interpreter
from hilbench.networks.passes import simplify
from hilbench.networks.tflite import import_tflite
from tests.networks.small_files import convolution, lstm, stateful

FILES: Mapping[str, Callable[[], bytes]] = {
    "convolution": convolution,
    "stateful": stateful,
    "lstm": lambda: lstm("int8"),
    "float_lstm": lambda: lstm("float32"),
}
WORDS = (0, 1, 2, 4, 8, 255, 256, 65535, 2**16, 2**24, 2**31 - 1, 2**31, 2**32 - 4, 2**32 - 1)
FEW_BYTES = 2**16
"""Tensors of a network that is run; what a changed shape makes larger takes too long."""


def damaged(data: bytes, chance: random.Random) -> bytes:
    """`data` with up to eight bits, bytes, words or lengths changed."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        at = chance.randrange(len(changed))
        match chance.randrange(6):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at] = chance.randrange(256)
            case 2:
                changed[at & ~3 : (at & ~3) + 4] = chance.choice(WORDS).to_bytes(4, "little")
            case 3:
                del changed[max(at, 1) :]
            case 4:
                del changed[max(at, 1) : at + chance.randint(1, 8)]
            case _:
                changed[at:at] = chance.randbytes(chance.randint(1, 8))
    return bytes(changed)


def survive(data: bytes) -> None:
    """Require one sentence, or a graph that the passes keep as it is."""
    graph = imported(data)
    if isinstance(graph, str):
        assert graph.endswith(".")
        assert "\n" not in graph
        return
    if sum(tensor.spec.bytes for tensor in graph.tensors.values()) > FEW_BYTES:
        return
    with np.errstate(all="ignore"):  # float32 constants may be infinite
        for output, expected in zip(run(simplify(graph)), run(graph), strict=True):
            np.testing.assert_array_equal(output, expected)


def imported(data: bytes) -> Graph | str:
    """The graph, or the sentence that refuses it."""
    try:
        return import_tflite(data, "model.tflite")
    except ModelError as error:
        return str(error)


def run(graph: Graph) -> tuple[object, ...]:
    specs = [graph.tensors[name].spec for name in graph.inputs]
    return Interpreter(graph).run(*(np.ones(spec.shape, spec.dtype) for spec in specs))


@pytest.mark.parametrize("name", FILES)
def test_damage(name: str) -> None:
    data, chance = FILES[name](), random.Random(1)
    for _ in range(100):
        survive(damaged(data, chance))


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_much_damage(name: str) -> None:
    data, chance = FILES[name](), random.Random(2)
    for _ in range(1250):
        survive(damaged(data, chance))


def test_a_file_of_another_kind_is_named() -> None:
    with pytest.raises(ModelError, match="is no TFLite model"):
        import_tflite(b"\x89PNG" * 100, "image.png")
