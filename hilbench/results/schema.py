"""Tables of the store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)
from sqlalchemy.engine import Connection, Inspector
from sqlalchemy.schema import CreateColumn

METADATA = MetaData()

runs = Table(
    "runs",
    METADATA,
    Column("run_id", Text, primary_key=True),
    Column("board", Text, nullable=False),
    Column("twin_of", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("chip", Text, nullable=False),
    Column("core", Text, nullable=False),
    Column("grid", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("started", Text, nullable=False),
    Column("finished", Text),
    Column("hilbench_version", Text, nullable=False),
    Column("environment", Text, nullable=False),
)

environment = Table(
    "environment",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Key and value pairs under the digest of them all; the rows of one image share one environment."""

cases = Table(
    "cases",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("parameters", JSON, nullable=False),
    Column("out_h", BigInteger, nullable=False),
    Column("out_w", BigInteger, nullable=False),
    Column("macs", BigInteger, nullable=False),
    Column("weight_bytes", BigInteger, nullable=False),
    Column("activation_bytes", BigInteger, nullable=False),
    Column("record", JSON),
)
"""Workloads; `record` holds what the other columns do not say, and is empty in rows of earlier versions."""

measurements = Table(
    "measurements",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("case_digest", ForeignKey("cases.digest"), nullable=False),
    Column("toolchain", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("placement", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("clock_hz", BigInteger),
    Column("cycles", JSON, nullable=False),
    Column("cycles_cold", BigInteger),
    Column("layouts", JSON),
    Column("instructions", BigInteger),
    Column("window_iterations", BigInteger),
    Column("window_energy_j", Float),
    Column("window_idle_w", Float),
    Column("window_meter_s", Float),
    Column("window_core_s", Float),
    Column("window_samples", BigInteger),
    Column("window_uncertainty_pct", Float),
    Column("verified", Boolean, nullable=False),
    Column("code_bytes", BigInteger),
    Column("weight_bytes", BigInteger),
    Column("ram_bytes", BigInteger),
    Column("scratch_bytes", BigInteger),
    Column("stack_bytes", BigInteger),
    Column("cache", Text, nullable=False),
    Column("image_digest", Text, nullable=False),
    Column("predictor", Text),
    Column("environment", Text, nullable=False),
    Column("measured_at", Text),
    Column("position", Integer),
    Column("network", JSON),
    UniqueConstraint("run_id", "case_digest", "toolchain", "flags", "placement"),
)
"""One row a case under one build configuration of one run; cycles as a JSON list.

`network` is `NetworkDetails.document` of a whole network, and empty in other rows.
"""

attempts = Table(
    "attempts",
    METADATA,
    Column("measurement_id", ForeignKey("measurements.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("recovery", Text, nullable=False),
)

traces = Table(
    "traces",
    METADATA,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("npz", LargeBinary, nullable=False),
)
"""One example energy window a run, as `hilbench.results.traces` packs it."""

tags = Table(
    "tags",
    METADATA,
    Column("tag", Text, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
)
"""Names that users gave to runs."""


def is_complete(connection: Connection) -> bool:
    """Whether the store has every table, and every column that was added later."""
    inspector = inspect(connection)
    return METADATA.tables.keys() <= set(inspector.get_table_names()) and not _lacking(inspector)


def complete(connection: Connection) -> None:
    """Make what `is_complete` misses: everything in a new store, later columns in one of an earlier version.

    The transaction must hold the lock of the schema. Rows that are there have nothing in later columns.
    """
    METADATA.create_all(connection)
    for column in _lacking(inspect(connection)):
        definition = CreateColumn(column).compile(dialect=connection.dialect)
        connection.execute(text(f"ALTER TABLE {column.table.name} ADD COLUMN {definition}"))


def _lacking(inspector: Inspector) -> list[Column[Any]]:
    lacking = []
    for table in (cases, measurements):
        known = {column["name"] for column in inspector.get_columns(table.name)}
        lacking += [column for column in table.columns if column.name not in known and column.nullable]
    return lacking
