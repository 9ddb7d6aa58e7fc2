"""Element types of operands that go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hilbench.tensors import ElementType

_INT8, _INT16, _INT32 = ElementType.INT8, ElementType.INT16, ElementType.INT32
_FLOAT = ElementType.FLOAT32

BIAS_TYPES: Mapping[tuple[ElementType, ElementType], ElementType] = {
    (_INT8, _INT8): _INT32,
    (_INT8, ElementType.INT4): _INT32,
    (_INT16, _INT8): ElementType.INT64,
    (_FLOAT, _FLOAT): _FLOAT,
}
"""Type of a bias by those of inputs and weights."""
_WEIGHTED = frozenset((*pair, bias) for pair, bias in BIAS_TYPES.items())
_LSTM = frozenset({(_FLOAT,) * 15, (*(_INT8,) * 9, *(_INT32,) * 4, _INT8, _INT16)})
_SVDF = frozenset(
    {(_FLOAT,) * 5, (_INT8, _INT8, _INT16, _INT32, _INT16), (_INT8, _INT8, _INT8, _INT32, _INT8)}
)
_COMBINATIONS: Mapping[str, frozenset[tuple[ElementType, ...]]] = {
    "conv2d": _WEIGHTED,
    "depthwise_conv2d": _WEIGHTED,
    "transpose_conv2d": _WEIGHTED,
    "fully_connected": _WEIGHTED,
    "lstm": _LSTM,
    "svdf": _SVDF,
}


def types_fit(operator: str, types: Sequence[ElementType]) -> bool:
    """Whether an operator takes inputs of these types together."""
    if operator in _COMBINATIONS:
        return tuple(types) in _COMBINATIONS[operator]
    if operator == "gather":
        return types[1] in (ElementType.INT32, ElementType.INT64)
    return len(set(types)) == 1
