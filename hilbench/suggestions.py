"""Suggestions for a misspelt name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from reprlib import Repr

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_LONGEST_NAME = 100


def shown(value: object) -> str:
    """A value of a file as an error's sentence quotes it: as Python writes it, cut to what can be read."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python writes no integer of more than 4300 digits
        return "a number of thousands of digits"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The question that goes behind `name` in an error's sentence; empty where none of `known` is near."""
    nearest = get_close_matches(name.lower(), known, n=1) if len(name) <= _LONGEST_NAME else []
    return f" (did you mean '{nearest[0]}'?)" if nearest else ""


def alternatives(name: str, known: Collection[str]) -> str:
    """The end of a sentence that says there is no `name`: the question, and all that there are."""
    return f"{did_you_mean(name, known)}; there are: {', '.join(known) or 'none'}."
