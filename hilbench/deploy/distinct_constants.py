"""Constants that several layers of a network have in common, as the bands of one layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hilbench.operators import Layer


def constants_key(layer: Layer) -> tuple[str, ...]:
    """Key that layers share whose kernels read the same arrays from the same memory."""
    own = layer.own_constants
    return (own.digest if own else layer.digest, layer.variant, str(layer.constant_memory))


def with_distinct_constants(layers: Iterable[Layer]) -> Iterable[Layer]:
    """One layer for each set of constants."""
    found: Mapping[tuple[str, ...], Layer] = {constants_key(layer): layer for layer in layers}
    return found.values()


def weight_bytes(layers: Iterable[Layer]) -> int:
    """Bytes of the layers' weights, biases and requantisation, those that they have in common once."""
    return sum(layer.weight_bytes for layer in with_distinct_constants(layers))
