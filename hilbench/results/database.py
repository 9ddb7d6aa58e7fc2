"""SQLite and PostgreSQL, set up for several processes that write to one store; their errors in words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sql
from sqlalchemy.exc import SQLAlchemyError

from hilbench.errors import StoreError
from hilbench.passwords import hide_passwords

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

WRITES = {"writes": True}
"""Execution options of a transaction that writes: SQLite takes its lock at the beginning, and waits for it.

One that reads first and then writes would fail at once where another process wrote in between.
"""
_LOCK_WAIT_S = 30
_RETRY_S = 0.02
_SCHEMA_LOCK = 0x68696C62656E6368
"""Key of PostgreSQL's advisory lock, 64 bits: `hilbench` in ASCII."""


def engine_options(url: sql.URL) -> dict[str, str]:
    """Text is UTF-8 also where a PostgreSQL database says that it does not care (SQL_ASCII)."""
    return {"client_encoding": "utf8"} if url.get_backend_name() == "postgresql" else {}


def configure_sqlite(engine: sql.Engine) -> None:
    """Set up the connections of an SQLite store, and let transactions begin as `WRITES` says."""
    sql.event.listen(engine, "connect", _configure_connection)
    sql.event.listen(engine, "begin", _begin)


def lock_schema(connection: sql.Connection) -> None:
    """Wait until no other process changes the schema; the lock ends with the transaction.

    A transaction that writes to SQLite holds its only lock already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sql.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})


def check(connection: sql.Connection, name: str) -> None:
    """Look for damage in an SQLite file.

    Raises:
        StoreError: there is some.
    """
    if connection.dialect.name == "sqlite":
        verdict = connection.execute(sql.text("PRAGMA quick_check(1)")).scalar()
        if verdict != "ok":
            raise StoreError(_corrupted(name, str(verdict)))


@contextmanager
def guarded(url: str) -> Iterator[None]:
    """Turn every error of the database into a StoreError that names its URL without the password."""
    name = hide_passwords(url)
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreError(_sentence(name, hide_passwords(_cause(error)))) from error
    except (ValueError, OverflowError) as error:  # the driver's, of what it cannot keep, or of what is kept
        raise StoreError(
            f"The store {name} cannot take or give a value ({error}); if another version of hilbench "
            "wrote it, name another with --store."
        ) from error
    except ImportError as error:
        extra = 'run: pip install "hilbench[postgres]"' if "psycopg" in str(error.name) else "install it"
        raise StoreError(
            f"The store {name} needs the Python package {error.name}; {extra}, or name another with --store."
        ) from error


def _configure_connection(connection: DBAPIConnection, _record: object) -> None:
    # Transactions begin where `_begin` says and nowhere else.
    connection.isolation_level = None
    # WAL lets a report read while a sweep writes; NORMAL is durable in WAL but for a power cut of the host.
    for pragma in (
        f"busy_timeout={_LOCK_WAIT_S * 1000}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        _patiently(connection, f"PRAGMA {pragma}")


def _patiently(connection: DBAPIConnection, statement: str) -> None:
    """SQLite does not wait by itself where processes change the journal's mode at the same time."""
    give_up = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            connection.cursor().execute(statement)
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(_RETRY_S)
        else:
            return


def _begin(connection: sql.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _cause(error: SQLAlchemyError) -> str:
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return lines[0] if lines else type(error).__name__


def _sentence(name: str, cause: str) -> str:
    lowered = cause.lower()
    if "not a database" in lowered or "malformed" in lowered:
        return _corrupted(name, cause)
    if "readonly" in lowered or "permission denied" in lowered:
        return (
            f"The store {name} or its folder is not yours to write ({cause}); copy it to where you may, "
            "or name another with --store."
        )
    if "full" in lowered or "i/o error" in lowered or "no space" in lowered:
        return f"The disk of {name} is full or failing ({cause}); finished rows stay: make room and --resume."
    if "no such column" in lowered or "no column named" in lowered:
        return (
            f"{name} was written by another version of hilbench ({cause}); name another store with --store."
        )
    return f"The store {name} cannot be used ({cause}); check the path, or name another with --store."


def _corrupted(name: str, cause: str) -> str:
    return f"The store {name} is corrupted ({cause}); move it away, or name another with --store."
