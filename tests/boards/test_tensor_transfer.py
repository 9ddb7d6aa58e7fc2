"""Tensors in binary frames over a serial line that damages, cuts, repeats and swallows what passes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from hilbench.boards import BoardSession
from hilbench.boards.frames import FRAME_BYTES
from hilbench.errors import LinkError
from hilbench.image import Builder, Image
from hilbench.operators.registry import load_operators
from tests.boards.bench import Bench
from tests.boards.proxies import unchanged

SIZE = 2 * FRAME_BYTES + 1000
DATA = random.Random(1).randbytes(SIZE)
_MUCH = 100
"""Bytes that only a frame has: commands and texts are shorter."""


class Once:
    """A fault that befalls one frame only."""

    def __init__(self, fault: Callable[[bytes], bytes]) -> None:
        self._fault: Callable[[bytes], bytes] | None = fault

    def __call__(self, data: bytes) -> bytes:
        if len(data) < _MUCH or self._fault is None:
            return data
        fault, self._fault = self._fault, None
        return fault(data)


def flipped(data: bytes) -> bytes:
    return data[:50] + bytes([data[50] ^ 0x01]) + data[51:]


def damaged_header(data: bytes) -> bytes:
    return data[:4] + bytes([data[4] ^ 0x40]) + data[5:]


def cut(data: bytes) -> bytes:
    return data[:30] + data[40:]


def without_begin(data: bytes) -> bytes:
    return data[20:]


def without_end(data: bytes) -> bytes:
    return data[:-30]


def ended_early(data: bytes) -> bytes:
    return data[:50] + b"%\n" + data[52:]


def repeated(data: bytes) -> bytes:
    return data + data


def silence(data: bytes) -> bytes:
    return b""


FAULTS = [flipped, damaged_header, cut, without_begin, without_end, ended_early, repeated, silence]


@pytest.fixture(scope="module")
def image(builder: Builder) -> Image:
    """An operator with inputs of several frames."""
    layer = load_operators().layer(operator="hard_swish", in_h=1, in_w=SIZE // 8, in_c=8)
    (built,) = builder.build([layer]).images
    return built


@pytest.fixture
def board(bench: Bench, image: Image) -> Iterator[BoardSession]:
    """The board with the operator selected, and little patience."""
    deadlines = bench.board.deadlines.model_copy(update={"link_s": 1.5})
    with bench.attach(deadlines=deadlines) as attached:
        attached.flash(image)
        attached.boot(image)
        attached.select(image.workloads[0])
        yield attached


@pytest.mark.parametrize("fault", FAULTS)
def test_a_frame_that_fails_on_its_way_to_the_board_is_sent_again(
    bench: Bench, board: BoardSession, fault: Callable[[bytes], bytes]
) -> None:
    bench.serial.to_board = Once(fault)
    board.write_inputs([DATA])
    bench.serial.to_board = unchanged
    assert board.read_arena(0, SIZE) == DATA


@pytest.mark.parametrize("fault", [flipped, cut, without_begin, without_end, ended_early, repeated, silence])
def test_a_frame_that_fails_on_its_way_back_is_asked_for_again(
    bench: Bench, board: BoardSession, fault: Callable[[bytes], bytes]
) -> None:
    board.write_inputs([DATA])
    bench.serial.to_host = Once(fault)
    assert board.read_arena(0, SIZE) == DATA


def test_a_line_that_damages_every_frame_is_an_error(bench: Bench, board: BoardSession) -> None:
    bench.serial.to_board = lambda data: flipped(data) if len(data) > _MUCH else data
    with pytest.raises(LinkError, match="refused 'a frame': CRC"):
        board.write_inputs([DATA])
    bench.serial.to_board = unchanged
    board.write_inputs([DATA])
    assert board.read_arena(0, SIZE) == DATA


def test_what_a_board_computes_is_of_what_was_sent(board: BoardSession, image: Image) -> None:
    workload = image.workloads[0].workload
    board.write_inputs([DATA])
    board.run(1)
    values = np.frombuffer(DATA, np.int8).reshape(workload.inputs[0].shape)
    assert board.read_output() == workload.reference([values]).tobytes()
