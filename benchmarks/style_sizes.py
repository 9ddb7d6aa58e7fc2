"""The largest pictures that a board stylises, by the lite network of the shipped models, and how fast.

Sizes are tried from the largest downwards; a network that does not fit is refused before it runs. Weights are
random: time, energy and memory do not depend on them, but for a little energy.

    python -m benchmarks.style_sizes --board stm32h7-virtual --board nrf52840-virtual [--from 160] [--step 16]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from hilbench.boards import get_board, load_boards
from hilbench.deploy.benchmark import NetworkResult
from hilbench.deploy.session import NetworkRequest, Refusal, run_networks
from hilbench.design.nets.keras_model import tflite_model
from hilbench.design.nets.style import StyleNet
from hilbench.image import find_toolchain
from hilbench.results import Store
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.run_settings import RunSettings

_LEAST = 32


def model_of(size: int, alpha: float, folder: Path) -> Path:
    """The int8 network for pictures of a size, with random weights; made once."""
    path = folder / f"style_{size}_{alpha:g}.tflite"
    if not path.exists():
        path.write_bytes(tflite_model(StyleNet((size, size, 3), alpha, gamma=4, lite=True).build()))
    return path


def outcome(model: Path, name: str, folder: Path) -> NetworkResult | Refusal:
    """A model on a board, in the placement in which it is the fastest."""
    boards = load_boards()
    toolchain = find_toolchain("auto")
    placements = get_board(boards, name).chip.placements
    request = NetworkRequest(
        models=(model,),
        board=name,
        configurations=tuple(BuildConfig(toolchain, "-O3", each) for each in placements),
        settings=RunSettings(iterations=1),
        command="python -m benchmarks.style_sizes",
    )
    found: list[NetworkResult | Refusal] = []
    run_networks(request, Store(str(folder / "store.sqlite")), lambda _: None, found.append)
    return found[0]


def main() -> None:
    """Print a row of a Markdown table for each board."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--board", action="append", required=True)
    parser.add_argument("--from", dest="largest", type=int, default=160)
    parser.add_argument("--step", type=int, default=16)
    parser.add_argument("--alpha", type=float, default=0.75)
    chosen = parser.parse_args()
    columns = ("board", "pictures", "seconds", "frames/s", "mJ", "RAM", "flash", "verified", "placement")
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    with tempfile.TemporaryDirectory(prefix="hilbench-sizes-") as scratch:
        folder = Path(scratch)
        for board in chosen.board:
            for size in range(chosen.largest, _LEAST - 1, -chosen.step):
                result = outcome(model_of(size, chosen.alpha, folder), board, folder)
                if isinstance(result, Refusal):
                    print(f"<!-- {board}, {size}x{size}: {result.error} -->", flush=True)
                    continue
                row = result.document()
                seconds = row["latency_us"] / 1e6
                energy = row["energy_uj"]
                cells = (
                    board,
                    f"{size}x{size}",
                    f"{seconds:.3f}",
                    f"{1 / seconds:.2f}",
                    "–" if energy is None else f"{energy / 1e3:.1f}",
                    f"{row['ram_bytes']:,}",
                    f"{row['flash_bytes']:,}",
                    row["status"],
                    row["placement"],
                )
                print(f"| {' | '.join(map(str, cells))} |", flush=True)
                break


if __name__ == "__main__":
    main()
