"""Constructors of cases: a function for each operator, made from what the operator declares.

Their types are in `constructors.pyi`, which `python -m tools.constructors --write` makes of the same
declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import Parameter, Signature, cleandoc
from typing import Any

from hilbench.operators import Layer, Operator
from hilbench.operators.registry import own_operators

_TYPES = {
    "input": "Shape",
    "inputs": "Shapes",
    "out_c": "int",
    "kernel": "Size",
    "stride": "Size",
    "padding": "str | tuple[int, int, int, int]",
    "dilation": "Size",
    "groups": "int",
    "activation": "str",
    "dtype": "str",
    "variant": "str",
    "tuning": "Tuning | Mapping[str, int]",
}
_CROSSED = ("input", "kernel", "stride", "dilation")
"""Parameters whose numbers a grid joins by `x`; those of others it joins by commas."""
_ARGUMENTS = """
Args:
    input: height, width and channels, as (16, 16, 8) or "16x16x8"; `inputs` lists shapes of any rank.
    dtype: int8, int16x8, int8x4 or float32, as far as the operator has them.
    variant: kernel that computes it; `reference` leaves the choice to whoever measures it.

Raises:
    CaseError: there can be no such case; the sentence says why.
"""


@cache
def constructor(name: str) -> Callable[..., Layer]:
    """Function that makes cases of one of hilbench's own operators.

    Raises:
        CaseError: there is no such operator.
    """
    operator = own_operators()[name]

    def construct(**parameters: object) -> Layer:
        return own_operators().layer(operator=name, **as_written(parameters))

    construct.__name__ = construct.__qualname__ = name
    construct.__module__ = "hilbench"
    construct.__doc__ = documentation(operator)
    construct.__signature__ = signature(operator)  # type: ignore[attr-defined]  # any function may have one
    return construct


def as_written(parameters: Mapping[str, object]) -> dict[str, object]:
    """Parameters as a grid file has them: tuples become text, what is None is left out."""
    return {key: _text(key, value) for key, value in parameters.items() if value is not None}


def documentation(operator: Operator) -> str:
    """Docstring of the operator, its attributes' defaults, and what all constructors have in common."""
    own = ", ".join(f"{name}={value!r}" for name, value in operator.attributes.items())
    attributes = f"\n\nParameters of its own, with their defaults: {own}." if own else ""
    return f"{cleandoc(operator.__doc__ or operator.name)}{attributes}\n{_ARGUMENTS}"


def signature(operator: Operator) -> Signature:
    """Parameters that its constructor takes, all by name; what is None follows from the operator."""
    return Signature(
        [
            Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=f"{kind} | None")
            for name, kind in parameter_types(operator).items()
        ],
        return_annotation="Layer",
    )


def parameter_types(operator: Operator) -> dict[str, str]:
    """Type of each parameter of its constructor, in words of Python."""
    own = {
        name: "int | tuple[int, ...]" if isinstance(value, tuple) else "int"
        for name, value in operator.attributes.items()
    }
    names = ("input", "inputs", *operator.parameters)
    return {
        **{name: _TYPES[name] for name in names},
        **own,
        **{name: _TYPES[name] for name in ("dtype", "variant", "tuning")},
    }


def _text(key: str, value: Any) -> object:  # noqa: ANN401  # of a call
    if not isinstance(value, tuple | list):
        return value
    if key == "inputs":
        return ", ".join("x".join(map(str, shape)) for shape in value)
    return ("x" if key in _CROSSED else ",").join(map(str, value))
