"""What a misspelt name may have been meant to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The question that goes behind `name` in an error's sentence; empty where none of `known` is near."""
    nearest = get_close_matches(name.lower(), known, n=1)
    return f" (did you mean '{nearest[0]}'?)" if nearest else ""


def alternatives(name: str, known: Collection[str]) -> str:
    """The end of a sentence that says there is no `name`: the question, and all that there are."""
    return f"{did_you_mean(name, known)}; there are: {', '.join(known) or 'none'}."
