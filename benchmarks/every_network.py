"""Deployment of every int8 network of a folder on virtual boards: it runs right, or has too little memory.

A network goes to the first of the boards that has room. Kernels are chosen by the cost model, which takes
seconds in place of an emulation of every candidate; `hilbench bench` may choose faster ones.

    python -m benchmarks.every_network MODELS --board stm32h7-virtual [--inputs 50] [--model kws]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hilbench.boards import Board, attach, get_board, load_boards
from hilbench.chips import Placement
from hilbench.deploy.deployer import Model
from hilbench.deploy.deployers.hilbench import GeneratedKernels
from hilbench.deploy.inputs import InputRequest
from hilbench.deploy.place import Place
from hilbench.deploy.site import Site
from hilbench.deploy.verification import verify_inputs
from hilbench.errors import DoesNotFit, HilbenchError
from hilbench.image import Builder, find_toolchain
from hilbench.operators import Layer, Workload
from hilbench.operators.variants import DSP
from hilbench.prediction import Prediction
from hilbench.prediction.cost_model.model import CostModel, load_cost_model
from hilbench.provenance import PredictedBy
from hilbench.results import Status
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.run_settings import RunSettings
from hilbench.runner.runner import Runner
from hilbench.tensors import ElementType

W = TypeVar("W", bound=Workload)
_ELEMENT_CYCLES, _CODE_BYTES = 20, 1000
"""Guess of an output of kernels that the cost model does not know, half of it by SIMD, and of their code."""
_MODELS = {"nrf52840": "stm32l475", "stm32f767": "stm32h743"}
"""Chips without a cost model of their own, and one with the same core."""
_INT8 = (ElementType.INT8, ElementType.UINT8)


@dataclass(frozen=True)
class Guess:
    """The cost model, and a guess of what it does not know."""

    model: CostModel
    predicted_by = PredictedBy.COST_MODEL

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        """Predictions of layers."""
        return {
            each: found if isinstance(found, Prediction) or not isinstance(each, Layer) else _guess(each)
            for each, found in self.model.predict(workloads).items()
        }


def _guess(layer: Layer) -> Prediction:
    elements = sum(spec.elements for spec in layer.outputs)
    cycles = max(layer.macs, elements) * _ELEMENT_CYCLES // (2 if layer.variant == DSP else 1)
    scratch = layer.arena.scratch_bytes
    return Prediction(cycles, None, _CODE_BYTES, layer.weight_bytes, layer.arena.bytes, scratch, 0)


def line_of(model: Model, boards: Mapping[str, Board], names: Sequence[str], inputs: int) -> str:
    """A row of the table: of the first board that has room, else the refusal of the last one."""
    refusal = ""
    for name in names:
        for placement in get_board(boards, name).chip.placements:
            try:
                return _outcome(model, boards, name, placement, inputs)
            except DoesNotFit as error:
                refusal = str(error)
            except HilbenchError as error:
                return f"| {model.path.stem} | {name} | | | | | **{error}** |"
    return f"| {model.path.stem} | {names[-1]} | | | | | refused: {refusal} |"


def _outcome(model: Model, boards: Mapping[str, Board], name: str, placement: Placement, inputs: int) -> str:
    chip, toolchain = get_board(boards, name).chip, find_toolchain("auto")
    configuration = BuildConfig(toolchain, "-O3", placement)
    builder = Builder(chip, toolchain, flags="-O3", placement=placement)
    guess = Guess(load_cost_model(_MODELS.get(chip.name, chip.name)))
    with tempfile.TemporaryDirectory(prefix="hilbench-every-") as folder:
        site = Site(chip, configuration, builder, Path(folder), lambda: guess)
        program = GeneratedKernels().deploy(model, site).program
        built = builder.build([program])
        place = Place.of(program, built)
        if place is None:
            raise built.refused[0][1]
        command = "benchmarks.every_network"
        with attach(name, boards=boards, command=command) as board, ExpectedOutputs() as right:
            right.prepare([program])
            runner = Runner(board, right, RunSettings(iterations=1, power=False))
            row = runner.measure(place.image, place.packed).row
            place.start_on(board)
            found = verify_inputs(board, place.packed, program, InputRequest(count=inputs))
    if row.status is not Status.OK or found.differing:
        return f"| {model.path.stem} | {name} | | | | | **{row.status}: {row.cause}{found.sentence}** |"
    cycles, ram, flash = row.cycles[0], row.ram_bytes, (row.code_bytes or 0) + (row.constant_bytes or 0)
    figures = f"{program.macs / 1e6:.2f} | {cycles / chip.clock_hz * 1e3:,.2f} | {ram:,} | {flash:,}"
    return f"| {model.path.stem} | {name} | {figures} | {found.inputs} of {found.inputs} right |"


def is_int8(model: Model) -> bool:
    """Whether a network computes with int8."""
    return any(spec.dtype in _INT8 for spec in model.graph.tensors.values())


def main() -> None:
    """Print a row for each network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path)
    parser.add_argument("--board", action="append", help="repeatable, the first with room is taken")
    parser.add_argument(
        "--inputs", type=int, default=1, help="random inputs that each network is verified on"
    )
    parser.add_argument("--model", default="", help="part of the name of those to look at")
    arguments = parser.parse_args()
    boards, names = load_boards(), arguments.board or ["stm32h7-virtual"]
    print("| network | board | million MAC | ms | RAM, bytes | flash, bytes | output |")
    print("|---|---|---|---|---|---|---|")
    for path in sorted(arguments.models.rglob("*.tflite")):
        if arguments.model not in path.name:
            continue
        model = Model(path)
        try:
            if is_int8(model):
                print(line_of(model, boards, names, arguments.inputs), flush=True)
        except HilbenchError as error:
            print(f"| {path.stem} | | | | | | **{error}** |", flush=True)


if __name__ == "__main__":
    main()
