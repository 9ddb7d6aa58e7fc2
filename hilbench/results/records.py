"""Conversion between the store's tables and the types of runs and measurements."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sql
from sqlalchemy.dialects import postgresql, sqlite

from hilbench.environment import Environment
from hilbench.operators import WorkloadRecord
from hilbench.power import EnergyWindow
from hilbench.provenance import PredictedBy, Provenance
from hilbench.results import schema
from hilbench.results.measurement import Attempt, Measurement, Status
from hilbench.results.network import NetworkDetails
from hilbench.results.recorded import workload_from, workload_values
from hilbench.results.run import RunRecord
from hilbench.results.run_summary import RunSummary

_PLAIN = (
    "toolchain",
    "flags",
    "placement",
    "cause",
    "clock_hz",
    "cycles_cold",
    "instructions",
    "verified",
    "code_bytes",
    "ram_bytes",
    "scratch_bytes",
    "stack_bytes",
    "cache",
    "image_digest",
)
"""Fields of a measurement that are columns under the same name."""

_INSERTS: Mapping[str, Callable[[sql.Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
DATABASES = tuple(_INSERTS)
"""The databases that a store may be: each has its own words for "unless it is there"."""


def run_values(run: RunRecord) -> dict[str, Any]:
    """Columns of a run, its environment left out."""
    values = run.document()
    del values["environment"]
    return values | {"provenance": str(run.provenance)}


def run_from(connection: sql.Connection, row: sql.RowMapping) -> RunRecord:
    """The run that a row of `schema.runs` describes."""
    return RunRecord(
        **{
            **row,
            "provenance": Provenance(row["provenance"]),
            "started": datetime.fromisoformat(row["started"]),
            "finished": _time(row["finished"]),
            "environment": environment(connection, row["environment"]),
        }
    )


def add_environment(connection: sql.Connection, environment: Environment) -> str:
    """Keep an environment once; returns its digest."""
    values = environment.values()
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
    rows = [{"digest": digest, "key": key, "value": values[key]} for key in sorted(values)]
    _add_once(connection, schema.environment, rows)
    return digest


def environment(connection: sql.Connection, digest: str) -> Environment:
    """The environment kept under `digest`."""
    table = schema.environment
    query = sql.select(table.c.key, table.c.value).where(table.c.digest == digest).order_by(table.c.key)
    return Environment.parse({row.key: row.value for row in connection.execute(query)})


def add_measurement(
    connection: sql.Connection, run_id: str, measurement: Measurement, position: int | None = None
) -> None:
    """Write one row with its case, environment and attempts, in place of an earlier one.

    Whoever else writes to the same run waits until the transaction is over.
    """
    _add_workload(connection, measurement.workload)
    runs = schema.runs
    connection.execute(sql.select(runs.c.run_id).where(runs.c.run_id == run_id).with_for_update())
    key = {"run_id": run_id, **measurement.key._asdict()}
    table = schema.measurements
    connection.execute(table.delete().where(*(table.c[name] == value for name, value in key.items())))
    window = asdict(measurement.energy) if measurement.energy else {}
    inserted = connection.execute(
        table.insert().values(
            **key | {name: getattr(measurement, name) for name in _PLAIN},
            weight_bytes=measurement.constant_bytes,
            **{f"window_{name}": value for name, value in window.items()},
            position=position,
            status=str(measurement.status),
            predictor=str(measurement.predictor) if measurement.predictor else None,
            cycles=list(measurement.cycles),
            layouts=[list(samples) for samples in measurement.layouts],
            environment=add_environment(connection, measurement.environment),
            measured_at=measurement.measured_at.isoformat() if measurement.measured_at else None,
            network=measurement.network.document() if measurement.network else sql.null(),
        )
    )
    if measurement.attempts and inserted.inserted_primary_key:
        (row_id,) = inserted.inserted_primary_key
        connection.execute(
            schema.attempts.insert(),
            [{"measurement_id": row_id, **asdict(attempt)} for attempt in measurement.attempts],
        )


def measurements(connection: sql.Connection, run: RunRecord) -> Iterator[Measurement]:
    """Rows of a run by position, then in the order in which they were written."""
    workloads = _workloads(connection, run.run_id)
    attempts = _attempts(connection, run.run_id)
    environments: dict[str, Environment] = {}
    table = schema.measurements
    query = sql.select(table).where(table.c.run_id == run.run_id).order_by(table.c.position, table.c.id)
    for row in connection.execute(query).mappings().all():
        digest = row["environment"]
        if digest not in environments:
            environments[digest] = environment(connection, digest)
        yield Measurement(
            workload=workloads[row["case_digest"]],
            board=run.board,
            chip=run.chip,
            core=run.core,
            provenance=run.provenance,
            predictor=PredictedBy(row["predictor"]) if row["predictor"] else None,
            status=Status(row["status"]),
            cycles=tuple(row["cycles"]),
            layouts=tuple(tuple(samples) for samples in row["layouts"] or ()),
            constant_bytes=row["weight_bytes"],
            energy=_window(row),
            attempts=tuple(attempts[row["id"]]),
            environment=environments[digest],
            measured_at=_time(row["measured_at"]),
            network=NetworkDetails.parse(row["network"]) if row["network"] else None,
            **{name: row[name] for name in _PLAIN},
        )


def summaries(connection: sql.Connection) -> dict[str, RunSummary]:
    """Summary of the rows of each run that has any."""
    table = schema.measurements
    cases = connection.execute(sql.select(schema.cases)).mappings()
    variants = {row["digest"]: workload_from(row).variant for row in cases}
    by = table.c.run_id, table.c.status, table.c.flags, table.c.case_digest
    found: defaultdict[str, RunSummary] = defaultdict(RunSummary)
    for run_id, status, flags, case, count in connection.execute(
        sql.select(*by, sql.func.count()).group_by(*by)
    ):
        summary = found[run_id]
        summary.statuses[Status(status)] += count
        summary.flags[flags] += count
        summary.variants[variants[case]] += count
    return dict(found)


def _add_workload(connection: sql.Connection, workload: WorkloadRecord) -> None:
    _add_once(connection, schema.cases, [workload_values(workload)])


def _add_once(connection: sql.Connection, table: sql.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that are not there yet; another process may add them at the same time."""
    key = table.primary_key.columns.values()[0]
    known = sql.select(key).where(key == rows[0][key.name]).limit(1) if rows else None
    if known is not None and connection.execute(known).scalar() is None:
        insert = _INSERTS[connection.dialect.name](table).on_conflict_do_nothing()
        connection.execute(insert, list(rows))


def _workloads(connection: sql.Connection, run_id: str) -> dict[str, WorkloadRecord]:
    used = sql.select(schema.measurements.c.case_digest).where(schema.measurements.c.run_id == run_id)
    query = sql.select(schema.cases).where(schema.cases.c.digest.in_(used))
    return {row["digest"]: workload_from(row) for row in connection.execute(query).mappings()}


def _attempts(connection: sql.Connection, run_id: str) -> defaultdict[int, list[Attempt]]:
    table = schema.attempts
    query = (
        sql.select(table)
        .join(schema.measurements)
        .where(schema.measurements.c.run_id == run_id)
        .order_by(table.c.measurement_id, table.c.number)
    )
    found: defaultdict[int, list[Attempt]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.measurement_id].append(Attempt(row.number, row.stage, row.cause, row.recovery))
    return found


def _window(row: sql.RowMapping) -> EnergyWindow | None:
    values = {field.name: row[f"window_{field.name}"] for field in fields(EnergyWindow)}
    return None if values["iterations"] is None else EnergyWindow(**values)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
