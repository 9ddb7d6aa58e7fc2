"""Lowering of convolutions and fully connected layers."""

from __future__ import annotations

from hilbench.deploy.lowering.builder import CannotLower, Lowered, data_of, per_channel
from hilbench.networks import attributes as options
from hilbench.operators import Constants
from hilbench.operators.arena import ALIGNMENT
from hilbench.tensors import TensorSpec

Shape = tuple[int, ...]


def convolution(lowered: Lowered) -> None:
    """A convolution of one image: pointwise where it sees one pixel, grouped where channels are apart."""
    chosen = lowered.options(options.ConvolutionAttributes)
    if lowered.input.shape[0] != 1:
        raise CannotLower("no kernel takes a batch")
    channels = lowered.output.shape[-1]
    case = lowered.case(
        _operator(lowered, chosen),
        (lowered.input.shape,),
        channels,
        window=chosen.window,
        groups=chosen.groups,
        activation=chosen.activation,
    )
    lowered.add(case, weighted_constants(lowered, channels))


def _operator(lowered: Lowered, chosen: options.ConvolutionAttributes) -> str:
    name = lowered.node.operator
    if name != "conv2d":
        return name
    if chosen.groups > 1:
        return "grouped_conv2d"
    window = chosen.window
    plain = window.kernel == window.stride == window.dilation == (1, 1)
    return "pointwise_conv2d" if plain else name


def fully_connected(lowered: Lowered) -> None:
    """The products of each vector of the input, a step a vector."""
    chosen = lowered.options(options.FullyConnectedAttributes)
    weights = lowered.inputs[1]
    units, depth = weights.shape
    case = lowered.case(
        "fully_connected",
        ((1, 1, 1, depth),),
        units,
        activation=chosen.activation,
        own=dict(chosen.case_attributes),
    )
    constants = weighted_constants(lowered, units)
    rows = lowered.input.spec.elements // depth
    if rows == 1:
        lowered.add(case, constants)
        return
    size = case.dtype.bytes
    if depth * size % ALIGNMENT or units * size % ALIGNMENT:
        raise CannotLower(f"no kernel takes {rows} vectors of {depth} elements that begin at any byte")
    for row in range(rows):
        source = _row(lowered, lowered.input.name, row, depth)
        lowered.add(case, constants, (source,), (_row(lowered, lowered.output.name, row, units),))


def _row(lowered: Lowered, whole: str, row: int, length: int) -> str:
    spec = TensorSpec((1, length), lowered.dtype.element)
    return lowered.builder.part(whole, f"{whole}[{row}]", spec, row * spec.bytes)


def weighted_constants(lowered: Lowered, channels: int) -> Constants:
    """Weights, bias and quantization of a node with weights."""
    source, weights, bias = lowered.inputs
    return Constants(
        data_of(weights),
        data_of(bias),
        (source.quantization,) if lowered.dtype.quantized else (),
        per_channel(weights.quantization, channels),
        lowered.output.quantization,
    )
