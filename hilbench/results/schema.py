"""Tables of the store."""

from __future__ import annotations

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
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateColumn

METADATA = MetaData()

runs = Table(
    "runs",
    METADATA,
    Column("run_id", String(64), primary_key=True),
    Column("board", String(64), nullable=False),
    Column("twin_of", String(64), nullable=False),
    Column("provenance", String(16), nullable=False),
    Column("chip", String(32), nullable=False),
    Column("core", String(32), nullable=False),
    Column("grid", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("started", String(40), nullable=False),
    Column("finished", String(40)),
    Column("hilbench_version", String(32), nullable=False),
    Column("environment", String(16), nullable=False),
)

environment = Table(
    "environment",
    METADATA,
    Column("digest", String(16), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Key and value pairs under the digest of them all; the rows of one image share one environment."""

cases = Table(
    "cases",
    METADATA,
    Column("digest", String(16), primary_key=True),
    Column("parameters", JSON, nullable=False),
    Column("out_h", Integer, nullable=False),
    Column("out_w", Integer, nullable=False),
    Column("macs", BigInteger, nullable=False),
    Column("weight_bytes", BigInteger, nullable=False),
    Column("activation_bytes", BigInteger, nullable=False),
)

measurements = Table(
    "measurements",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("case_digest", ForeignKey("cases.digest"), nullable=False),
    Column("toolchain", String(64), nullable=False),
    Column("flags", Text, nullable=False),
    Column("placement", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("cause", Text, nullable=False),
    Column("clock_hz", BigInteger),
    Column("cycles", JSON, nullable=False),
    Column("cycles_cold", BigInteger),
    Column("instructions", BigInteger),
    Column("window_iterations", Integer),
    Column("window_energy_j", Float),
    Column("window_idle_w", Float),
    Column("window_meter_s", Float),
    Column("window_core_s", Float),
    Column("window_samples", Integer),
    Column("window_uncertainty_pct", Float),
    Column("verified", Boolean, nullable=False),
    Column("code_bytes", Integer),
    Column("weight_bytes", Integer),
    Column("ram_bytes", Integer),
    Column("scratch_bytes", Integer),
    Column("stack_bytes", Integer),
    Column("cache", String(32), nullable=False),
    Column("image_digest", String(64), nullable=False),
    Column("predictor", String(16)),
    Column("environment", String(16), nullable=False),
    Column("measured_at", String(40)),
    UniqueConstraint("run_id", "case_digest", "toolchain", "flags", "placement"),
)
"""One row a case under one build configuration of one run; cycles as a JSON list."""

attempts = Table(
    "attempts",
    METADATA,
    Column("measurement_id", ForeignKey("measurements.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("stage", String(16), nullable=False),
    Column("cause", Text, nullable=False),
    Column("recovery", String(64), nullable=False),
)

traces = Table(
    "traces",
    METADATA,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("npz", LargeBinary, nullable=False),
)
"""One example energy window a run, as `hilbench.results.traces` packs it."""


def add_later_columns(engine: Engine) -> None:
    """Give a store of an earlier version the columns that it lacks; its rows have nothing in them."""
    known = {column["name"] for column in inspect(engine).get_columns(measurements.name)}
    lacking = [column for column in measurements.columns if column.name not in known and column.nullable]
    with engine.begin() as connection:
        for column in lacking:
            definition = CreateColumn(column).compile(dialect=engine.dialect)
            connection.execute(text(f"ALTER TABLE {measurements.name} ADD COLUMN {definition}"))
