"""Damaged documents and answers: what a slip of the pen, a bad cable or a hostile hand makes of good ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

NASTY = (
    *("", "null", "~", "0", "-1", "1.5", ".inf", ".nan", "inf", "nan", "1e400", "true", "9" * 25, "9" * 5000),
    *("-" + "9" * 25, "0x" + "f" * 5000, "18446744073709551616", "9223372036854775808", "4294967296"),
    *("2024-13-45", "2024-02-29", "0001-01-01T00:00:00+99:99", "12:30:45", "1_000", "0o17", "0b1"),
    *("[" * 2000, "{" * 2000, "[[[[]]]]", "{a: {b: {c: d}}}", "!!python/object:os.system x", "!!bool x"),
    *("!!int ''", "!!timestamp x", "!!binary x", "&a [*a]", "*unknown", "<<: 1", "? [1]", "'", '"', "|", "%"),
    *("=1+1", "-O2", "@x", "+1", "\t", "\x00", "\x1b[2J", "\u202e", "é", "²", "٣", "[bold]x[/]", ":warning:"),
    *("x" * 300, "../../x", "/dev/null", "a/b", "a b", ",", '""', "'", "$x^", "\\N{DEGREE}"),
)
"""Values that have been mistaken for others."""


def damaged(text: str, chance: random.Random, nasty: Sequence[str] = NASTY) -> str:
    """`text` with one to three things wrong."""
    for _ in range(chance.randint(1, 3)):
        text = chance.choice((_replace_word, _flip, _cut, _repeat_line, _drop_line, _insert))(
            text, chance, nasty
        )
    return text


def damaged_bytes(data: bytes, chance: random.Random) -> bytes:
    """`data` with one to three bytes changed, lost, repeated or added."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(max(1, len(changed)))
        match chance.randrange(5):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                changed[at : at + 1] = bytes(b ^ 1 << chance.randrange(8) for b in changed[at : at + 1])
            case 2:
                del changed[at : at + chance.randint(1, 20)]
            case 3:
                changed[at:at] = changed[at : at + chance.randint(1, 40)]
            case 4:
                digits = [n for n, byte in enumerate(changed) if chr(byte).isdigit()] or [at]
                changed[chance.choice(digits)] = ord(chance.choice("0123456789"))
    return bytes(changed)


def words(text: str) -> Iterator[tuple[int, int]]:
    """Places of the values in a document, which lie between separators: first character and end."""
    start = 0
    for at, sign in enumerate(text + "\n"):
        if sign in " ,:[]{}\n":
            if at > start:
                yield start, at
            start = at + 1


def _replace_word(text: str, chance: random.Random, nasty: Sequence[str]) -> str:
    found = list(words(text))
    if not found:
        return chance.choice(nasty)
    start, end = chance.choice(found)
    return text[:start] + chance.choice(nasty) + text[end:]


def _flip(text: str, chance: random.Random, _: Sequence[str]) -> str:
    at = chance.randrange(max(1, len(text)))
    return text[:at] + chr(chance.choice((chance.randrange(128), chance.randrange(0x2000)))) + text[at + 1 :]


def _cut(text: str, chance: random.Random, _: Sequence[str]) -> str:
    return text[: chance.randrange(max(1, len(text)))]


def _repeat_line(text: str, chance: random.Random, _: Sequence[str]) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = chance.randrange(len(lines))
    return "".join([*lines[:at], lines[at], *lines[at:]])


def _drop_line(text: str, chance: random.Random, _: Sequence[str]) -> str:
    lines = text.splitlines(keepends=True) or [""]
    del lines[chance.randrange(len(lines))]
    return "".join(lines)


def _insert(text: str, chance: random.Random, nasty: Sequence[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(nasty) + text[at:]
