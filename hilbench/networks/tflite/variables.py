"""State variables of a TFLite file: what is read in one run was assigned in the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from hilbench.networks.builder import Unsupported
from hilbench.networks.graph import State
from hilbench.networks.tflite.operation import Operation
from hilbench.tensors import Array

Key = tuple[bytes, bytes]


@dataclass
class _Variable:
    """A variable while the operators are read in their order.

    Attributes:
        initial: what CALL_ONCE assigns to it.
        current: name of the tensor that reads it first.
        value: name of the tensor that it holds now.
    """

    initial: Array | None = None
    current: str | None = None
    value: str | None = None


@dataclass
class Variables:
    """Variables of a file, and the handles by which operators name them.

    Attributes:
        once: whether the operators are those of CALL_ONCE.
    """

    once: bool = False
    _variables: dict[Key, _Variable] = field(default_factory=dict)
    _handles: dict[str, Key] = field(default_factory=dict)

    def handle(self, operation: Operation) -> None:
        """VAR_HANDLE: a name for a variable."""
        key = (
            bytes(getattr(operation.options, "container", None) or b""),
            bytes(getattr(operation.options, "sharedName", None) or b""),
        )
        self._variables.setdefault(key, _Variable())
        self._handles[operation.output.name] = key

    def assign(self, operation: Operation) -> None:
        """ASSIGN_VARIABLE: what the variable holds from now on."""
        variable = self._named(operation)
        if self.once:
            variable.initial = operation.constant(1)
        else:
            variable.value = operation.operand(1).name

    def read(self, operation: Operation) -> None:
        """READ_VARIABLE: what the variable holds now; at first what the run before left in it."""
        variable, output = self._named(operation), operation.output
        if variable.value is not None:
            operation.builder.aliases[output.name] = variable.value
            return
        if variable.initial is None:
            raise Unsupported("its variable has no initial value")
        if variable.initial.shape != output.shape or variable.initial.dtype != output.dtype:
            raise Unsupported("its variable has another shape or type")
        variable.current = variable.value = output.name

    def states(self) -> Iterator[State]:
        """Pairs of what is read and what is left behind."""
        for variable in self._variables.values():
            if variable.current is not None and variable.value is not None and variable.initial is not None:
                yield State(variable.current, variable.value, variable.initial)

    @property
    def conversions(self) -> Mapping[str, Callable[[Operation], None]]:
        """Conversions of the operators on variables, by their names."""
        return {"VAR_HANDLE": self.handle, "ASSIGN_VARIABLE": self.assign, "READ_VARIABLE": self.read}

    def _named(self, operation: Operation) -> _Variable:
        key = self._handles.get(operation.operand(0).name)
        if key is None:
            raise Unsupported("its variable has no handle")
        return self._variables[key]
