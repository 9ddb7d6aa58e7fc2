"""Kinds of what boards.yaml names: modules of one package of hilbench, and entry points of other packages."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar

from hilbench.errors import ConfigError, PluginError
from hilbench.suggestions import alternatives, shown

Kind = TypeVar("Kind")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plugins(Generic[Kind]):
    """Subclasses of one base class by name; each is imported when it is used, and not before.

    Attributes:
        base: the base class.
        package: package of hilbench with a module a kind; the module's name is the kind's.
        group: entry points of other packages; each names a class as `module:Class`.
        noun: word for the kind in errors.
    """

    base: type[Kind]
    package: str
    group: str
    noun: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the kinds, those of hilbench first."""
        return tuple(dict.fromkeys((*self._own, *sorted(point.name for point in plugins(self.group)))))

    def find(self, name: object) -> type[Kind]:
        """The class called `name`; a name of hilbench's own stays its own.

        Raises:
            ConfigError: there is none; the sentence lists those there are.
            PluginError: it does not load.
        """
        if not isinstance(name, str):
            raise ConfigError(f"the {self.noun} must be a word, not {shown(name)}")
        if name in self._own:
            return self._subclass(importlib.import_module(f"{self.package}.{name}"))
        points = [point for point in plugins(self.group) if point.name == name]
        if not points:
            raise ConfigError(f"no {self.noun} '{name}'{alternatives(name, self.names).removesuffix('.')}")
        if len(points) > 1:
            homes = " and ".join(sorted(package_of(point) for point in points))
            raise PluginError(f"the packages {homes} both have an {self.noun} '{name}'; remove one of them")
        return self.load(points[0])

    @cached_property
    def _own(self) -> tuple[str, ...]:
        path = importlib.import_module(self.package).__path__
        return tuple(sorted(module.name for module in pkgutil.iter_modules(path)))

    def load(self, point: EntryPoint) -> type[Kind]:
        """The class that an entry point names.

        Raises:
            PluginError: it does not load, or is another class.
        """
        try:
            found = point.load()
        except Exception as error:
            raise PluginError(broken(point, f"{type(error).__name__}: {error}")) from error
        if not (isinstance(found, type) and issubclass(found, self.base)):
            raise PluginError(broken(point, f"{point.value} is no subclass of {self.base.__name__}"))
        return found

    def _subclass(self, module: ModuleType) -> type[Kind]:
        """The subclass that a module of hilbench defines."""
        (found,) = (
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, self.base)
            and value.__module__.startswith(module.__name__)
        )
        return found


def plugins(group: str) -> tuple[EntryPoint, ...]:
    """Entry points of a group, of every installed package."""
    return tuple(entry_points(group=group))


def folder_of(point: EntryPoint) -> Path:
    """Folder of the package or module that an entry point names, which is not imported.

    Raises:
        PluginError: it is not there.
    """
    try:
        spec = find_spec(point.value)
    except (ImportError, ValueError) as error:
        raise PluginError(broken(point, str(error))) from error
    places = list((spec.submodule_search_locations if spec else None) or [])
    if not places:
        raise PluginError(broken(point, f"{point.value} is no package"))
    return Path(places[0])


def package_of(point: EntryPoint) -> str:
    """Name of the package that an entry point belongs to."""
    return point.dist.name if point.dist is not None else "a package"


def broken(point: EntryPoint, reason: str) -> str:
    """A sentence, without its full stop, about a plug-in that cannot be used."""
    words = " ".join(reason.split())
    return f"the plug-in '{point.name}' of the package {package_of(point)} does not load ({words})"


@cache
def warn(sentence: str) -> None:
    """Log a warning once, however often what is wrong is met."""
    _LOG.warning("%s", sentence)
