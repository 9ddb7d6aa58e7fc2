"""Does a calibration find what is there? A virtual board with other parameters, calibrated like any board.

Every free parameter of the board's chip is changed by chance, a board runs with them, and
`hilbench calibrate` gets nothing but the board's name.

    python benchmarks/calibration.py [BOARD] [--figure FILE.png]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import yaml
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hilbench.boards import get_board, load_boards
from hilbench.calibration.document import Calibration, load_calibration
from hilbench.chips import Chip, Parameter
from hilbench.errors import ConfigError
from hilbench.paths import BOARDS_FILE
from hilbench.virtual.parameters import free_parameters

SEED = 1
LARGEST_CHANGE = 0.15
"""Largest change of a parameter, as a share of its range; for scales on a logarithmic axis."""


def main() -> None:
    """Perturb a board's parameters, calibrate it, and compare what was found with the truth."""
    parser = argparse.ArgumentParser(description="Does a calibration find what is there?")
    parser.add_argument("board", nargs="?", default="stm32l4-virtual")
    parser.add_argument("--figure", type=Path, help="where to draw it")
    asked = parser.parse_args()
    try:
        chip = get_board(load_boards(), asked.board).chip
    except ConfigError as error:
        parser.error(str(error))
    truth = perturbed(chip)
    with tempfile.TemporaryDirectory() as folder:
        found = calibrated(asked.board, chip, truth, Path(folder))
    print(f"{'parameter':36} {'default':>8} {'set to':>8} {'found':>8} {'standard error':>15}")
    for name, parameter in found.parameters.items():
        figures = f"{parameter.default:8.3f} {truth[name]:8.3f} {parameter.value:8.3f}"
        remark = "" if parameter.identified else "  not identified"
        print(f"{name:36} {figures} {parameter.standard_error:15.2g}{remark}")
    for quantity in dict.fromkeys(error.quantity for error in found.held_out):
        errors = [(abs(each.before), abs(each.after)) for each in found.held_out if each.quantity == quantity]
        before, after = np.mean(errors, axis=0)
        print(f"{quantity}: mean error of operators held out {before:.2f} % before, {after:.2f} % after")
    if asked.figure:
        draw(free_parameters(chip), truth, found).savefig(asked.figure, dpi=110)


def perturbed(chip: Chip) -> dict[str, float]:
    """Other values for all free parameters of a chip."""
    random = np.random.default_rng(SEED)
    return {each.name: changed(each, random.uniform(-1, 1)) for each in free_parameters(chip)}


def changed(parameter: Parameter, direction: float) -> float:
    """The default moved by a part of the range, turned back at its ends."""
    if parameter.name.endswith("_scale"):
        return float(round(parameter.default * np.exp(2 * LARGEST_CHANGE * direction), 3))
    moved = parameter.default + LARGEST_CHANGE * parameter.range * direction
    if not parameter.lower <= moved <= parameter.upper:
        moved = 2 * parameter.default - moved
    return round(moved, 3)


def calibrated(board: str, chip: Chip, truth: Mapping[str, float], folder: Path) -> Calibration:
    """Calibration that `hilbench calibrate` finds on a board with the parameters `truth`."""
    boards = yaml.safe_load(BOARDS_FILE.read_text())
    boards["boards"][board]["calibration"] = "truth.yaml"
    (folder / "boards.yaml").write_text(yaml.safe_dump(boards))
    content = {"chip": chip.name, "parameters": {name: {"value": value} for name, value in truth.items()}}
    (folder / "truth.yaml").write_text(yaml.safe_dump(content))
    command = ["calibrate", "--board", board, "--boards", "boards.yaml", "--out", "found.yaml", "--json"]
    environment = {"HILBENCH_CACHE": str(folder / "cache"), **os.environ, "HILBENCH_LOCKS": str(folder)}
    subprocess.run(
        [sys.executable, "-m", "hilbench", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return load_calibration(folder / "found.yaml", chip.name)


def draw(parameters: tuple[Parameter, ...], truth: Mapping[str, float], found: Calibration) -> Figure:
    """Parameters with what they were set to, and the errors of cycles before and after."""
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
    paint_parameters(left, parameters, truth, found)
    paint_errors(right, found)
    return figure


def paint_parameters(
    axes: Axes, parameters: tuple[Parameter, ...], truth: Mapping[str, float], found: Calibration
) -> None:
    """A row a parameter, in parts of the range that makes sense."""
    shown = [each for each in parameters if each.name in found.parameters]
    rows = np.arange(len(shown))
    fitted = [found.parameters[each.name] for each in shown]

    def scaled(values: list[float]) -> list[float]:
        return [(value - each.lower) / each.range for value, each in zip(values, shown, strict=True)]

    errors = [(each.standard_error or 0) / one.range for each, one in zip(fitted, shown, strict=True)]
    axes.plot(scaled([each.default for each in shown]), rows, "o", mfc="none", c="0.5", label="default")
    axes.plot(scaled([truth[each.name] for each in shown]), rows, "|", ms=18, c="C3", label="set to")
    axes.errorbar(
        scaled([each.value for each in fitted]), rows, xerr=errors, fmt="o", ms=4, c="C0", label="found"
    )
    axes.set_yticks(rows, [each.name for each in shown])
    axes.set(xlim=(-0.03, 1.03), xlabel="part of the range that makes sense")
    axes.invert_yaxis()
    axes.legend(frameon=False)


def paint_errors(axes: Axes, found: Calibration) -> None:
    """A row a case: micro-kernels, then the operators held out."""
    errors = [each for each in (*found.residuals, *found.held_out) if each.quantity == "cycles"]
    rows = np.arange(len(errors))
    axes.plot([each.before for each in errors], rows, "o", mfc="none", c="0.5", label="before")
    axes.plot([each.after for each in errors], rows, "o", ms=4, c="C0", label="after")
    axes.set_yticks(rows, [" ".join(each.case.split()[:2]) for each in errors], fontsize=8)
    axes.axhline(sum(each.quantity == "cycles" for each in found.residuals) - 0.5, c="0.8")
    axes.set(xlabel="error of cycles, % (below the line: held out)")
    axes.invert_yaxis()
    axes.legend(frameon=False)


if __name__ == "__main__":
    main()
