"""Workloads as the store remembers them, readable when the operator's own folder is long gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping

from hilbench.operators import OperatorCase, WorkloadRecord
from hilbench.operators.parameters import case_fields, known_keys, parse_parameters
from hilbench.tensors import DType, ElementType, TensorSpec

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
        return record_of(row["parameters"], (row["out_h"], row["out_w"]), **figures)
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


def record_of(
    parameters: Mapping[str, Any],
    out_hw: tuple[int, int],
    *,
    macs: int,
    weight_bytes: int,
    activation_bytes: int,
) -> WorkloadRecord:
    """The record of a case with `parameters`, as `OperatorCase.parameters` gives them.

    Args:
        parameters: of the case; its operator need not exist.
        out_hw: height and width of the output.
        macs: as `WorkloadRecord` has them.
        weight_bytes: as well.
        activation_bytes: as well.
    """
    rest = {key: value for key, value in parameters.items() if key != "operator"}
    own: dict[str, int | tuple[int, ...]] = {
        key: () if isinstance(value, str) else 0 for key, value in rest.items() if key not in known_keys()
    }
    fields = case_fields(parse_parameters(rest, own), 1, own)
    dtype: DType = fields.get("dtype", DType.INT8)
    case = OperatorCase(
        operator=parameters["operator"],
        outputs=(TensorSpec.image(*out_hw, fields.pop("out_c"), dtype.element),),
        usual_inputs=0 if "inputs" in rest else 1,
        **fields,
    )
    return replace(case.record(macs, weight_bytes), activation_bytes=activation_bytes)
