"""The store: every run, row and attempt in one SQLite file or PostgreSQL database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sql

from hilbench.closing import Closing
from hilbench.errors import ConfigError, StoreError
from hilbench.passwords import hide_passwords
from hilbench.paths import DEFAULT_STORE
from hilbench.results import records, schema
from hilbench.results.database import WRITES, check, configure_sqlite, engine_options, guarded, lock_schema
from hilbench.results.measurement import Measurement, RowKey
from hilbench.results.removal import remove_run
from hilbench.results.run import ExampleTrace, RunRecord
from hilbench.results.run_names import check_tag, find_run
from hilbench.results.run_summary import RunSummary
from hilbench.results.traces import pack_trace, unpack_trace


class Store(Closing):
    """An open store; every method is one transaction, so what was added stays whatever happens next.

    Args:
        location: a database URL, or the path of an SQLite file.
        create: whether to make the store when there is none; a file is made when something is written to it.

    Raises:
        StoreError: it cannot be opened, is corrupted, or (also from every method) cannot be read or written.
    """

    def __init__(self, location: str = DEFAULT_STORE, *, create: bool = True) -> None:
        url = location if "://" in location else f"sqlite:///{location}"
        self.name = hide_passwords(url)
        self._guarded = partial(guarded, url)
        with self._guarded():
            database = sql.make_url(url)
            _check_kind(database)
            if not create:
                _require_file(database)
            self._engine = sql.create_engine(database, pool_pre_ping=True, **engine_options(database))
        self._writer = self._engine.execution_options(**WRITES)
        if self._engine.dialect.name == "sqlite":
            configure_sqlite(self._engine)
        self._file = _file(database)
        self._is_new = create and self._file is not None and not self._file.exists()
        try:
            if self._is_new:
                self._check_folder()
            else:
                self._open(create=create)
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database; safe to call twice."""
        self._engine.dispose()

    def begin_run(self, run: RunRecord) -> None:
        """Add a run that has no rows yet."""
        with self._transaction(write=True) as connection:
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

    def add(self, run_id: str, measurement: Measurement, position: int | None = None) -> None:
        """Add a row to a run, in place of an earlier one for the same case and build.

        Args:
            run_id: the run.
            measurement: the row.
            position: where it is listed among the rows of the run, whenever it is added.
        """
        with self._transaction(write=True) as connection:
            records.add_measurement(connection, run_id, measurement, position)

    def keep_trace(self, run_id: str, example: ExampleTrace) -> None:
        """Keep the example trace of a run, in place of an earlier one."""
        with self._transaction(write=True) as connection:
            connection.execute(schema.traces.delete().where(schema.traces.c.run_id == run_id))
            connection.execute(schema.traces.insert().values(run_id=run_id, npz=pack_trace(example)))

    def runs(self) -> tuple[RunRecord, ...]:
        """Every run, oldest first."""
        if self._is_unmade:
            return ()
        with self._transaction() as connection:
            rows = connection.execute(sql.select(schema.runs).order_by(schema.runs.c.started)).mappings()
            return tuple(records.run_from(connection, row) for row in rows.all())

    def run(self, name: str) -> RunRecord:
        """The run that `name` names, as `hilbench.results.run_names.find_run` reads it.

        Raises:
            ConfigError: there is none, or there are several; the sentence says which there are.
        """
        return find_run(name, self.runs(), self.tags(), self.name)

    def tags(self) -> dict[str, str]:
        """Ids of runs by their tags, in the tags' order."""
        if self._is_unmade:
            return {}
        with self._transaction() as connection:
            query = sql.select(schema.tags).order_by(schema.tags.c.tag)
            return {row.tag: row.run_id for row in connection.execute(query)}

    def tag(self, run_id: str, tag: str, *, move: bool = False) -> None:
        """Give a run a name.

        Args:
            run_id: the run.
            tag: its name from now on.
            move: whether another run may lose it.

        Raises:
            ConfigError: it is no tag, or another run has it.
        """
        check_tag(tag, self.runs())
        holder = self.tags().get(tag, run_id)
        if holder != run_id and not move:
            raise ConfigError(f"The run {holder} has the tag '{tag}'; give --move to take it away.")
        with self._transaction(write=True) as connection:
            connection.execute(schema.tags.delete().where(schema.tags.c.tag == tag))
            connection.execute(schema.tags.insert().values(tag=tag, run_id=run_id))

    def untag(self, tag: str) -> None:
        """Take a tag away; the run stays."""
        with self._transaction(write=True) as connection:
            connection.execute(schema.tags.delete().where(schema.tags.c.tag == tag))

    def remove(self, run_id: str) -> None:
        """Delete a run for good, with its rows, trace and tags."""
        with self._transaction(write=True) as connection:
            remove_run(connection, run_id)

    def summaries(self) -> dict[str, RunSummary]:
        """Summary of each run's rows; runs without rows are left out."""
        if self._is_unmade:
            return {}
        with self._transaction() as connection:
            return records.summaries(connection)

    def measurements(self, run_id: str) -> tuple[Measurement, ...]:
        """Rows of a run by their positions; those without one in the order in which they were added."""
        run = self.run(run_id)
        with self._transaction() as connection:
            return tuple(records.measurements(connection, run))

    def finished_keys(self, run_id: str) -> frozenset[RowKey]:
        """Rows of a run that stand: measured, or too large for the chip."""
        return frozenset(row.key for row in self.measurements(run_id) if not row.status.is_failure)

    def failed_keys(self, run_id: str) -> frozenset[RowKey]:
        """Rows of a run that failed, which are worth another try."""
        return frozenset(row.key for row in self.measurements(run_id) if row.status.is_failure)

    def example_trace(self, run_id: str) -> ExampleTrace | None:
        """The example trace of a run, where it had a power meter."""
        with self._transaction() as connection:
            query = sql.select(schema.traces.c.npz).where(schema.traces.c.run_id == run_id)
            npz = connection.execute(query).scalar()
        return None if npz is None else unpack_trace(npz)

    @property
    def _is_unmade(self) -> bool:
        """Whether nothing was written yet, so that there is no file to read."""
        return self._is_new and self._file is not None and not self._file.exists()

    def _check_folder(self) -> None:
        """See whether a file can be made, without making it."""
        assert self._file is not None  # noqa: S101  # else there is no new one
        try:
            with tempfile.TemporaryFile(dir=self._file.parent):
                pass
        except OSError as error:
            raise StoreError(
                f"The store {self.name} cannot be made ({error.strerror}); name another with --store."
            ) from error

    def _open(self, *, create: bool) -> None:
        """Check what there is, and make what is missing while no other process does."""
        with self._transaction() as connection:
            check(connection, self.name)
            if schema.is_complete(connection):
                return
            if not create and not sql.inspect(connection).has_table(schema.runs.name):
                raise StoreError(_no_store(self.name))
        with self._transaction(write=True) as connection:
            lock_schema(connection)
            schema.complete(connection)

    def _update_run(self, run_id: str, finished: str | None) -> None:
        with self._transaction(write=True) as connection:
            connection.execute(
                schema.runs.update().where(schema.runs.c.run_id == run_id).values(finished=finished)
            )

    @contextmanager
    def _transaction(self, *, write: bool = False) -> Iterator[sql.Connection]:
        if self._is_new:
            self._is_new = False
            self._open(create=True)
        with self._guarded(), (self._writer if write else self._engine).begin() as connection:
            yield connection


def _check_kind(url: sql.URL) -> None:
    if url.get_backend_name() not in records.DATABASES:
        raise StoreError(
            f"A store is an SQLite file or a PostgreSQL database, and no {url.get_backend_name()}; "
            "name one with --store."
        )


def _file(url: sql.URL) -> Path | None:
    """The file of an SQLite store; None of a database that is no plain file."""
    plain = url.get_backend_name() == "sqlite" and not url.query and url.database != ":memory:"
    return Path(url.database) if url.database and plain else None


def _require_file(url: sql.URL) -> None:
    file = url.database
    if url.get_backend_name() == "sqlite" and not url.query and not (file and Path(file).is_file()):
        raise StoreError(_no_store(str(file)))


def _no_store(name: str) -> str:
    return f"There is no store at {name}; run `hilbench sweep` first, or name another with --store."
