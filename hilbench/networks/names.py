"""Names of tensors and layers, as converters write them, made short."""

from __future__ import annotations

LONGEST = 32
"""Characters of a short name, at most."""


def short_name(name: str, longest: int = LONGEST) -> str:
    """The first of names that were fused (`a;b`), without its middle where it is long."""
    first, half = name.split(";")[0], longest // 2
    return first if len(first) <= longest else f"{first[:half]}…{first[-half:]}"
