"""The store: every run, row and attempt in one SQLite file (or any database SQLAlchemy speaks)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sql
from sqlalchemy.exc import SQLAlchemyError

from hilbench.closing import Closing
from hilbench.errors import ConfigError, StoreError
from hilbench.results import records, schema
from hilbench.results.measurement import Measurement, RowKey
from hilbench.results.run import ExampleTrace, RunRecord
from hilbench.results.traces import pack_trace, unpack_trace

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

DEFAULT_STORE = "sqlite:///hilbench.sqlite"

_LOCK_WAIT_S = 30


class Store(Closing):
    """An open store; every method is one transaction, so what was added stays whatever happens next.

    Args:
        location: a database URL, or the path of an SQLite file.
        create: whether to make the store when there is none.

    Raises:
        StoreError: it cannot be opened, is corrupted, or (also from every method) cannot be read or written.
    """

    def __init__(self, location: str = DEFAULT_STORE, *, create: bool = True) -> None:
        self.url = location if "://" in location else f"sqlite:///{location}"
        if not create:
            self._require_file()
        with self._guarded():
            self._engine = sql.create_engine(self.url)
        if self._engine.dialect.name == "sqlite":
            sql.event.listen(self._engine, "connect", _configure_sqlite)
        try:
            with self._guarded():
                self._check()
                schema.METADATA.create_all(self._engine)
                schema.add_later_columns(self._engine)
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database; safe to call twice."""
        self._engine.dispose()

    def begin_run(self, run: RunRecord) -> None:
        """Add a run that has no rows yet."""
        with self._transaction() as connection:
            connection.execute(
                schema.runs.insert().values(
                    **records.run_values(run),
                    environment=records.add_environment(connection, run.environment),
                )
            )

    def finish_run(self, run_id: str, finished: datetime) -> None:
        """Mark a run as complete."""
        self._update_run(run_id, finished.isoformat())

    def reopen_run(self, run_id: str) -> None:
        """Mark a run as going on again."""
        self._update_run(run_id, None)

    def add(self, run_id: str, measurement: Measurement) -> None:
        """Add a row to a run, in place of an earlier one for the same case and build."""
        with self._transaction() as connection:
            records.add_measurement(connection, run_id, measurement)

    def keep_trace(self, run_id: str, example: ExampleTrace) -> None:
        """Keep the example trace of a run, in place of an earlier one."""
        with self._transaction() as connection:
            connection.execute(schema.traces.delete().where(schema.traces.c.run_id == run_id))
            connection.execute(schema.traces.insert().values(run_id=run_id, npz=pack_trace(example)))

    def runs(self) -> tuple[RunRecord, ...]:
        """Every run, oldest first."""
        with self._transaction() as connection:
            rows = connection.execute(sql.select(schema.runs).order_by(schema.runs.c.started)).mappings()
            return tuple(records.run_from(connection, row) for row in rows.all())

    def run(self, name: str) -> RunRecord:
        """The run called `name`: its id, the beginning of it where that is unique, or `latest`.

        Raises:
            ConfigError: there is none, or there are several; the sentence says which there are.
        """
        runs = self.runs()
        if name == "latest" and runs:
            return runs[-1]
        found = [run for run in runs if run.run_id == name] or [
            run for run in runs if run.run_id.startswith(name)
        ]
        if len(found) == 1:
            return found[0]
        known = ", ".join(run.run_id for run in (found or runs)[-5:]) or "none yet"
        problem = f"'{name}' is the beginning of several runs" if found else f"No run '{name}'"
        raise ConfigError(f"{problem} in {self.url}; there are: {known}.")

    def measurements(self, run_id: str) -> tuple[Measurement, ...]:
        """Rows of a run in the order in which they were added."""
        run = self.run(run_id)
        with self._transaction() as connection:
            return tuple(records.measurements(connection, run))

    def finished_keys(self, run_id: str) -> frozenset[RowKey]:
        """Rows of a run that stand: measured, or judged; failures of a wire are worth another try."""
        return frozenset(row.key for row in self.measurements(run_id) if row.status.is_verdict)

    def example_trace(self, run_id: str) -> ExampleTrace | None:
        """The example trace of a run, where it had a power meter."""
        with self._transaction() as connection:
            query = sql.select(schema.traces.c.npz).where(schema.traces.c.run_id == run_id)
            npz = connection.execute(query).scalar()
        return None if npz is None else unpack_trace(npz)

    def _update_run(self, run_id: str, finished: str | None) -> None:
        with self._transaction() as connection:
            connection.execute(
                schema.runs.update().where(schema.runs.c.run_id == run_id).values(finished=finished)
            )

    def _require_file(self) -> None:
        database = self.url.removeprefix("sqlite:///")
        if database != self.url and not Path(database).is_file():
            raise StoreError(
                f"There is no store at {database}; run `hilbench sweep` first, or name another with --store."
            )

    def _check(self) -> None:
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                verdict = connection.execute(sql.text("PRAGMA quick_check(1)")).scalar()
            if verdict != "ok":
                raise StoreError(_corrupted(self.url, str(verdict)))

    @contextmanager
    def _transaction(self) -> Iterator[sql.Connection]:
        with self._guarded(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(_sentence(self.url, error)) from error
        except ImportError as error:
            raise StoreError(
                f"The store {self.url} needs the Python package {error.name}; "
                "install it, or name another with --store."
            ) from error


def _configure_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # WAL lets a report read while a sweep writes; NORMAL is durable in WAL but for a power cut of the host.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={_LOCK_WAIT_S * 1000}",
    ):
        connection.cursor().execute(f"PRAGMA {pragma}")


def _sentence(url: str, error: SQLAlchemyError) -> str:
    cause = str(getattr(error, "orig", None) or error).splitlines()[0]
    lowered = cause.lower()
    if "not a database" in lowered or "malformed" in lowered:
        return _corrupted(url, cause)
    if "readonly" in lowered:
        return (
            f"The store {url} or its folder is not yours to write ({cause}); copy it to where you may, "
            "or name another with --store."
        )
    if "full" in lowered or "i/o error" in lowered:
        return (
            f"The disk of {url} is full or failing ({cause}); finished rows are kept: make room and --resume."
        )
    if "no such column" in lowered or "no column named" in lowered:
        return f"{url} was written by another version of hilbench ({cause}); name another store with --store."
    return f"The store {url} cannot be used ({cause}); check the path, or name another with --store."


def _corrupted(url: str, cause: str) -> str:
    return f"The store {url} is corrupted ({cause}); move it away, or name another with --store."
