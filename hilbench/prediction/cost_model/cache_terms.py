"""Terms of what a data cache does not hold; a fit to a chip without one gives them no cycles."""

from __future__ import annotations

from hilbench.operators import Layer

_CACHED_BYTES = 8 * 1024
"""Bytes that a data cache is likely to hold from one pass over them to the next."""


_KEPT_BYTES, _RAMP_BYTES = 13 * 1024, 5 * 1024
"""Bytes of a pass that a cache of 16 KiB keeps to the next, and of more after which it keeps none."""


def beyond_cache(bytes_: float) -> tuple[float, float]:
    """Bytes beyond what a cache is likely to hold: up to twice a cache, and beyond that."""
    beyond = max(0.0, bytes_ - _CACHED_BYTES)
    return min(beyond, 2.0 * _CACHED_BYTES), max(0.0, beyond - 2.0 * _CACHED_BYTES)


def again(name: str, bytes_: float, passes: float, other_bytes: float = 0.0) -> dict[str, float]:
    """Bytes that a cache does not keep from one pass over them to the next.

    Args:
        name: of the term.
        bytes_: touched in a pass.
        passes: over them.
        other_bytes: of other memory, touched in a pass as well.
    """
    lost = (bytes_ + other_bytes - _KEPT_BYTES) / _RAMP_BYTES
    return {f"{name} again": min(1.0, max(0.0, lost)) * bytes_ * passes}


def constants(bytes_a_pass: float, passes: float) -> dict[str, float]:
    """Reads of constants: in all, and of those that a cache does not keep until the next pass."""
    some, most = beyond_cache(bytes_a_pass)
    return {"constants": bytes_a_pass * passes, "uncached": some * passes, "far uncached": most * passes}


def spilled(layer: Layer, scratch: int) -> dict[str, float]:
    """Bytes of activations and scratch memory that a cache holds no more in the next run."""
    activations = float(layer.case.activation_bytes)
    some, most = beyond_cache(activations + scratch)
    return {**again("spilled", activations, 1.0, float(scratch)), "spilled": some, "far spilled": most}
