"""Digests of what something is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(parts: Iterable[str | bytes]) -> str:
    """SHA-256 (64 hex digits) over parts that cannot run into one another."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def digest_files(paths: Iterable[Path]) -> str:
    """Digest of the files' names and contents, in the order of their paths."""
    return digest(part for path in sorted(paths) for part in (path.name, path.read_bytes()))
