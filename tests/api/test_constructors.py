"""Constructors of cases: those of the operators' declarations, with grids' meaning."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import hilbench
from hilbench.api.construction import constructor
from hilbench.errors import CaseError
from hilbench.grids import load_grid
from hilbench.operators.registry import Registry, own_operators
from tools.constructors import TARGET, stub


def test_the_types_are_those_of_the_operators_that_there_are() -> None:
    assert TARGET.read_text(encoding="utf-8") == stub(), "run python -m tools.constructors --write"


@pytest.mark.parametrize(
    ("mine", "as_grid"),
    [
        (
            hilbench.conv2d(input=(8, 6, 4), out_c=8, kernel=(1, 3), stride=(2, 1), padding=(0, 1, 0, 1)),
            {
                "operator": "conv2d",
                "input": "8x6x4",
                "out_c": 8,
                "kernel": "1x3",
                "stride": "2x1",
                "padding": "0,1,0,1",
            },
        ),
        (
            hilbench.transpose(inputs=[(1, 4, 5, 6)], perm=(0, 3, 1, 2)),
            {"operator": "transpose", "inputs": "1x4x5x6", "perm": "0,3,1,2"},
        ),
        (
            hilbench.concat(inputs=((1, 4, 5, 6), (1, 4, 5, 2)), axis=-1),
            {"operator": "concat", "inputs": "1x4x5x6, 1x4x5x2", "axis": -1},
        ),
        (hilbench.softmax(input="1x1x10"), {"operator": "softmax", "input": "1x1x10"}),
        (hilbench.case("mean", input=(7, 7, 64)), {"operator": "mean", "input": "7x7x64"}),
    ],
)
def test_a_tuple_means_what_a_grid_writes_as_text(
    mine: hilbench.Layer, as_grid: dict[str, Any], registry: Registry
) -> None:
    assert mine == registry.layer(**as_grid)


@pytest.mark.parametrize("name", own_operators())
def test_the_signature_names_what_the_operator_takes(name: str) -> None:
    operator = own_operators()[name]
    names = set(inspect.signature(constructor(name)).parameters)
    assert set(operator.attributes) | {"input", "dtype"} <= names
    assert ("kernel" in names) == ("kernel" in operator.parameters)
    assert (operator.__doc__ or "").split("\n")[0] in (constructor(name).__doc__ or "")


def test_an_impossible_case_says_why() -> None:
    with pytest.raises(CaseError, match="needs also: out_c"):
        hilbench.conv2d(input="8x8x4")
    with pytest.raises(CaseError, match="No operator 'nonesuch'"):
        hilbench.case("nonesuch")


def test_the_cases_of_a_grid_are_those_of_a_sweep(registry: Registry) -> None:
    assert hilbench.cases("quick") == load_grid("quick", registry)
