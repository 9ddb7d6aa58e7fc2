"""Instructions and schedules of blocks, kept between two processes.

Decoding a block and scheduling it by every way in takes 1.5 ms, and a sweep meets the blocks of the last one.
They are kept by all that they depend on: the timing code, the core's figures and memories, address and bytes.
SQLite keeps several processes apart; what is damaged is found out anew.
"""

from __future__ import annotations

import hashlib
import marshal
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import capstone

from hilbench.paths import user_cache_dir
from hilbench.virtual import timing
from hilbench.virtual.timing import CoreModel, Decoder, Entry, Instruction, Operation, Schedule
from hilbench.virtual.timing.instruction import MemoryOperand, Operand2

_LARGEST = 64 << 20
"""Bytes of a file at which it is begun anew."""
_KEPT_FILES = 3
"""Files of other versions of the timing code that stay."""
_PATIENCE_S = 0.2
"""Time to wait for another process, before going on without."""
_SET_UP = (
    "PRAGMA synchronous = OFF",
    "PRAGMA journal_mode = TRUNCATE",
    "CREATE TABLE IF NOT EXISTS blocks (key BLOB PRIMARY KEY, content BLOB) WITHOUT ROWID",
)
_FIELDS = tuple(each.name for each in fields(Instruction))
_OPERATIONS = {each.value: each for each in Operation}
_OPERANDS = {each.value: each for each in Operand2}
_SEAL_BYTES = 8
_Plain = tuple[Any, ...]


class BlockCache:
    """Decodes and schedules blocks, or tells what an earlier process found.

    Only one thread may use it. Without a folder to write in, nothing is kept.
    """

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._connection: sqlite3.Connection | None = None
        self._is_open = False

    def decode(self, code: bytes, address: int) -> tuple[Instruction, ...]:
        """The instructions in `code`, which lies at `address`."""
        key = _key(b"decode", address, code)
        known = self._recall(key)
        if known is not None:
            return tuple(map(_instruction, known))
        instructions = self._decoder.decode(code, address)
        self._keep(key, tuple(map(_plain, instructions)))
        return instructions

    def schedules(
        self, model: CoreModel, code: bytes, instructions: Sequence[Instruction]
    ) -> Mapping[Entry, Schedule]:
        """The block's schedules by every way into it, without the issue of each instruction."""
        if not instructions:
            return model.schedules(instructions)
        regions = tuple(each.region for each in instructions)
        key = _key(model.identity.encode(), instructions[0].address, code, regions)
        known = self._recall(key)
        if known is None:
            found = model.schedules(instructions)
            known = tuple(
                (each.cycles, each.memory_wait, each.mispredict_penalty, *map(int, each.onward))
                for each in (found[entry] for entry in Entry)
            )
            self._keep(key, known)
        return {entry: _schedule(*figures) for entry, figures in zip(Entry, known, strict=True)}

    def _recall(self, key: bytes) -> tuple[_Plain, ...] | None:
        connection = self._open()
        if connection is None:
            return None
        with suppress(sqlite3.Error, ValueError, EOFError, TypeError):
            row = connection.execute("SELECT content FROM blocks WHERE key = ?", (key,)).fetchone()
            if row is not None and _seal(row[0][_SEAL_BYTES:]) == row[0][:_SEAL_BYTES]:
                known: tuple[_Plain, ...] = marshal.loads(row[0][_SEAL_BYTES:])  # noqa: S302  # sealed
                return known
        return None

    def _keep(self, key: bytes, found: tuple[_Plain, ...]) -> None:
        content = marshal.dumps(found)
        if self._connection is not None:
            with suppress(sqlite3.Error):
                row = key, _seal(content) + content
                self._connection.execute("INSERT OR REPLACE INTO blocks VALUES (?, ?)", row)

    def _open(self) -> sqlite3.Connection | None:
        if not self._is_open:
            self._is_open = True
            with suppress(sqlite3.Error, OSError):
                self._connection = _connect(_path())
        return self._connection


def _path() -> Path:
    """The file of this version, with room made for it."""
    folder = user_cache_dir() / "blocks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_version()}.sqlite"
    others = sorted(folder.glob("*.sqlite"), key=lambda each: each.stat().st_mtime, reverse=True)
    for each in [each for each in others if each != path][_KEPT_FILES:]:
        each.unlink(missing_ok=True)
    if path.exists() and path.stat().st_size > _LARGEST:
        path.unlink()
    return path


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
    try:
        for statement in _SET_UP:
            connection.execute(statement)
    except sqlite3.OperationalError:  # busy, or a full disk
        raise
    except sqlite3.DatabaseError:
        connection.close()
        path.unlink(missing_ok=True)
        return _connect(path)
    return connection


@cache
def _version() -> str:
    """Digest of the code that decodes and schedules."""
    state = hashlib.sha256(f"{sys.version} {capstone.__version__}".encode())
    for source in (*sorted(Path(timing.__file__).parent.glob("*.py")), Path(__file__)):
        state.update(source.read_bytes())
    return state.hexdigest()[:16]


def _key(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode()).digest()


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:_SEAL_BYTES]


def _plain(instruction: Instruction) -> _Plain:
    """An instruction as nothing but numbers, texts and sets of them."""
    values = {name: getattr(instruction, name) for name in _FIELDS}
    memory = instruction.memory
    values["operation"] = instruction.operation.value
    values["operand2"] = instruction.operand2.value
    values["memory"] = memory and (memory.base, memory.index, memory.shift, memory.offset)
    return tuple(values.values())


def _instruction(plain: _Plain) -> Instruction:
    values = dict(zip(_FIELDS, plain, strict=True))
    memory = values["memory"]
    values["operation"] = _OPERATIONS[values["operation"]]
    values["operand2"] = _OPERANDS[values["operand2"]]
    values["memory"] = MemoryOperand(*memory) if isinstance(memory, tuple) else None
    return Instruction(**values)


def _schedule(cycles: int, wait: float, penalty: int, onward: int, onward_taken: int) -> Schedule:
    return Schedule((), cycles, wait, penalty, (Entry(onward), Entry(onward_taken)))
