"""Workloads as the store remembers them, readable when the operator's own folder is long gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import RowMapping

from hilbench.errors import CaseError
from hilbench.operators import Constants, Layer, Operator, OperatorCase, WorkloadRecord
from hilbench.operators.parameters import case_fields, known_keys, parse_parameters
from hilbench.tensors import Array, ElementType, TensorSpec

_FIGURES = ("macs", "weight_bytes", "activation_bytes")
_TEXTS = ("problem_digest", "label", "variant", "tuning")


def workload_values(record: WorkloadRecord) -> dict[str, Any]:
    """Columns of `schema.cases`."""
    _, out_h, out_w, _ = record.outputs[0].padded_shape
    return {
        "digest": record.digest,
        "parameters": dict(record.parameters),
        "out_h": out_h,
        "out_w": out_w,
        **{name: getattr(record, name) for name in _FIGURES},
        "record": {
            **{name: getattr(record, name) for name in _TEXTS},
            "inputs": list(map(str, record.inputs)),
            "outputs": list(map(str, record.outputs)),
        },
    }


def workload_from(row: RowMapping) -> WorkloadRecord:
    """The record that a row of `schema.cases` holds, whichever version wrote it."""
    figures = {name: row[name] for name in _FIGURES}
    kept = row["record"]
    if kept is None:
        return recorded_case(row["parameters"], CaseFacts(row["out_h"], row["out_w"], **figures)).record()
    return WorkloadRecord(
        digest=row["digest"],
        parameters=row["parameters"],
        **figures,
        **{name: kept[name] for name in _TEXTS},
        inputs=tuple(map(_spec, kept["inputs"])),
        outputs=tuple(map(_spec, kept["outputs"])),
    )


def _spec(text: str) -> TensorSpec:
    """The specification that `str` of it gave."""
    shape, dtype = text.split(" ")
    return TensorSpec(tuple(map(int, shape.split("x"))), ElementType(dtype))


@dataclass(frozen=True)
class CaseFacts:
    """Facts that an operator stated of one case when it was stored."""

    out_h: int
    out_w: int
    macs: int
    weight_bytes: int
    activation_bytes: int


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
