"""Parameters of a case as grids and stores hold them: names with numbers and short texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from hilbench.errors import CaseError
from hilbench.operators.tuning import Tuning
from hilbench.suggestions import alternatives, shown
from hilbench.tensors import MOST_AXES, Activation, DType, ExplicitPadding, Padding, TensorSpec, Window2D

Attributes = Mapping[str, int | tuple[int, ...]]
"""Names of an operator's own parameters, with their defaults."""

_SHORT_FORMS = {"input": ("in_h", "in_w", "in_c"), "kernel": ("kernel_h", "kernel_w")}
_IMAGE = _SHORT_FORMS["input"]
_NUMBER = "[0-9]{1,9}"
_SIZES = re.compile(rf"{_NUMBER}(x{_NUMBER})*")
_SHAPES = re.compile(rf"{_SIZES.pattern}(, ?{_SIZES.pattern})*")
_NUMBERS = re.compile(rf"-?{_NUMBER}(, ?-?{_NUMBER})*")
_FOUR_SIDES = re.compile(rf"{_NUMBER}(, ?{_NUMBER}){{3}}")
_LARGEST = 2**20
"""Largest number of a case; no memory of a microcontroller holds a row of so many elements."""


def parse_parameters(
    parameters: Mapping[str, object], attributes: Attributes = MappingProxyType({})
) -> dict[str, Any]:
    """Values in the types that a case has, short forms replaced by the keys that they stand for.

    Args:
        parameters: of one case, without its operator.
        attributes: the operator's own parameters with their defaults.

    Raises:
        CaseError: a key or a value that no case has.
    """
    own = {name: _several if isinstance(value, tuple) else _whole for name, value in attributes.items()}
    expanded: dict[str, object] = {}
    for key, value in parameters.items():
        if key in _SHORT_FORMS:
            names = _SHORT_FORMS[key]
            expanded |= zip(names, _sizes(key, value, len(names)), strict=True)
        else:
            expanded[key] = value
    for key in expanded:
        if key not in _PARSERS and key not in own:
            raise CaseError(f"A case has no key '{key}'{alternatives(key, known_keys(own))}")
    return {key: (own.get(key) or _PARSERS[key])(key, value) for key, value in expanded.items()}


def known_keys(attributes: Iterable[str] = ()) -> tuple[str, ...]:
    """Keys that a case of an operator with these attributes can be given."""
    return ("operator", *_SHORT_FORMS, *_PARSERS, *attributes)


def with_image(given: Mapping[str, Any], count: int) -> dict[str, Any]:
    """Parsed parameters with `inputs` and the first one's height, width and channels, whichever was given."""
    shapes = _shapes_of(given, count)
    if shapes is None:
        return dict(given)
    image = TensorSpec(shapes[0]).padded_shape[1:]
    return {**given, "inputs": shapes, **dict(zip(_IMAGE, image, strict=True))}


def case_fields(given: Mapping[str, Any], count: int, attributes: Attributes) -> dict[str, Any]:
    """Arguments of `Operator.case`, from parsed parameters.

    Args:
        given: as `parse_parameters` returns them, defaults added.
        count: inputs where they are not listed.
        attributes: of the operator, with their defaults.

    Raises:
        KeyError: keys are missing that have no default; the argument names them.
    """
    shapes = _shapes_of(given, count)
    wanted = ("out_c",) if shapes else (*_IMAGE, "out_c")
    missing = [name for name in wanted if name not in given]
    if shapes is None or missing:
        raise KeyError(", ".join(missing))
    dtype: DType = given.get("dtype", DType.INT8)
    own = tuple(sorted((name, given.get(name, value)) for name, value in attributes.items()))
    window = Window2D(
        kernel=(given.get("kernel_h", 1), given.get("kernel_w", 1)),
        stride=given.get("stride", (1, 1)),
        dilation=given.get("dilation", (1, 1)),
        padding=given.get("padding", Padding.SAME),
    )
    plain = ("out_c", "groups", "activation", "dtype", "variant", "tuning")
    return {
        "inputs": tuple(TensorSpec(shape, dtype.element) for shape in shapes),
        "window": window,
        "attributes": own,
        **{name: given[name] for name in plain if name in given},
    }


def _shapes_of(given: Mapping[str, Any], count: int) -> tuple[tuple[int, ...], ...] | None:
    """Shapes of the inputs: those listed, or `count` images; None where neither is given."""
    if "inputs" in given:
        shapes: tuple[tuple[int, ...], ...] = given["inputs"]
        return shapes
    if not all(name in given for name in _IMAGE):
        return None
    return ((1, *(given[name] for name in _IMAGE)),) * count


def _sizes(key: str, value: object, count: int) -> tuple[int, ...]:
    """Sizes joined by `x`, whole numbers as in 16x16x8; one number for both of a kernel's."""
    if key != "input" and isinstance(value, int) and not isinstance(value, bool):
        return (value,) * count
    if not isinstance(value, str) or not _SIZES.fullmatch(value) or value.count("x") != count - 1:
        example = "x".join(["16", "16", "8"][:count])
        raise CaseError(f"{key} must read like {example}, not {shown(value)}.")
    return tuple(map(int, value.split("x")))


def _whole(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise CaseError(f"{key} must be a whole number, not {shown(value)}.")
    return _in_range(key, value)


def _in_range(key: str, value: int) -> int:
    if abs(value) > _LARGEST:
        raise CaseError(f"{key} must be {_LARGEST} at most, not {shown(value)}.")
    return value


def _pair(key: str, value: object) -> tuple[int, int]:
    """One whole number for both axes, or height x width."""
    if not isinstance(value, str):
        return (_whole(key, value),) * 2
    height, width = (_in_range(key, size) for size in _sizes(key, value, 2))
    return height, width


def _several(key: str, value: object) -> tuple[int, ...]:
    """One whole number, or several in a text, as in 0,3,1,2."""
    if not isinstance(value, str):
        return (_whole(key, value),)
    if not _NUMBERS.fullmatch(value):
        raise CaseError(f"{key} must be a whole number or several like 0,3,1,2, not {shown(value)}.")
    return tuple(_in_range(key, int(number)) for number in value.split(","))


def _shapes(key: str, value: object) -> tuple[tuple[int, ...], ...]:
    """Shapes of all inputs, as in 1x8x8x16, 1x8x8x4."""
    if not isinstance(value, str) or not _SHAPES.fullmatch(value):
        raise CaseError(f"{key} must read like 1x8x8x16, 1x8x8x4, not {shown(value)}.")
    shapes = tuple(
        tuple(_in_range(key, int(size)) for size in shape.split("x")) for shape in value.split(",")
    )
    if max(map(len, shapes)) > MOST_AXES:
        raise CaseError(f"{key} must have {MOST_AXES} axes at most, not {shown(value)}.")
    return shapes


def _padding(key: str, value: object) -> Padding | ExplicitPadding:
    """A scheme, or top, left, bottom and right."""
    if isinstance(value, str) and _FOUR_SIDES.fullmatch(value):
        return ExplicitPadding(*(_in_range(key, int(side)) for side in value.split(",")))
    if value not in list(Padding):
        schemes = ", ".join(Padding)
        raise CaseError(
            f"{key} must be one of {schemes}, or like 1,0,1,0 (top, left, bottom, right), not {shown(value)}."
        )
    return Padding(str(value))


def _choice(kind: type[StrEnum]) -> Callable[[str, object], StrEnum]:
    def parse(key: str, value: object) -> StrEnum:
        if value not in list(kind):
            raise CaseError(f"{key} must be one of {', '.join(kind)}, not {shown(value)}.")
        return kind(str(value))

    return parse


def _word(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise CaseError(f"{key} must be a word, not {shown(value)}.")
    return value


_PARSERS: dict[str, Callable[[str, object], Any]] = {
    "in_h": _whole,
    "in_w": _whole,
    "in_c": _whole,
    "inputs": _shapes,
    "out_c": _whole,
    "kernel_h": _whole,
    "kernel_w": _whole,
    "stride": _pair,
    "padding": _padding,
    "dilation": _pair,
    "groups": _whole,
    "activation": _choice(Activation),
    "dtype": _choice(DType),
    "variant": _word,
    "tuning": lambda _, value: Tuning.of(value),
}
