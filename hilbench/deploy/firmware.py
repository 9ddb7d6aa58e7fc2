"""An image of others on a board, driven and timed in the words of MLPerf Tiny."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from elftools.elf.elffile import ELFFile

from hilbench.boards import BoardSession
from hilbench.chips import Chip, Placement
from hilbench.deploy.external_program import ExternalProgram
from hilbench.errors import BoardMissing, HilbenchError, LinkError, MeasureError
from hilbench.image import Image
from hilbench.networks.graph import Tensor
from hilbench.quantization.conversion import dequantize
from hilbench.results import Measurement
from hilbench.runner.rows import not_run, of_other_image
from hilbench.runner.run_settings import RunSettings
from hilbench.runner.verify import Difference
from hilbench.tensors import Array, ElementType

_CHUNK = 32
"""Bytes of an input in one command; the standard's firmware takes 80 characters."""
_LEAST_US = 20_000
"""Time over which inferences are timed, µs: the resolution of a lap is far below a thousandth of it."""
_MOST_INFERENCES = 1000
_HALF_DECIMAL = 0.00051
"""Largest difference of a value from what is printed of it, with three decimals."""
_LAP = re.compile(r"m-lap-us-(\d{1,18})")
_RESULTS = re.compile(r"m-results-\[([^\]]*)\]")


@dataclass(frozen=True)
class FirmwareRun:
    """Outcome of an image: its row, and how far its output is off; None where it is right."""

    row: Measurement
    difference: Difference | None = None


def run_firmware(
    elf: Path, program: ExternalProgram, board: BoardSession, settings: RunSettings
) -> FirmwareRun:
    """Flash an image of others, and measure and verify it; whatever fails is a row as well.

    Args:
        elf: the image.
        program: what it is to compute.
        board: an open one.
        settings: how many inferences are timed at least.

    Raises:
        BoardMissing: the board went away.
    """
    try:
        board.flash(Image(elf, "", (), board.chip.name, "", "", Placement.FLASH))
        board.start_other_firmware()
        _load(board, program)
        lap_us, printed = _timed(board, settings.iterations)
        difference = _difference(printed, program, board.name)
    except BoardMissing:
        raise
    except HilbenchError as error:
        return FirmwareRun(not_run(board, program, error))
    sizes = _image_sizes(elf, board.chip)
    row = replace(
        of_other_image(board, program),
        clock_hz=board.chip.clock_hz,
        cycles=(round(lap_us * board.chip.clock_hz / 1e6),),
        verified=difference is None,
        cause=f"by the {len(printed)} values that it prints, to three decimals"
        if difference is None
        else f"{difference}.",
        code_bytes=sizes[0],
        constant_bytes=0,
        ram_bytes=sizes[1],
    )
    return FirmwareRun(row, difference)


def _load(board: BoardSession, program: ExternalProgram) -> None:
    values = program.input_values()
    if len(values) != 1:
        raise MeasureError(
            f"MLPerf Tiny loads one input, {program.name} has {len(values)}.", board=board.name
        )
    data = values[0].tobytes()
    board.mlperf(f"db load {len(data)}")
    answer: list[str] = []
    for begin in range(0, len(data), _CHUNK):
        answer = board.mlperf(f"db {data[begin : begin + _CHUNK].hex()}")
    if "m-load-done" not in answer:
        raise LinkError(f"'{board.name}' did not take {len(data)} bytes of input.", board=board.name)


def _timed(board: BoardSession, least: int) -> tuple[float, list[float]]:
    """Microseconds of one inference, and the values that are printed behind the last."""
    once = _lap_us(board.mlperf("infer 1 1"), board.name)
    count = min(_MOST_INFERENCES, max(least, math.ceil(_LEAST_US / max(once, 1))))
    answer = board.mlperf(f"infer {count} 1")
    found = next((found for line in answer if (found := _RESULTS.fullmatch(line))), None)
    try:
        printed = [float(word) for word in found[1].split(",")] if found else []
    except ValueError:
        printed = []
    if not printed:
        raise LinkError(f"'{board.name}' prints no results of an inference.", board=board.name)
    return _lap_us(answer, board.name) / count, printed


def _lap_us(answer: Sequence[str], board: str) -> int:
    laps = [int(found[1]) for line in answer if (found := _LAP.fullmatch(line))]
    if len(laps) != 2 or laps[1] <= laps[0]:
        raise LinkError(f"'{board}' does not tell two times of 'infer', but {laps}.", board=board)
    return laps[1] - laps[0]


def _difference(printed: Sequence[float], program: ExternalProgram, board: str) -> Difference | None:
    """Difference of the values that are printed, real ones or elements, whichever they are nearer to."""
    tensor = program.graph.tensors[program.graph.outputs[0]]
    elements = program.reference(program.input_values()).ravel()[: len(printed)]
    if len(elements) < len(printed):
        raise MeasureError(f"'{board}' prints {len(printed)} results of {len(elements)}.", board=board)
    given = np.array(printed)
    off, step = min(
        ((np.abs(given - values) / step, step) for values, step in _meanings(elements, tensor)),
        key=lambda pair: float(pair[0].max()),
    )
    differing = int(np.count_nonzero(off > _HALF_DECIMAL / step))
    if not differing:
        return None
    return Difference(float(off.max()), differing, len(printed), tensor.dtype.quantized)


def _meanings(elements: Array, tensor: Tensor) -> list[tuple[Array, float]]:
    """Printed form of an output, real values or elements, and the size of its step in that."""
    if tensor.dtype is ElementType.FLOAT32 or not tensor.quantization.scale.size:
        return [(elements.astype(np.float64), 1.0)]
    scale = float(tensor.quantization.scale.flat[0])
    return [
        (dequantize(elements, tensor.quantization).astype(np.float64), scale),
        (elements.astype(float), 1.0),
    ]


def _image_sizes(elf: Path, chip: Chip) -> tuple[int, int]:
    """Bytes of flash and of RAM that an image takes."""
    flashes = [memory for memory in chip.memories.values() if memory.kind == "flash"]
    flash = ram = 0
    with elf.open("rb") as stream:
        for segment in ELFFile(stream).iter_segments("PT_LOAD"):
            flash += segment["p_filesz"]
            inside = any(each.base <= segment["p_vaddr"] < each.base + each.size for each in flashes)
            ram += 0 if inside else segment["p_memsz"]
    return flash, ram
