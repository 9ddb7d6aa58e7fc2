"""Removal of a run with all that belongs to it alone."""

from __future__ import annotations

import sqlalchemy as sql

from hilbench.results import schema


def remove_run(connection: sql.Connection, run_id: str) -> None:
    """Delete a run, its rows, trace and tags, and workloads and environments that nothing else needs.

    Whoever writes to the same run at the time waits, and finds it gone.
    """
    runs, rows = schema.runs, schema.measurements
    connection.execute(sql.select(runs.c.run_id).where(runs.c.run_id == run_id).with_for_update())
    own = sql.select(rows.c.id).where(rows.c.run_id == run_id)
    connection.execute(schema.attempts.delete().where(schema.attempts.c.measurement_id.in_(own)))
    for table in (rows, schema.traces, schema.tags, runs):
        connection.execute(table.delete().where(table.c.run_id == run_id))
    cases, kept = schema.cases, schema.environment
    connection.execute(cases.delete().where(cases.c.digest.not_in(sql.select(rows.c.case_digest))))
    used = sql.union(sql.select(rows.c.environment), sql.select(runs.c.environment))
    connection.execute(kept.delete().where(kept.c.digest.not_in(used)))
