"""Cases as the store remembers them, readable when the operator's own folder is long gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from hilbench.cases import Activation, DType, Operator, OperatorCase, Padding, Tensors
from hilbench.cases.tensors import Array
from hilbench.cases.tuning import Tuning
from hilbench.errors import CaseError


@dataclass(frozen=True)
class CaseFacts:
    """What an operator said of one case when it was stored."""

    out_h: int
    out_w: int
    macs: int
    weight_bytes: int
    activation_bytes: int

    @classmethod
    def of(cls, case: OperatorCase) -> CaseFacts:
        """The facts of a case whose operator is at hand."""
        return cls(case.out_h, case.out_w, case.macs, case.weight_bytes, case.activation_bytes)


def recorded_case(parameters: Mapping[str, Any], facts: CaseFacts) -> OperatorCase:
    """The case with `parameters` (as `OperatorCase.parameters` gives them), to be read and not to be run."""
    shape = dict(parameters)
    name = shape.pop("operator")
    return OperatorCase(
        operator=type(name, (_RecordedOperator,), {"name": name})(facts),
        padding=Padding(shape.pop("padding")),
        activation=Activation(shape.pop("activation")),
        dtype=DType(shape.pop("dtype")),
        tuning=Tuning.of(shape.pop("tuning", {})),
        **shape,
    )


class _RecordedOperator(Operator):
    """Repeats recorded facts of one case; cannot compute."""

    def __init__(self, facts: CaseFacts) -> None:
        super().__init__(Path(self.name))
        self._facts = facts

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return dict(parameters)

    def check(self, case: OperatorCase) -> None:
        """Accept: it was checked before it was stored."""

    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        return self._facts.out_h, self._facts.out_w

    def macs(self, case: OperatorCase) -> int:
        return self._facts.macs

    def weight_bytes(self, case: OperatorCase) -> int:
        return self._facts.weight_bytes

    def activation_bytes(self, case: OperatorCase) -> int:
        return self._facts.activation_bytes

    def tensors(self, case: OperatorCase) -> Tensors:
        self._refuse()

    def reference(self, case: OperatorCase, tensors: Tensors) -> Array:
        self._refuse()

    def template_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise CaseError(f"A stored case of '{self.name}' can be read but not run; build it from a grid.")
