"""The objective of a scaling: a choice, or an expression of a network's figures."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hilbench.design.budget import Figures
from hilbench.design.nets.catalog import Hyperparameters
from hilbench.design.nets.network import NetworkSpec
from hilbench.errors import ConfigError

PARAMETERS = "parameters"
"""Text of the objective unless another is asked for: parameters, then multiply-accumulates."""
_COSTS = ("latency_ms", "energy_mj", "ram", "flash")
_NAMES = (PARAMETERS, "macs", "alpha", "beta", "gamma", "t0", "side", *_COSTS)
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "log": math.log,
    "sqrt": math.sqrt,
    "min": min,
    "max": max,
}
_OPERATORS: Mapping[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
_LARGEST_POWER = 64


@dataclass(frozen=True)
class Objective:
    """An expression to be maximised; its value is minus infinity where it has none.

    It is made of numbers, + - * / **, log, sqrt, min, max, and of the names `parameters`, `macs`, `alpha`,
    `beta`, `gamma`, `t0`, `side` (pixels), `latency_ms`, `energy_mj`, `ram` and `flash` (bytes).

    Args:
        text: the expression.

    Raises:
        ConfigError: it is none.
    """

    text: str = PARAMETERS
    _tree: ast.expr = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError):
            raise ConfigError(f"'{self.text}' is no expression; write one like {_EXAMPLE}.") from None
        object.__setattr__(self, "_tree", tree)
        for node in ast.walk(tree):
            self._check(node)

    @property
    def is_default(self) -> bool:
        """Whether it is that of the ordinary search."""
        return self.text.strip() == PARAMETERS

    @property
    def needs_costs(self) -> bool:
        """Whether it is of anything that only the cost model knows."""
        return any(isinstance(node, ast.Name) and node.id in _COSTS for node in ast.walk(self._tree))

    def value(self, network: NetworkSpec, chosen: Hyperparameters, figures: Figures | None = None) -> float:
        """Value of a network; figures may be left away where it needs none."""
        known: dict[str, float | None] = {
            PARAMETERS: network.parameters,
            "macs": network.macs,
            "alpha": chosen.alpha,
            "beta": chosen.beta,
            "gamma": chosen.gamma,
            "t0": chosen.t_zero,
            "side": network.input[0],
        }
        if figures is not None:
            energy = figures.energy_uj
            known |= {
                "latency_ms": figures.latency_us / 1e3,
                "energy_mj": None if energy is None else energy / 1e3,
                "ram": figures.ram_bytes,
                "flash": figures.flash_bytes,
            }
        try:
            found = _evaluate(self._tree, known)
            return -math.inf if math.isnan(found) else found
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return -math.inf

    def _check(self, node: ast.AST) -> None:
        """Refuse what is not of the few kinds that an objective has."""
        if isinstance(node, ast.Name) and node.id not in (*_NAMES, *_FUNCTIONS):
            raise ConfigError(f"An objective knows no '{node.id}'; it knows {', '.join(_NAMES)}.")
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords
        is_number = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        known = isinstance(node, (ast.Name, ast.BinOp, ast.UnaryOp, ast.Load, *_OPERATORS))
        if not (is_call or is_number or known):
            raise ConfigError(f"'{self.text}' is no objective; write one like {_EXAMPLE}.")


def _evaluate(node: ast.expr, known: Mapping[str, float | None]) -> float:
    """Value of an expression.

    Raises:
        TypeError: it has a name whose value nobody knows, or a function that is none.
    """
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        return float(known[node.id])  # type: ignore[arg-type]
    if isinstance(node, ast.UnaryOp):
        return _OPERATORS[type(node.op)](_evaluate(node.operand, known))
    if isinstance(node, ast.BinOp):
        left, right = _evaluate(node.left, known), _evaluate(node.right, known)
        if isinstance(node.op, ast.Pow) and abs(right) > _LARGEST_POWER:
            raise OverflowError
        return _real(_OPERATORS[type(node.op)](left, right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](*(_evaluate(each, known) for each in node.args))
    raise TypeError


def _real(value: Any) -> float:  # noqa: ANN401  # a power of a negative number is complex
    if isinstance(value, complex):
        raise ValueError  # noqa: TRY004  # of a value, as math's functions say it
    return float(value)


_EXAMPLE = "'log(parameters) - latency_ms / 100'"
