"""Convolution blocks of equal cost, ranked on a board: which structure it computes the most of for its time.

Every block maps an image to one of the same size and channels by two layers, or what stands for two layers,
around an inner width. The width is chosen so that the block costs what two standard convolutions cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hilbench.design.cost import Coster, NetworkCost
from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.network import Kind, LayerSpec, NetworkSpec
from hilbench.design.nets.xinet import XiConv
from hilbench.errors import ConfigError, ModelError
from hilbench.provenance import Provenance
from hilbench.tensors import Activation

_GROUPS = 4
_WIDEST = 4096
_CLOSE = 0.15
"""Largest relative distance of a block's cost from the standard block's at which they are compared."""

Build = Callable[[NetworkBuilder, LayerSpec, int], LayerSpec]
"""Adds a block of an inner width behind a layer."""


class Equal(StrEnum):
    """Costs that blocks are made equal in."""

    MACS = "macs"
    PARAMETERS = "parameters"
    RAM = "ram"
    ENERGY = "energy"


@dataclass(frozen=True)
class Block:
    """A block of a structure.

    Attributes:
        structure: its name.
        network: the block alone.
        width: inner channels.
        cost: predicted.
        receptive_field: side of what an output sees, pixels.
    """

    structure: str
    network: NetworkSpec
    width: int
    cost: NetworkCost
    receptive_field: int


@dataclass(frozen=True)
class RankedBlock:
    """A block with its latency and energy, in the order of the ranking.

    Attributes:
        provenance: of latency and energy.
        eta_latency: time of the standard block over its own.
        eta_energy: the same of energies.
        on_front: whether no other block has more parameters in less time.
    """

    block: Block
    provenance: Provenance
    latency_us: float
    energy_uj: float | None
    eta_latency: float
    eta_energy: float | None
    on_front: bool


@dataclass(frozen=True)
class Reading:
    """Latency and energy of a block, and how they were obtained."""

    provenance: Provenance
    latency_us: float
    energy_uj: float | None


def make_blocks(
    coster: Coster, channels: int, height: int, width: int, equal: Equal = Equal.MACS
) -> list[Block]:
    """Blocks of all structures that come near the standard block in a cost, the standard block first.

    Args:
        coster: predicts costs on the board.
        channels: of input and output.
        height: of the image.
        width: of the image.
        equal: cost that they have in common.
    """
    shape = height, width, channels
    reference = _block("standard", _STRUCTURES["standard"], shape, channels, coster)
    target = _measure(reference, equal)
    found = [reference]
    for name, build in _STRUCTURES.items():
        if name == "standard":
            continue
        nearest = _nearest(name, build, shape, coster, equal, target)
        if nearest is not None:
            found.append(nearest)
    return found


def add_block(structure: str, builder: NetworkBuilder, source: LayerSpec, width: int) -> LayerSpec:
    """Add a block of a structure and an inner width behind a layer.

    Raises:
        ModelError: there is none of that width.
    """
    return _STRUCTURES[structure](builder, source, width)


def rank(blocks: Sequence[Block], readings: Mapping[str, Reading]) -> list[RankedBlock]:
    """Blocks from the fastest to the slowest.

    Args:
        blocks: of equal cost, with the standard one.
        readings: by structure; the cost model's figures stand in for those that are missing.
    """
    found = {block.structure: readings.get(block.structure) or _predicted(block) for block in blocks}
    standard = found["standard"]
    ranked = [
        RankedBlock(
            block,
            reading.provenance,
            reading.latency_us,
            reading.energy_uj,
            standard.latency_us / reading.latency_us,
            standard.energy_uj / reading.energy_uj if standard.energy_uj and reading.energy_uj else None,
            _is_on_front(block, blocks, found),
        )
        for block in blocks
        for reading in [found[block.structure]]
    ]
    return sorted(ranked, key=lambda each: each.latency_us)


def _is_on_front(block: Block, blocks: Iterable[Block], readings: Mapping[str, Reading]) -> bool:
    own = readings[block.structure].latency_us, -block.network.parameters
    others = (
        (readings[other.structure].latency_us, -other.network.parameters)
        for other in blocks
        if other is not block
    )
    return not any(latency <= own[0] and size <= own[1] for latency, size in others)


def _predicted(block: Block) -> Reading:
    return Reading(Provenance.PREDICTED, block.cost.latency_us(block.cost.cycles), block.cost.energy_uj)


def _nearest(
    name: str, build: Build, shape: tuple[int, int, int], coster: Coster, equal: Equal, target: float
) -> Block | None:
    """The block whose cost is nearest to a target; None where none comes near."""
    low, high = 1, _WIDEST
    while low < high:  # the narrowest that costs as much
        middle = (low + high) // 2
        block = _maybe(name, build, shape, middle, coster)
        low, high = (middle + 1, high) if block is None or _measure(block, equal) < target else (low, middle)
    widths = range(max(1, low - 2 * _GROUPS), low + _GROUPS)
    near = (_maybe(name, build, shape, width, coster) for width in widths)
    found = [(abs(_measure(block, equal) / target - 1), block) for block in near if block is not None]
    if not found:
        return None
    distance, nearest = min(found, key=lambda pair: pair[0])
    return nearest if distance <= _CLOSE else None


def _maybe(name: str, build: Build, shape: tuple[int, int, int], width: int, coster: Coster) -> Block | None:
    try:
        return _block(name, build, shape, width, coster)
    except ModelError:
        return None


def _block(name: str, build: Build, shape: tuple[int, int, int], width: int, coster: Coster) -> Block:
    builder = NetworkBuilder(f"block_{name.replace(' ', '_')}", shape)
    network = builder.network([build(builder, builder.input, width)])
    return Block(name, network, width, coster.cost(network), receptive_field(network))


def _measure(block: Block, equal: Equal) -> float:
    if equal is Equal.MACS:
        return float(block.network.macs)
    if equal is Equal.PARAMETERS:
        return float(block.network.parameters)
    if equal is Equal.RAM:
        return float(block.cost.least_ram_bytes)
    if block.cost.energy_uj is None:
        raise ConfigError("Nobody knows this chip's energy; compare at equal macs, parameters or ram.")
    return block.cost.energy_uj


def receptive_field(network: NetworkSpec) -> int:
    """Side of what an output sees along the main path, for layers of stride 1."""
    extent: dict[str, int] = {}
    for layer in network.layers:
        before = max((extent[name] for name in layer.inputs), default=1)
        grows = layer.kind in (Kind.CONV, Kind.DEPTHWISE)
        extent[layer.name] = before + (layer.window.kernel[0] - 1 if grows else 0)
    return max(extent[name] for name in network.outputs)


def _conv(
    builder: NetworkBuilder, source: LayerSpec, channels: int, kernel: int = 3, groups: int = 1
) -> LayerSpec:
    return builder.conv(source, channels, kernel, groups=groups, norm=True, activation=Activation.RELU6)


def _standard(builder: NetworkBuilder, source: LayerSpec, width: int) -> LayerSpec:
    return _conv(builder, _conv(builder, source, width), source.shape[2])


def _bottleneck(builder: NetworkBuilder, source: LayerSpec, width: int) -> LayerSpec:
    inner = _conv(builder, _conv(builder, source, width, 1), width)
    return _conv(builder, inner, source.shape[2], 1)


def _inverted(builder: NetworkBuilder, source: LayerSpec, width: int) -> LayerSpec:
    expanded = builder.depthwise(_conv(builder, source, width, 1), norm=True, activation=Activation.RELU6)
    return builder.add(source, builder.conv(expanded, source.shape[2], norm=True))


def _separable(builder: NetworkBuilder, source: LayerSpec, width: int) -> LayerSpec:
    inner = _conv(builder, builder.depthwise(source, norm=True), width, 1)
    return _conv(builder, builder.depthwise(inner, norm=True), source.shape[2], 1)


def _grouped(builder: NetworkBuilder, source: LayerSpec, width: int) -> LayerSpec:
    inner = _conv(builder, source, _grouped_width(width), 3, _GROUPS)
    return _conv(builder, inner, source.shape[2], 3, _GROUPS)


def _grouped_width(width: int) -> int:
    return max(1, width // _GROUPS) * _GROUPS


def _shuffled(builder: NetworkBuilder, source: LayerSpec, width: int) -> LayerSpec:
    inner = builder.shuffle(_conv(builder, source, _grouped_width(width), 3, _GROUPS), _GROUPS)
    return _conv(builder, inner, source.shape[2], 3, _GROUPS)


def _xiconv(gamma: int, *, attention: bool) -> Build:
    def build(builder: NetworkBuilder, source: LayerSpec, width: int) -> LayerSpec:
        options = {"gamma": gamma, "attention": attention, "silu": False}
        inner = XiConv(width, **options).build(builder, source)  # type: ignore[arg-type]
        return XiConv(source.shape[2], **options).build(builder, inner)  # type: ignore[arg-type]

    return build


_STRUCTURES: Mapping[str, Build] = {
    "standard": _standard,
    "bottleneck": _bottleneck,
    "inverted residual": _inverted,
    "depthwise separable": _separable,
    "grouped": _grouped,
    "shuffled grouped": _shuffled,
    **{
        f"xiconv gamma {gamma}{' attention' if attention else ''}": _xiconv(gamma, attention=attention)
        for gamma in (2, 4, 8)
        for attention in (False, True)
    },
}
"""Structures by their names."""
