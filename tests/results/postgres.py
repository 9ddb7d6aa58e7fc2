"""A PostgreSQL server of a test's own, from the binaries of Debian's package `postgresql`."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "s3cret"  # noqa: S105  # of a server that lives as long as a test
_USER = "hilbench"


def binaries() -> Path | None:
    """The folder of the newest installed server; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3].zfill(4))
    return found[-1].parent if found else None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Start a server on a socket in its own folder; yields the URL of an empty database (SQL_ASCII)."""
    folder = Path(tempfile.mkdtemp(prefix="hilbench-pg-"))
    owner = _owner()
    data, secret = folder / "data", folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    if owner is not None:
        for path in (folder, secret):
            shutil.chown(path, owner)
    try:
        initdb = [programs / "initdb", "-D", data, "-U", _USER, "-A", "scram-sha-256", "-N"]
        _run([*map(str, initdb), f"--pwfile={secret}"], owner)
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        pg_ctl = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
        _run([*pg_ctl, "-o", options, "start"], owner)
        try:
            yield f"postgresql+psycopg://{_USER}:{PASSWORD}@/postgres?host={folder}"
        finally:
            _run([*pg_ctl, "-m", "immediate", "stop"], owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str | None:
    """The user to run as: PostgreSQL refuses root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: Sequence[str], owner: str | None) -> None:
    environment = {**os.environ, "LC_ALL": "C"}
    subprocess.run(command, user=owner, check=True, capture_output=True, cwd="/", env=environment)
