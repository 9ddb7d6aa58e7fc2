"""Closed forms of the memory that a network needs in int8, without planning it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hilbench.design.nets.network import Function, Kind, LayerSpec, NetworkSpec
from hilbench.tensors import Activation, Window2D


def deployed(network: NetworkSpec) -> NetworkSpec:
    """The network in the steps that deployment makes of it.

    A 1x1 convolution that is alone behind an upsampling goes before it, and SiLU is a sigmoid and a product.
    """
    return replace(network, layers=tuple(_split_functions(_exchanged(network))))


def live_bytes(network: NetworkSpec) -> tuple[int, ...]:
    """Bytes of the int8 tensors that live in each step after the input, none sharing its place with another.

    Args:
        network: in the steps of deployment.
    """
    layers = network.layers
    last = {name: index for index, layer in enumerate(layers) for name in layer.inputs}
    last |= dict.fromkeys(network.outputs, len(layers))
    change = [0] * (len(layers) + 2)
    for index, layer in enumerate(layers):
        change[index] += _padded(layer)
        change[last.get(layer.name, index) + 1] -= _padded(layer)
    total, found = change[0], []
    for index in range(1, len(layers)):
        total += change[index]
        found.append(total)
    return tuple(found)


def plain_peak_bytes(network: NetworkSpec) -> int:
    """Most bytes that live at a time, none sharing its place with another."""
    return max(live_bytes(deployed(network)))


def _padded(layer: LayerSpec) -> int:
    """Bytes of a layer's result, from one place where buffers may begin to the next."""
    return -(-layer.elements // 16) * 16


def _exchanged(network: NetworkSpec) -> Iterator[LayerSpec]:
    """Layers with 1x1 convolutions before upsampling; each keeps its name, so that others still find them."""
    readers: dict[str, list[LayerSpec]] = {}
    for layer in network.layers:
        for name in layer.inputs:
            readers.setdefault(name, []).append(layer)
    swapped: dict[str, LayerSpec] = {}
    for layer in network.layers:
        if layer.name in swapped:
            yield swapped[layer.name]
            continue
        behind = readers.get(layer.name, [])
        if layer.kind is Kind.UPSAMPLE and len(behind) == 1 and _is_point(behind[0]):
            point = behind[0]
            height, width, _ = layer.source
            swapped[point.name] = replace(
                layer,
                name=point.name,
                inputs=(layer.name,),
                shape=point.shape,
                source=(height, width, point.shape[2]),
            )
            yield replace(
                point,
                name=layer.name,
                inputs=layer.inputs,
                shape=(height, width, point.shape[2]),
                source=layer.source,
            )
        else:
            yield layer


def _is_point(layer: LayerSpec) -> bool:
    return layer.kind is Kind.CONV and layer.window == Window2D() and layer.groups == 1


def _split_functions(layers: Iterator[LayerSpec]) -> Iterator[LayerSpec]:
    for layer in layers:
        if layer.function is not Function.SILU:
            yield layer
            continue
        share = replace(layer, name=f"{layer.name}_sigmoid", function=Function.SIGMOID)
        yield share
        yield LayerSpec(
            layer.name,
            Kind.MULTIPLY,
            (*layer.inputs, share.name),
            layer.shape,
            layer.source,
            activation=Activation.NONE,
        )
