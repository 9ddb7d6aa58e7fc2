"""Files that people write and read: YAML by a schema, tables, what is wrong with them; text written whole."""

from __future__ import annotations

import csv
import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from hilbench.errors import ConfigError

FIRST_ROW = 2
"""Number of a table's first row below its heading, as spreadsheets count them."""
_SEPARATORS = (",", ";", "\t")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")
UNKNOWN_KEY = "is not a key that hilbench knows"
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe loader of PyYAML, several times as fast where PyYAML was built with libyaml."""
_TOO_DEEP = "maximum nesting depth"
"""Words by which libyaml refuses what Python's own parser meets with a RecursionError."""


class StrictModel(BaseModel):
    """A part of a document; it refuses keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def read_yaml(path: Path, name: str) -> object:
    """The content of a YAML file, which errors call `name`.

    Raises:
        ConfigError: it cannot be read, or is not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"Cannot read {name}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"Cannot read {name}, which is not YAML: {error}.") from error
    return parse_yaml(text, name)


def own_yaml(path: Path) -> object:
    """The content of a YAML file of this package."""
    return _loaded(path.read_text(encoding="utf-8"))


def parse_yaml(text: str, name: str) -> object:
    """The content of a YAML document, which errors call `name`.

    Raises:
        ConfigError: it is not YAML.
    """
    try:
        return _loaded(text)
    except RecursionError as error:
        raise ConfigError(f"Cannot read {name}, which is nested too deeply.") from error
    except (yaml.YAMLError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        # PyYAML lets through what Python says of a date, a number or a tag that cannot be.
        reason = " ".join(str(error).split())[:300]
        if _TOO_DEEP in reason:
            raise ConfigError(f"Cannot read {name}, which is nested too deeply.") from error
        raise ConfigError(f"Cannot read {name}, which is not YAML: {reason}.") from error


def _loaded(text: str) -> object:
    return yaml.load(text, Loader=_LOADER)  # noqa: S506, a safe loader


def read_table(path: Path, name: str, required: Iterable[str]) -> list[dict[str, str]]:
    """Rows of a CSV file with a heading, which is to be `name`; a cell that a row lacks is empty.

    Spreadsheets of some languages separate by semicolons and write 1,5 for 1.5; both are read. Tabs are, too.

    Args:
        path: the file, in UTF-8, with the mark that spreadsheets begin it with or without.
        name: what errors call it.
        required: columns that it must have.

    Raises:
        ConfigError: it cannot be read, is not CSV, or lacks a column.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            separator = _separator(stream.readline(), required := tuple(required))
            stream.seek(0)
            reader = csv.DictReader(stream, restval="", delimiter=separator)
            columns, rows = reader.fieldnames or (), list(reader)
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"Cannot read {path} as {name}: {error}.") from error
    if missing := [column for column in required if column not in columns]:
        raise ConfigError(f"{path} lacks the column '{missing[0]}'; it is not {name}.")
    return rows if separator != ";" else [{key: _point(cell) for key, cell in row.items()} for row in rows]


def _separator(heading: str, required: Sequence[str]) -> str:
    """Sign between the cells of a heading: the one by which most of the columns are there."""
    found = {sign: {cell.strip().strip('"') for cell in heading.split(sign)} for sign in _SEPARATORS}
    return max(
        _SEPARATORS, key=lambda sign: (sum(name in found[sign] for name in required), len(found[sign]))
    )


def _point(cell: Any) -> Any:  # noqa: ANN401  # a cell, or the list of those behind the last column
    """A number with its decimal comma made a point; every other cell as it is."""
    return cell.replace(",", ".") if isinstance(cell, str) and _DECIMAL_COMMA.fullmatch(cell) else cell


def problem(error: ValidationError, *parents: str) -> str:
    """Problem of a part of a document, and its place: the keys that lead there, `parents` before them.

    Of several problems a key that is not known comes first: a slip of the pen leaves another key missing.
    """
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    where = ".".join([*parents, *map(str, first["loc"])]) or "content"
    if first["type"] == "extra_forbidden":
        return f"{where} {UNKNOWN_KEY}"
    reason = first["msg"].removeprefix("Value error, ")
    return f"{where}: {reason[0].lower()}{reason[1:]}"


def is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long, or with a NUL
        return False


def write_whole(path: Path, text: str) -> None:
    """Write a file, whole or not at all, in place of an earlier one.

    Raises:
        OSError: it cannot be written.
    """
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
