"""Names of a network's layers and tensors, short enough for tables and drawings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from hilbench.networks.names import short_name
from hilbench.report.selection import spoken
from hilbench.results.network import LayerFigures


def layer_names(layers: Sequence[LayerFigures]) -> tuple[str, ...]:
    """A name for each layer: its place among the layers, and what the model file calls it."""
    shortened = short_names([layer.name or layer.operator for layer in layers])
    return tuple(f"{index} {name}" for index, name in enumerate(shortened))


def numbered_operators(layers: Sequence[LayerFigures]) -> tuple[str, ...]:
    """A name for each layer: its place among the layers, and its operator."""
    return tuple(f"{index} {spoken(layer.operator)}" for index, layer in enumerate(layers))


def short_names(names: Sequence[str]) -> tuple[str, ...]:
    """The first part of names that were fused (`a;b`), without the scopes that all scoped ones share."""
    parts = [name.split(";")[0].split("/") for name in names]
    levels = zip(*(each[:-1] for each in parts if len(each) > 1), strict=False)
    common = len(list(takewhile(lambda level: len(set(level)) == 1, levels)))
    return tuple(short_name("/".join(each[common:] if len(each) > 1 else each)) for each in parts)
