"""Cases as the store remembers them, readable when the operator's own folder is long gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from hilbench.errors import CaseError
from hilbench.operators import Constants, Layer, Operator, OperatorCase
from hilbench.operators.parameters import case_fields, known_keys, parse_parameters
from hilbench.tensors import Array, TensorSpec


@dataclass(frozen=True)
class CaseFacts:
    """Facts that an operator stated of one case when it was stored."""

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
    rest = dict(parameters)
    name = rest.pop("operator")
    own: dict[str, int | tuple[int, ...]] = {
        key: () if isinstance(value, str) else 0 for key, value in rest.items() if key not in known_keys()
    }
    operator = type(name, (_RecordedOperator,), {"name": name, "attributes": own})(facts)
    return OperatorCase(operator=operator, **case_fields(parse_parameters(rest, own), 1, own))


class _RecordedOperator(Operator):
    """Repeats recorded facts of one case; cannot compute."""

    def __init__(self, facts: CaseFacts) -> None:
        super().__init__(Path(self.name))
        self._facts = facts

    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return dict(parameters)

    def check(self, case: OperatorCase) -> None:
        """Accept: it was checked before it was stored."""

    def infer_outputs(self, case: OperatorCase) -> tuple[TensorSpec, ...]:
        return (TensorSpec.image(self._facts.out_h, self._facts.out_w, case.out_c, case.dtype.element),)

    def macs(self, case: OperatorCase) -> int:
        return self._facts.macs

    def weight_bytes(self, case: OperatorCase) -> int:
        return self._facts.weight_bytes

    def activation_bytes(self, case: OperatorCase) -> int:
        return self._facts.activation_bytes

    def synthesize(self, case: OperatorCase) -> Constants:
        self._refuse()

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        self._refuse()

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise CaseError(f"A stored case of '{self.name}' can be read but not run; build it from a grid.")
