"""The file boards.yaml, read by its schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from hilbench.boards.board import Board
from hilbench.boards.provider import BoardProvider
from hilbench.boards.providers import PROVIDERS
from hilbench.errors import ConfigError, PluginError
from hilbench.files import UNKNOWN_KEY, StrictModel, problem, read_yaml
from hilbench.paths import BOARDS_FILE
from hilbench.plugins import Plugins, warn
from hilbench.power.instruments import INSTRUMENTS
from hilbench.suggestions import alternatives, shown

Part = TypeVar("Part", bound=StrictModel)


def load_boards(path: Path = BOARDS_FILE) -> Mapping[str, Board]:
    """Every board that `path` describes, by name; without those whose plug-in is broken, after a warning.

    Raises:
        ConfigError: the file cannot be read, or says something that the schema does not know.
    """
    boards: dict[str, Board] = {}
    entries = _entries(path)
    for name, entry in entries.items():
        try:
            boards[name] = _board(name, entry, path)
        except PluginError as error:
            warn(f"A board is left out: {error}")
    for board in boards.values():
        if board.virtual is None:
            continue
        names = f"{path}: boards.{board.name}.virtual names '{board.virtual}', which"
        if board.virtual not in entries:
            raise ConfigError(f"{names} is not in the file.")
        if board.virtual in boards and not boards[board.virtual].provider.starts_boards:
            raise ConfigError(f"{names} has no 'launch' and so is no virtual board.")
    return boards


def get_board(boards: Mapping[str, Board], name: str) -> Board:
    """The board called `name`.

    Raises:
        ConfigError: there is none; the sentence lists those that there are.
    """
    if name not in boards:
        raise ConfigError(f"No board '{name}'{alternatives(name, boards)}")
    return boards[name]


def _entries(path: Path) -> dict[str, Any]:
    content = read_yaml(path, str(path))
    if not isinstance(content, dict) or not isinstance(content.get("boards"), dict):
        raise ConfigError(f"{path} needs a mapping 'boards:' with an entry a board.")
    if unknown := set(content) - {"boards"}:
        raise ConfigError(f"{path}: unknown key {min(map(shown, unknown))} beside 'boards'.")
    return {
        name if isinstance(name, str) else shown(name): entry for name, entry in content["boards"].items()
    }


def _board(name: str, entry: object, path: Path) -> Board:
    if not isinstance(entry, dict):
        raise ConfigError(f"{path}: boards.{name} must be a mapping.")
    for key in {"name", "boards_file", "pool", "member"} & set(entry):
        raise ConfigError(f"{path}: boards.{name}.{key} {UNKNOWN_KEY}.")
    place = _Place(path, name)
    if "members" in entry:
        entry = {**entry, "members": _members(name, entry, place)}
    return _parse(name, entry, place)


def _members(name: str, entry: Mapping[str, Any], place: _Place) -> tuple[Board, ...]:
    """Boards of a pool: what the entry says, but for what each of its members says otherwise."""
    listed = entry["members"]
    if not isinstance(listed, list) or not listed or not all(isinstance(each, dict) for each in listed):
        raise ConfigError(f"{place}.members must be a list of mappings, one for each board.")
    names = [str(each.get("name", number)) for number, each in enumerate(listed, 1)]
    if twice := [each for each in names if names.count(each) > 1]:
        raise ConfigError(f"{place}.members has the name '{twice[0]}' twice.")
    common = {key: value for key, value in entry.items() if key not in {"members", "virtual"}}
    return tuple(
        _parse(
            f"{name}.{member}",
            {**common, **{key: value for key, value in each.items() if key != "name"}},
            place,
        ).model_copy(update={"pool": name, "member": member})
        for member, each in zip(names, listed, strict=True)
    )


def _parse(name: str, entry: Mapping[str, Any], place: _Place) -> Board:
    path = place.path
    parts = {key: value for key, value in entry.items() if key not in {"launch", "provider"}}
    if isinstance(parts.get("power"), dict):
        parts["power"] = place.parse(INSTRUMENTS, "meter", parts["power"], "power")
    if (provider := _provider(entry, place)) is not None:
        parts["provider"] = provider
    try:
        board = Board.model_validate({"name": name, "boards_file": path, **parts})
        _ = board.chip
    except ValidationError as error:
        raise ConfigError(f"{path}: {problem(error, 'boards', name)}.") from error
    return board


def _provider(entry: Mapping[str, Any], place: _Place) -> BoardProvider | None:
    """The provider that an entry names, by `launch` or at length; None where it names none."""
    launch = entry.get("launch", [])
    if launch == []:
        return place.parse(PROVIDERS, "kind", entry["provider"], "provider") if "provider" in entry else None
    if "provider" in entry:
        raise ConfigError(f"{place} has 'launch' and 'provider'; leave one of them out.")
    return place.parse(PROVIDERS, "kind", {"kind": "process", "launch": launch})


@dataclass(frozen=True)
class _Place:
    """An entry of a boards.yaml, as errors call it."""

    path: Path
    name: str

    def __str__(self) -> str:
        return f"{self.path}: boards.{self.name}"

    def parse(self, kinds: Plugins[Part], key: str, part: object, *keys: str) -> Part:
        """Part of the entry, below `keys`, whose `key` says of which kind it is."""
        where = ".".join([str(self), *keys])
        if not isinstance(part, dict) or key not in part:
            raise ConfigError(f"{where} must be a mapping with the key '{key}'.")
        try:
            return kinds.find(part[key]).model_validate(part)
        except ValidationError as error:
            raise ConfigError(f"{self.path}: {problem(error, 'boards', self.name, *keys)}.") from error
        except ConfigError as error:
            raise type(error)(f"{where}: {error}.") from error
