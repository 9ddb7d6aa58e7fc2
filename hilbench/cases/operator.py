"""What an operator's folder must say of itself: the contract between `operators/` and the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from hilbench.cases.case import DType, OperatorCase
from hilbench.cases.kernel import Kernel
from hilbench.cases.tensors import Array, Tensors
from hilbench.cases.variants import REFERENCE
from hilbench.errors import CaseError

_SIZES = ("in_h", "in_w", "in_c", "out_c", "kernel_h", "kernel_w", "stride", "dilation", "groups")

_ADDRESSABLE = 2**32
_COUNTABLE = 2**53
"""What a float64 still counts."""


class Operator(ABC):
    """One operator: what shapes are legal, what it costs, what it computes, what its C needs.

    A folder below `operators/` holds one subclass in `operator.py` and a Jinja template
    `<variant>.c.j2` for each of its `kernels`. Nothing else in hilbench names an operator.
    """

    name: ClassVar[str]
    input_count: ClassVar[int] = 1
    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.INT8, DType.FLOAT32})
    kernels: ClassVar[Sequence[Kernel]] = (Kernel(),)
    """The ways to compute it, a variant each; one of them is the reference."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __eq__(self, other: object) -> bool:
        """Two loads of one folder are the same operator, so that their cases compare equal."""
        return isinstance(other, Operator) and (self.name, self.folder) == (other.name, other.folder)

    def __hash__(self) -> int:
        return hash((self.name, self.folder))

    def __repr__(self) -> str:
        return f"<operator {self.name}>"

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """Names of the kernels, the reference first."""
        return tuple(sorted(self._kernels, key=lambda name: (name != REFERENCE, name)))

    def kernel(self, variant: str) -> Kernel:
        """The kernel of a variant.

        Raises:
            KeyError: there is none, which `check` rules out for a case.
        """
        return self._kernels[variant]

    def supports(self, case: OperatorCase, variant: str) -> bool:
        """Whether `variant` can compute `case`."""
        return self.kernel(variant).supports(case)

    @cached_property
    def _kernels(self) -> Mapping[str, Kernel]:
        return {kernel.name: kernel for kernel in self.kernels}

    @abstractmethod
    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters that follow from others (depthwise: groups and out_c), for grid files."""

    def check(self, case: OperatorCase) -> None:
        """Raise CaseError when the case is impossible; subclasses add their own rules.

        Raises:
            CaseError: the sentence names the case and the rule that it breaks.
        """
        for name in _SIZES:
            self.require(case, getattr(case, name) >= 1, f"{name} must be at least 1")
        known = ", ".join(sorted(self.dtypes))
        self.require(case, case.dtype in self.dtypes, f"dtype must be one of {known}")
        known = ", ".join(self.variants)
        self.require(case, case.variant in self.variants, f"no variant {case.variant}, there are: {known}")
        self.require(
            case, min(self.out_hw(case)) >= 1, "the dilated kernel is larger than the input; use padding same"
        )
        largest = max(case.input_bytes, case.output_bytes, case.weight_bytes)
        self.require(case, largest < _ADDRESSABLE, "a tensor of 4 GiB has no place in a microcontroller")
        self.require(case, case.macs <= _COUNTABLE, "it has more multiply-accumulates than 2^53")
        self.require(
            case, self.supports(case, case.variant), f"variant {case.variant} cannot compute this shape"
        )

    @staticmethod
    def require(case: OperatorCase, condition: bool, rule: str) -> None:
        """Raise CaseError with the case and the `rule` that it breaks, unless `condition` holds."""
        if not condition:
            raise CaseError(f"Impossible case {case}: {rule}.")

    @abstractmethod
    def out_hw(self, case: OperatorCase) -> tuple[int, int]:
        """Output height and width; zero or less where the window does not fit."""

    @abstractmethod
    def macs(self, case: OperatorCase) -> int:
        """Multiply-accumulates; for operators without multiplication, element operations."""

    @abstractmethod
    def weight_bytes(self, case: OperatorCase) -> int:
        """Bytes of weights, bias and per-channel requantisation constants."""

    def activation_bytes(self, case: OperatorCase) -> int:
        """Bytes of all inputs and the output."""
        return self.input_count * case.input_bytes + case.output_bytes

    @abstractmethod
    def tensors(self, case: OperatorCase) -> Tensors:
        """Data of the case, reproducible from `case.seed`; inputs as the device generates them."""

    @abstractmethod
    def reference(self, case: OperatorCase, tensors: Tensors) -> Array:
        """The output (H, W, C).

        Bit-exact with TFLite's reference kernels, or for float32 with the template's order of summation.
        """

    def template_context(self, case: OperatorCase, tensors: Tensors) -> Mapping[str, Any]:
        """Names that the templates of all kernels read beside `case` and `symbol`, as weights and bounds."""
        return {}
