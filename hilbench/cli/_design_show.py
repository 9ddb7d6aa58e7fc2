"""`hilbench design show`: a network's layers, counts, memory and predicted cost, and files of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from hilbench.cli._console import print_table, table_console
from hilbench.cli._design_options import hyperparameter_options, hyperparameters
from hilbench.cli._options import PATH, boards_option, examples, json_option, operators_option
from hilbench.errors import ConfigError

if TYPE_CHECKING:
    from hilbench.design.cost import NetworkCost
    from hilbench.design.nets.network import LayerSpec, NetworkSpec

_HEADINGS = ("shape", "parameters", "MACs", "RAM B")
_PREDICTED = ("variant", "cycles", "± 90 %", "µs", "µJ")


@click.command(
    epilog=examples(
        "hilbench design show --net xinet --alpha .4 --gamma 4 --board stm32h7-virtual",
        "hilbench design show --net phinet --task detect --classes 20 --input 160x160x3 --json",
        "hilbench design show --net style --lite --alpha .75 --export style.tflite --picture style.svg",
    )
)
@hyperparameter_options
@click.option("--board", help="Predict latency and energy of each layer on it.")
@click.option("--export", type=PATH, metavar="FILE", help="Write the model: .keras, .tflite (int8) or .onnx.")
@click.option("--picture", type=PATH, metavar="FILE", help="Draw it: .svg or .png.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, help="Of the weights.  [default: 0]")
@operators_option
@boards_option
@json_option
def show(
    *,
    net: str,
    board: str | None,
    export: Path | None,
    picture: Path | None,
    seed: int,
    operators: Path | None,
    boards_file: Path,
    as_json: bool,
    **given: Any,  # noqa: ANN401  # click's own
) -> None:
    """Show a network: layers, counts, memory, predicted cost.

    Parameters and multiply-accumulates are exact. With a board, a row is a step of deployment, and its RAM is
    what the step needs at the least, scratch memory included. Latency and energy are predicted by the cost
    model of the board's chip, for the fastest kernels that its flash holds; nothing runs.

    An exported model has random weights. The .tflite file is int8 and goes to `hilbench bench` as it is.
    """
    from hilbench.design.nets.catalog import build_network

    network = build_network(net, hyperparameters(given))
    cost = _cost(network, board, boards_file, operators) if board else None
    if export:
        _export(network, export, seed)
    if picture:
        from hilbench.design.picture import draw_network

        draw_network(network, cost, picture)
    if as_json:
        click.echo(json.dumps(_document(network, cost), indent=2))
    else:
        _print(network, cost)


def _cost(network: NetworkSpec, board: str, boards_file: Path, operators: Path | None) -> NetworkCost:
    from hilbench.boards import get_board, load_boards
    from hilbench.design.cost import Coster
    from hilbench.operators import load_operators
    from hilbench.prediction.cost_model.model import load_cost_model

    chip = get_board(load_boards(boards_file), board).chip
    flash = sum(memory.size for memory in chip.memories.values() if memory.kind == "flash")
    return Coster(load_operators(operators), load_cost_model(chip.name), chip.clock_hz).cost(network, flash)


def _export(network: NetworkSpec, path: Path, seed: int) -> None:
    """Write a model file.

    Raises:
        ConfigError: its name ends in no known way, it cannot be written, or what makes it is not installed.
    """
    from hilbench.design.nets.keras_model import save_keras, tflite_model
    from hilbench.design.nets.onnx_model import onnx_model

    if path.suffix not in (".keras", ".tflite", ".onnx"):
        raise ConfigError(f"{path} says no format; end it in .keras, .tflite or .onnx.")
    try:
        if path.suffix == ".keras":
            save_keras(network, path, seed)
        else:
            model = tflite_model(network, seed) if path.suffix == ".tflite" else onnx_model(network, seed)
            path.write_bytes(model)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}.") from None


def _document(network: NetworkSpec, cost: NetworkCost | None) -> dict[str, Any]:
    from hilbench.design.nets.memory import plain_peak_bytes

    predicted = {each.step.spec.name: each for each in cost.layers} if cost else {}
    layers = []
    for layer in network.layers:
        found = predicted.get(layer.name)
        layers.append(
            {
                "name": layer.name,
                "kind": str(layer.kind),
                "shape": list(layer.shape),
                "parameters": layer.parameters,
                "macs": layer.macs,
                "ram_bytes": found.ram_bytes if found else None,
                "variant": found.layer.variant if found else None,
                "cycles": round(found.estimate.cycles) if found else None,
            }
        )
    return {
        "network": network.name,
        "input": list(network.input),
        "parameters": network.parameters,
        "macs": network.macs,
        "plain_ram_bytes": plain_peak_bytes(network),
        "constant_bytes": network.constant_bytes,
        "predicted": cost.document() if cost else None,
        "layers": layers,
    }


def _print(network: NetworkSpec, cost: NetworkCost | None) -> None:
    from hilbench.design.nets.memory import plain_peak_bytes

    console = table_console()
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("layer", no_wrap=True)
    for heading in (*_HEADINGS, *(_PREDICTED if cost else ())):
        table.add_column(heading, justify="right", no_wrap=True)
    for cells in _rows(network, cost):
        table.add_row(*cells)
    print_table(console, table)
    console.print(
        f"\n{network.name}: {network.parameters:,} parameters, {network.macs:,} MACs, "
        f"{plain_peak_bytes(network):,} bytes of RAM without overlaps, {network.constant_bytes:,} bytes of "
        "int8 weights and biases",
        highlight=False,
        soft_wrap=True,
    )
    if cost:
        _print_total(cost)


def _print_total(cost: NetworkCost) -> None:
    low, high = (cost.latency_us(cycles) / 1e3 for cycles in cost.bounds)
    energy = cost.energy_uj
    drawn = "energy unknown" if energy is None else f"{energy / 1e3:.3g} mJ ± {cost.model.energy_error:.0%}"
    table_console().print(
        f"PREDICTED by the cost model of {cost.model.chip} (fitted to {cost.model.fitted_to} layers): "
        f"{cost.latency_us(cost.cycles) / 1e3:,.2f} ms ({low:,.2f} to {high:,.2f}), {drawn}, "
        f"{cost.flash_bytes:,} bytes of flash; nothing ran.",
        style="bold yellow",
        highlight=False,
        soft_wrap=True,
    )


def _counts(layer: LayerSpec, memory: int) -> tuple[str, ...]:
    shape = "x".join(map(str, layer.shape))
    return layer.name, shape, f"{layer.parameters:,}", f"{layer.macs:,}", f"{memory:,}"


def _rows(network: NetworkSpec, cost: NetworkCost | None) -> list[tuple[str, ...]]:
    """A row for each layer: as described, or where there are costs in the steps of deployment."""
    if cost is None:
        return [_counts(layer, layer.elements) for layer in network.layers]
    rows: list[tuple[str, ...]] = []
    for each in cost.layers:
        spec, cycles = each.step.spec, each.estimate.cycles
        energy = each.energy_uj
        rows.append(
            (
                *_counts(spec, each.ram_bytes),
                each.layer.variant,
                f"{cycles:,.0f}",
                f"{each.estimate.high / cycles - 1:.0%}",
                f"{cost.latency_us(cycles):,.0f}",
                "–" if energy is None else f"{energy:,.1f}",
            )
        )
    return rows
