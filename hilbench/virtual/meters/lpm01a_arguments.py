"""Arguments of an X-NUCLEO-LPM01A's commands: numbers with units, words of a list (ST UM2269, section 8)."""

from __future__ import annotations

import re

_EXPONENTS = {"": 0, "k": 3, "m": -3, "u": -6, "n": -9}


class Rejected(Exception):
    """A command that the instrument answers with `error`; the message is its detail."""


def number(text: str) -> float:
    """A number as the instrument takes it: `3300m`, `100k`, `2-3` for 2e-3."""
    match = re.fullmatch(r"(\d+)(?:([kmun])|([-+]\d{1,2}))?", text)
    if match is None:
        raise Rejected("Not a number")
    mantissa, unit, exponent = match.groups()
    return float(f"{mantissa}e{exponent or _EXPONENTS[unit or '']}")


def number_within(text: str, lowest: float, highest: float) -> float:
    """A number between two limits, both of them allowed."""
    value = number(text)
    if not lowest <= value <= highest:
        raise Rejected(f"Not in {lowest:g}..{highest:g}")
    return value


def number_or_zero(text: str, lowest: float, highest: float) -> float:
    """A number between two limits, or 0, which stands for "none"."""
    return number_within(text, lowest, highest) if number(text) else 0.0


def one_of(text: str, *allowed: str) -> str:
    """One of some words, with single spaces between them."""
    words = " ".join(text.split())
    if words not in allowed:
        raise Rejected(f"Expected {' or '.join(allowed)}")
    return words


def check_display(text: str) -> None:
    """Refuse what does not fit the instrument's display: a line and the text on it."""
    if re.fullmatch(r'[12] +".{0,16}"', text) is None:
        raise Rejected("Expected 1 or 2, and at most 16 characters in double quotes")
