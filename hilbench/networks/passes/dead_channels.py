"""Removal of channels that never change, and of those that nothing depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hilbench.networks.attributes import ConvolutionAttributes, ReshapeAttributes
from hilbench.networks.graph import Graph, Node, Tensor, by_name
from hilbench.networks.passes.channel_links import Link, links_of
from hilbench.networks.passes.dead_code import remove_dead_code
from hilbench.networks.passes.editing import fresh_name
from hilbench.networks.passes.intervals import (
    Integers,
    Interval,
    channel_intervals,
    filters_by_channel,
    tap_bounds,
)
from hilbench.tensors import TensorSpec

Flags = dict[str, NDArray[np.bool_]]
"""Whether each channel of a tensor can go, by the tensor's name."""

_INT32_MAX = 2**31 - 1
_LARGEST_STEP = 255
"""Largest distance of an int8 from its zero point."""


def remove_dead_channels(graph: Graph, multiple: int = 1) -> Graph:
    """The graph without channels that are proved constant for every input, and without what computes them.

    A constant channel goes into the bias of the convolution or fully connected layer that reads it; through
    padding only where it is real zero, as padding is. What lies between, as a depthwise convolution or an
    addition, loses the channel too.

    Args:
        graph: its int8 tensors are looked at, others stay.
        multiple: number by which the count of channels that stay can be divided, where any go.
    """
    intervals = channel_intervals(graph)
    removable = _removable(graph, intervals, multiple)
    if not any(flags.any() for flags in removable.values()):
        return graph
    rewriting = _Rewriting(
        graph, intervals, {name: np.flatnonzero(~each) for name, each in removable.items()}
    )
    return remove_dead_code(rewriting.result())


def _removable(graph: Graph, intervals: Mapping[str, Interval], multiple: int) -> Flags:
    """The most channels that can go so that all operators agree; one at least stays of each tensor."""
    flags: Flags = {}
    for name, interval in intervals.items():
        free = name not in graph.given and name not in graph.kept and not graph.tensors[name].is_constant
        flags[name] = np.full(interval.lowest.size, free)
    links: list[Link] = []
    for node in graph.nodes:
        links += _constrain(graph, node, intervals, flags)
    _agree(links, flags)
    for name in flags:
        while (missing := _missing(flags[name], multiple)) > 0:
            flags[name][np.flatnonzero(flags[name])[:missing]] = False
            _agree(links, flags)
    return flags


def _missing(flags: NDArray[np.bool_], multiple: int) -> int:
    """Channels that have to stay with those that do, where others go."""
    staying = int((~flags).sum())
    return min(-staying % multiple if staying else multiple, int(flags.sum()))


def _constrain(graph: Graph, node: Node, intervals: Mapping[str, Interval], flags: Flags) -> Sequence[Link]:
    """Take back from `flags` what a node cannot do without; links of what it hands through."""
    if _mixes_channels(node):
        name = node.inputs[0]
        if name in flags:
            flags[name] &= _absorbable(graph, node, intervals[name])
        return ()
    links = [each for each in links_of(graph, node) if each.source in flags and each.output in flags]
    linked = {name for link in links for name in (link.source, link.output)}
    for name in {*node.inputs, *node.outputs} - linked:
        if name in flags:
            flags[name][:] = False
    return links


def _mixes_channels(node: Node) -> bool:
    """Whether a node is a sum over all channels, to which constant ones add a constant."""
    attributes = node.attributes
    grouped = isinstance(attributes, ConvolutionAttributes) and attributes.groups > 1
    return node.operator == "fully_connected" or (node.operator == "conv2d" and not grouped)


def _absorbable(graph: Graph, node: Node, source: Interval) -> NDArray[np.bool_]:
    """Whether each channel of the input adds the same to all sums of a node, at every position."""
    image, weights, bias = graph.inputs_of(node)
    filters = filters_by_channel(node, weights, source.lowest.size)
    if filters is None or bias.data is None:
        return np.zeros(source.lowest.size, bool)
    largest = np.abs(bias.data.astype(np.int64)) + _LARGEST_STEP * np.abs(filters).sum(axis=(1, 2))
    lowest, highest = tap_bounds(node, image, source)
    same: NDArray[np.bool_] = (lowest == highest).all(axis=0) | (filters == 0).all(axis=(0, 1))
    return same & bool(largest.max() <= _INT32_MAX)


def _agree(links: Sequence[Link], flags: Flags) -> None:
    """Take back channels until both sides of every operator agree on those that it hands through."""
    changed = True
    while changed:
        changed = False
        for link in links:
            source, output, handed = flags[link.source], flags[link.output], link.origins >= 0
            keeps_output = output & handed & ~source[link.origins]
            keeps_source = link.origins[handed & ~output]
            if keeps_output.any() or source[keeps_source].any():
                output[keeps_output] = False
                source[keeps_source] = False
                changed = True


@dataclass(frozen=True)
class _Rewriting:
    """A graph whose tensors keep the channels `live`, by the tensors' names."""

    graph: Graph
    intervals: Mapping[str, Interval]
    live: Mapping[str, Integers]

    def result(self) -> Graph:
        """The graph with fewer channels."""
        graph = self.graph
        tensors = {name: self._narrowed(tensor) for name, tensor in graph.tensors.items()}
        nodes = []
        for node in graph.nodes:
            changed, constants = self._rewritten(node, replace(graph, tensors=tensors))
            nodes.append(changed)
            tensors |= by_name(constants)
        return replace(graph, nodes=tuple(nodes), tensors=tensors)

    def _narrowed(self, tensor: Tensor) -> Tensor:
        if tensor.name not in self.live or tensor.is_constant or not tensor.shape:
            return tensor
        shape = (*tensor.shape[:-1], self.live[tensor.name].size)
        return replace(tensor, spec=TensorSpec(shape, tensor.dtype))

    def _rewritten(self, node: Node, names: Graph) -> tuple[Node, list[Tensor]]:
        """A node on what is left of its operands, and its new constants."""
        output = node.outputs[0]
        if output not in self.live and node.inputs[0] not in self.live:
            return node, []
        attributes = node.attributes
        if isinstance(attributes, ReshapeAttributes):
            return replace(
                node, attributes=ReshapeAttributes(self._narrowed(self.graph.tensors[output]).shape)
            ), []
        if isinstance(attributes, ConvolutionAttributes) and node.operator == "depthwise_conv2d":
            attributes = replace(attributes, groups=self.live[node.inputs[0]].size)
        constants = self._weights(node) if _mixes_channels(node) else self._sliced(node)
        renamed = {
            name: replace(each, name=fresh_name(names, f"{name}_live")) for name, each in constants.items()
        }
        inputs = tuple(renamed[name].name if name in renamed else name for name in node.inputs)
        return replace(node, inputs=inputs, attributes=attributes), list(renamed.values())

    def _sliced(self, node: Node) -> dict[str, Tensor]:
        """Constants of a node that have a channel for each of the output's."""
        output = self.graph.tensors[node.outputs[0]]
        live = self.live.get(output.name)
        if live is None or live.size == output.shape[-1]:
            return {}
        return {
            tensor.name: _taken(tensor, len(tensor.shape) - 1, live)
            for tensor in self.graph.inputs_of(node)
            if tensor.is_constant and tensor.shape and tensor.shape[-1] == output.shape[-1]
        }

    def _weights(self, node: Node) -> dict[str, Tensor]:
        """Weights without dead inputs and outputs, and the bias with what dead inputs add to it."""
        image, weights, bias = self.graph.inputs_of(node)
        source, output = self.live.get(image.name), self.live.get(node.outputs[0])
        if source is None or output is None or weights.data is None or bias.data is None:
            return {}
        channels, units = image.shape[-1], bias.data.size
        if (source.size, output.size) == (channels, units):
            return {}
        data = bias.data
        filters = filters_by_channel(node, weights, channels)
        dead = np.setdiff1d(np.arange(channels), source)
        if filters is not None and dead.size:
            lowest, _ = tap_bounds(node, image, self.intervals[image.name])
            added = (filters[..., dead] * lowest[..., dead]).sum(axis=(1, 2))
            data = (data + added).astype(data.dtype)
        columns = np.arange(weights.shape[-1])
        columns = columns[np.isin(columns % channels, source)]
        kept = _taken(_taken(weights, len(weights.shape) - 1, columns), 0, output)
        return {weights.name: kept, bias.name: _taken(replace(bias, data=data), 0, output)}


def _taken(tensor: Tensor, axis: int, indices: Integers) -> Tensor:
    """A constant with some of its elements along an axis."""
    if tensor.data is None:
        raise ValueError(f"{tensor} is no constant")
    data = np.ascontiguousarray(tensor.data.take(indices, axis=axis))
    quantization = tensor.quantization
    if quantization.scale.size > 1 and tensor.channel_axis == axis:
        quantization = replace(quantization, scale=quantization.scale[indices])
    return replace(tensor, spec=TensorSpec(data.shape, tensor.dtype), quantization=quantization, data=data)
