"""Layers of a description as operator cases, without weights: what a cost model asks for in microseconds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hilbench.design.nets.memory import deployed
from hilbench.design.nets.network import Kind, LayerSpec, NetworkSpec, Shape
from hilbench.operators import Layer, Registry
from hilbench.tensors import POINT, Activation, DType, ElementType, TensorSpec, Window2D

_KEEPING = frozenset({Kind.MAX_POOL, Kind.AVERAGE_POOL, Kind.GLOBAL_POOL, Kind.UPSAMPLE, Kind.SHUFFLE})
"""Kinds whose results are quantized as what they read."""


@dataclass(frozen=True)
class DeployedLayer:
    """A step of a deployed network.

    Attributes:
        spec: of the description, in the steps of deployment.
        layer: with synthetic constants, in plain C.
    """

    spec: LayerSpec
    layer: Layer


class LayerFactory:
    """Maker of layers, each case once, however many networks have it.

    Args:
        registry: operators that there are.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[tuple[LayerSpec, tuple[Shape, ...]], Layer] = {}

    def layers(self, network: NetworkSpec) -> list[DeployedLayer]:
        """Steps of a network in int8, in their order."""
        steps = deployed(network)
        return [DeployedLayer(spec, self._layer(steps, spec)) for spec in _with_rescalings(steps)]

    def _layer(self, network: NetworkSpec, spec: LayerSpec) -> Layer:
        shapes = tuple(network.by_name[name].shape for name in spec.inputs)
        key = replace(spec, name="", inputs=()), shapes
        if key not in self._known:
            self._known[key] = _layer(self._registry, spec, shapes)
        return replace(self._known[key], name=spec.name)


def _with_rescalings(network: NetworkSpec) -> Iterator[LayerSpec]:
    """All steps, with those that rescale what a concatenation joins."""
    for spec in network.layers[1:]:
        if spec.kind is Kind.CONCAT:
            yield from _rescalings(network, spec)
        yield spec


def _rescalings(network: NetworkSpec, spec: LayerSpec) -> Iterator[LayerSpec]:
    """Inputs of a concatenation whose numbers go another way than those of the first."""
    first, *others = (network.by_name[name] for name in spec.inputs)
    for source in others:
        if _is_positive(network, source) != _is_positive(network, first):
            name = f"{source.name}_rescaled"
            yield LayerSpec(name, Kind.FUNCTION, (source.name,), source.shape, source.shape)


def _is_positive(network: NetworkSpec, layer: LayerSpec) -> bool:
    """Whether a layer's results are quantized as numbers that are never negative."""
    if layer.kind in _KEEPING:
        return _is_positive(network, network.by_name[layer.inputs[0]])
    return layer.activation is not Activation.NONE


def _layer(registry: Registry, spec: LayerSpec, shapes: tuple[Shape, ...]) -> Layer:
    """The case of a layer that reads images of these shapes."""
    first, channels = shapes[0], spec.shape[2]
    if spec.kind in (Kind.CONV, Kind.DEPTHWISE):
        return _made(
            registry, _convolution(spec), (first,), channels, spec.window, spec.groups, spec.activation
        )
    if spec.kind is Kind.DENSE:
        flat = (1, 1, math.prod(spec.source))
        return _made(registry, "fully_connected", (flat,), channels, activation=spec.activation)
    if spec.kind in (Kind.MAX_POOL, Kind.AVERAGE_POOL):
        return _made(registry, f"{spec.kind}2d", (first,), channels, spec.window)
    if spec.kind is Kind.GLOBAL_POOL:
        return _made(registry, "mean", ((first[0] * first[1], 1, channels),), channels)
    if spec.kind is Kind.UPSAMPLE:
        return _made(registry, "upsample_nearest", (first,), channels, spec.window)
    if spec.kind in (Kind.ADD, Kind.MULTIPLY):
        operator = "add" if spec.kind is Kind.ADD else "mul"
        return _made(registry, operator, shapes, channels, activation=spec.activation)
    if spec.kind is Kind.CONCAT:
        return _made(registry, "concat", shapes, channels, own={"axis": 3})
    if spec.kind is Kind.SHUFFLE:
        apart = (first[0] * first[1], spec.groups, channels // spec.groups)
        return _made(registry, "transpose", (apart,), spec.groups, own={"perm": (0, 1, 3, 2)})
    return _made(registry, "lookup", (first,), channels)


def _convolution(spec: LayerSpec) -> str:
    if spec.kind is Kind.DEPTHWISE:
        return "depthwise_conv2d"
    if spec.groups > 1:
        return "grouped_conv2d"
    plain = spec.window.kernel == spec.window.stride == (1, 1)
    return "pointwise_conv2d" if plain else "conv2d"


def _made(
    registry: Registry,
    name: str,
    shapes: tuple[Shape, ...],
    channels: int,
    window: Window2D = POINT,
    groups: int = 1,
    activation: Activation = Activation.NONE,
    own: dict[str, int | tuple[int, ...]] | None = None,
) -> Layer:
    operator = registry[name]
    attributes = tuple(sorted({**operator.attributes, **(own or {})}.items()))
    specs = tuple(TensorSpec((1, *shape), ElementType.INT8) for shape in shapes)
    case = operator.case(
        specs,
        channels,
        window=window,
        groups=groups,
        activation=activation,
        dtype=DType.INT8,
        attributes=attributes,
    )
    return Layer(operator, case)
