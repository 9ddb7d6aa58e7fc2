"""Few-shot correction of a cost model, on a virtual board whose chip is not what its description says.

Twenty layers run on the perturbed board; the error on other layers is printed before and after.

    python -m benchmarks.correction --board stm32h7-virtual
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from hilbench.boards import Board, get_board, load_boards
from hilbench.chips import load_chip
from hilbench.design.fitting import emulated_cases
from hilbench.grids import load_grid
from hilbench.image import find_toolchain
from hilbench.operators import Layer, Registry, load_operators
from hilbench.operators.variants import DSP, SCALAR
from hilbench.paths import BOARDS_FILE
from hilbench.prediction import Predictor
from hilbench.prediction.cost_model.correction import correct
from hilbench.prediction.cost_model.fit import FittedCase
from hilbench.prediction.cost_model.model import CostModel, key, load_cost_model

PERTURBATIONS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "flash misses three times as often": {"flash": {"code_miss": 3.0, "data_miss": 3.0}},
    "memories behind three times the bus cycles": {"": {"bus_cycles": 3.0}},
}
"""Factors of a memory's timing, by memory; an empty name is every memory."""


def perturbed(
    board: Board, factors: Mapping[str, Mapping[str, float]], folder: Path
) -> tuple[Board, dict[str, Board]] | None:
    """The board with another chip, and all boards with it; None where the chip has no such timing."""
    chip = load_chip(board.chip.name).model_dump(mode="json", exclude_defaults=True)
    changed = False
    for memory, timing in chip.get("timing", {}).items():
        for name, factor in [*factors.get(memory, {}).items(), *factors.get("", {}).items()]:
            if timing.get(name):
                timing[name] *= factor
                changed = True
    if not changed:
        return None
    (folder / "chip.yaml").write_text(yaml.safe_dump(chip), encoding="utf-8")
    document = yaml.safe_load(BOARDS_FILE.read_text(encoding="utf-8"))
    entry = document["boards"][board.name]
    entry["chip"] = "chip.yaml"
    path = folder / "boards.yaml"
    path.write_text(yaml.safe_dump({"boards": {board.name: entry}}), encoding="utf-8")
    boards = dict(load_boards(path))
    return get_board(boards, board.name), boards


def layers(grid: str, registry: Registry, model: CostModel, fast: str) -> Iterator[Layer]:
    """Layers of a grid by the fast kernel, those that the model knows."""
    for layer in load_grid(grid, registry):
        if fast in layer.variants and model.knows(found := layer.with_kernel(fast)):
            yield found


def errors(model: CostModel, cases: Sequence[FittedCase]) -> list[float]:
    """Relative errors of single layers, in ascending order of their size."""
    return sorted(
        abs(model.kernels[key(case.layer)].estimate(case.layer) / case.cycles - 1) for case in cases
    )


def main() -> None:
    """Print a table row for each perturbation."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--board", default="stm32h7-virtual")
    parser.add_argument("--every", type=int, default=9, help="Every so many-th case of the grid costs.")
    given = parser.parse_args()
    board, registry = get_board(load_boards(BOARDS_FILE), given.board), load_operators()
    model, fast = load_cost_model(board.chip.name), DSP if board.chip.dsp else SCALAR
    shots = list(layers("correction", registry, model, fast))
    others = list(layers("costs", registry, model, fast))[:: given.every]
    print("| perturbed | layers | median before | 95 % before | median after | 95 % after |")
    print("|---|---|---|---|---|---|")
    for name, factors in PERTURBATIONS.items():
        with tempfile.TemporaryDirectory(prefix="hilbench-correction-") as folder:
            other = perturbed(board, factors, Path(folder))
            if other is None:
                continue
            wrong, boards = other
            predictor = Predictor(wrong, boards, find_toolchain("auto"))
            found = correct(model, list(emulated_cases(shots, predictor, lambda _: None)), "emulated").model
            held_out = list(emulated_cases(others, predictor, lambda _: None))
        columns = [
            f"{statistics.median(each):.1%} | {each[int(0.95 * len(each))]:.1%}"
            for each in (errors(model, held_out), errors(found, held_out))
        ]
        print(f"| {name} | {len(held_out)} | {' | '.join(columns)} |", flush=True)


if __name__ == "__main__":
    main()
