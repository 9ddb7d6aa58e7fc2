"""The operators there are, found by their folders, and cases made from plain parameters."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

from hilbench.errors import CaseError, PluginError
from hilbench.operators.case import OperatorCase
from hilbench.operators.layer import Layer
from hilbench.operators.operator import Operator
from hilbench.operators.parameters import case_fields, parse_parameters, with_image
from hilbench.operators.variants import REFERENCE
from hilbench.paths import OPERATORS_DIR
from hilbench.plugins import folder_of, package_of, plugins, warn
from hilbench.suggestions import alternatives, shown

GROUP = "hilbench.operators"
"""Entry points of packages; each names a package or module in whose folder operators' folders lie."""


class Registry(Mapping[str, Operator]):
    """Operators by name; makes cases from the names and numbers that grids and stores hold."""

    def __init__(self, operators: Mapping[str, Operator]) -> None:
        self._operators = dict(sorted(operators.items()))

    def __getitem__(self, name: str) -> Operator:
        """The operator called `name`.

        Raises:
            CaseError: there is none; the sentence lists those there are.
        """
        if name not in self._operators:
            raise CaseError(f"No operator '{name}'{alternatives(name, self._operators)}")
        return self._operators[name]

    def __contains__(self, name: object) -> bool:
        return name in self._operators

    def __iter__(self) -> Iterator[str]:
        return iter(self._operators)

    def __len__(self) -> int:
        return len(self._operators)

    def layer(self, **parameters: object) -> Layer:
        """A layer with synthetic constants from `operator` and the parameters of its case.

        What is not given takes the operator's default. `OperatorCase.parameters` gives the same layer again.

        There are short forms for some of a case's keys: `input="16x16x8"` (height, width, channels), and
        `kernel=3` or `kernel="1x7"` (height, width). `inputs="1x8x8x16, 1x8x8x4"` lists inputs of any shape.

        Raises:
            CaseError: unknown key or value, missing key, or a case that the operator refuses.
        """
        if "operator" not in parameters:
            raise CaseError(f"A case needs the key operator; there are: {', '.join(self._operators)}.")
        name = parameters["operator"]
        if not isinstance(name, str):
            raise CaseError(f"operator must be a word, not {shown(name)}.")
        operator = self[name]
        rest = {key: value for key, value in parameters.items() if key != "operator"}
        given = parse_parameters(rest, operator.attributes)
        defaults = operator.defaults(with_image(given, operator.input_count))
        try:
            fields = case_fields(
                parse_parameters({**defaults, **rest}, operator.attributes),
                operator.input_count,
                operator.attributes,
            )
        except KeyError as error:
            raise CaseError(f"A case of {operator.name} needs also: {error.args[0]}.") from None
        return Layer(operator, operator.case(**fields))

    def case(self, **parameters: object) -> OperatorCase:
        """The case of the layer that `layer` makes.

        Raises:
            CaseError: as `layer` raises it.
        """
        return self.layer(**parameters).case


@cache
def own_operators() -> Registry:
    """Operators of hilbench, which are loaded once."""
    operators: dict[str, Operator] = {}
    for path in _operator_files(OPERATORS_DIR):
        _add(operators, path)
    return Registry(operators)


def load_operators(*folders: Path | None) -> Registry:
    """All operators: of hilbench, of installed packages, and of the user's `folders`.

    A package's operator that does not load is left out, after a warning.

    Raises:
        CaseError: one of `folders` does not exist, or an operator in it is broken or has a name twice.
    """
    operators = dict(own_operators())
    for point in plugins(GROUP):
        try:
            paths = _operator_files(folder_of(point))
        except PluginError as error:
            warn(f"Operators are left out: {error}.")
            continue
        for path in paths:
            try:
                _add(operators, path)
            except CaseError as error:
                warn(f"An operator of the package {package_of(point)} is left out: {error}")
    for folder in filter(None, folders):
        if not folder.is_dir():
            raise CaseError(f"The folder {folder} does not exist; name a folder of operator folders.")
        for path in _operator_files(folder):
            _add(operators, path)
    return Registry(operators)


def _operator_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/operator.py"))


def _add(operators: dict[str, Operator], path: Path) -> None:
    name = path.parent.name
    if name in operators:
        raise CaseError(f"Operator {name} in {path.parent} exists already; rename it.")
    operators[name] = _load(path)


def _load(path: Path) -> Operator:
    """The one operator that the file defines; its name is its folder's."""
    module = _import(path)
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Operator) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise CaseError(f"{path} must define one subclass of Operator, it defines {len(classes)}.")
    operator = classes[0](path.parent)
    if operator.name != path.parent.name:
        raise CaseError(f"{path} names its operator {operator.name!r}; give its folder the same name.")
    _check_kernels(operator)
    return operator


def _check_kernels(operator: Operator) -> None:
    """Require a template for every kernel, and a kernel for every template."""
    templates = {path.name.removesuffix(".c.j2") for path in operator.folder.glob("*.c.j2")}
    kernels = {REFERENCE, *operator.variants}
    for name in sorted(kernels - templates):
        raise CaseError(f"{operator.folder} has no template {name}.c.j2 for the kernel '{name}'; add it.")
    for name in sorted(templates - set(operator.variants)):
        raise CaseError(
            f"{operator.folder} has a template {name}.c.j2; add a Kernel '{name}' to the operator."
        )


def _import(path: Path) -> ModuleType:
    name = f"hilbench_operators.{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CaseError(f"{path} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise CaseError(f"{path} cannot be imported: {type(error).__name__}: {error}.") from error
    return module
