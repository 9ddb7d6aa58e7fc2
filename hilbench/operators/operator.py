"""Contract between `operators/` and the rest: the facts that each operator's folder states."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from hilbench.digests import digest_files
from hilbench.errors import CaseError
from hilbench.operators.case import Attributes, OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.reuse import Reuse
from hilbench.operators.tuning import UNTUNED, Tuning
from hilbench.operators.variants import REFERENCE
from hilbench.tensors import POINT, Activation, Array, DType, TensorSpec, Window, Window2D

if TYPE_CHECKING:
    from hilbench.operators.layer import Layer

MOST_INPUTS = 8
"""Inputs of a kernel; HB_MAX_INPUTS of firmware/common/workload.h."""
_ADDRESSABLE = 2**32
_COUNTABLE = 2**53
"""Largest count that a float64 holds exactly."""


class Operator(ABC):
    """One operator: what shapes are legal, what it costs, what it computes, what its C needs.

    A folder below `operators/` holds one subclass in `operator.py` and a Jinja template
    `<variant>.c.j2` for each of its `kernels`. Nothing else in hilbench names an operator.
    """

    name: ClassVar[str]
    input_count: ClassVar[int] = 1
    """Inputs of a case that does not list its own."""
    attributes: ClassVar[Mapping[str, int | tuple[int, ...]]] = {}
    """Parameters of this operator alone, with their defaults."""
    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.INT8, DType.FLOAT32})
    kernels: ClassVar[Sequence[Kernel]] = (Kernel(),)
    """The ways to compute it, a variant each; one of them is the reference."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def parameters(self) -> tuple[str, ...]:
        """Parameters that its cases may be given, besides inputs, attributes, data type and kernel."""
        return ("out_c", "kernel", "stride", "padding", "dilation", "groups", "activation")

    def __repr__(self) -> str:
        return f"<operator {self.name}>"

    @property
    def source_digest(self) -> str:
        """Digest of the operator's folder as it is now, which may be edited between two builds."""
        return digest_files(path for path in self.folder.iterdir() if path.is_file())

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
        """Whether there is a kernel `variant` that can compute `case`."""
        return variant in self._kernels and self._kernels[variant].supports(case)

    @cached_property
    def _kernels(self) -> Mapping[str, Kernel]:
        return {kernel.name: kernel for kernel in self.kernels}

    @abstractmethod
    def defaults(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters that follow from others (depthwise: groups and out_c), for grid files."""

    def case(
        self,
        inputs: tuple[TensorSpec, ...],
        out_c: int,
        *,
        window: Window2D = POINT,
        groups: int = 1,
        activation: Activation = Activation.NONE,
        dtype: DType = DType.INT8,
        attributes: Attributes = (),
        variant: str = REFERENCE,
        tuning: Tuning = UNTUNED,
    ) -> OperatorCase:
        """A case of this operator, whose outputs follow from the rest.

        Args:
            inputs: shapes and types.
            out_c: length of the last axis of the first output.
            window: that slides over the input.
            groups: into which channels are divided.
            activation: fused.
            dtype: of all tensors.
            attributes: as `OperatorCase` has them.
            variant: kernel that computes it.
            tuning: of that kernel.

        Raises:
            CaseError: the operator refuses it; the sentence says why.
        """
        return self.complete(
            OperatorCase(
                operator=self.name,
                inputs=inputs,
                outputs=(TensorSpec((out_c,), dtype.element),),
                window=window,
                groups=groups,
                activation=activation,
                dtype=dtype,
                attributes=attributes,
                variant=variant,
                tuning=tuning,
                usual_inputs=self.input_count,
            )
        )

    def complete(self, draft: OperatorCase) -> OperatorCase:
        """The case with the outputs that follow from all else; of those of `draft` the last axis counts.

        Raises:
            CaseError: the operator refuses it; the sentence says why.
        """
        for name, value in _sizes(draft):
            self.require(draft, value >= 1, f"{name} must be at least 1")
        case = replace(draft, outputs=self.infer_outputs(draft))
        self.require(draft, case.out_c == draft.out_c, f"out_c must be {case.out_c}; leave it out")
        self.check(case)
        return case

    def check(self, case: OperatorCase) -> None:
        """Raise CaseError when the case is impossible; subclasses add their own rules.

        Raises:
            CaseError: the sentence names the case and the rule that it breaks.
        """
        fits = len(case.inputs) <= MOST_INPUTS
        self.require(case, fits, f"kernels take {MOST_INPUTS} inputs at most")
        known = ", ".join(sorted(self.dtypes))
        self.require(case, case.dtype in self.dtypes, f"dtype must be one of {known}")
        known = ", ".join(self.variants)
        self.require(case, case.variant in self.variants, f"no variant {case.variant}, there are: {known}")
        largest = max(self.weight_bytes(case), *(spec.bytes for spec in (*case.inputs, *case.outputs)))
        self.require(case, largest < _ADDRESSABLE, "a tensor of 4 GiB has no place in a microcontroller")
        self.require(case, self.macs(case) <= _COUNTABLE, "it has more multiply-accumulates than 2^53")
        self.require(
            case, self.supports(case, case.variant), f"variant {case.variant} cannot compute this shape"
        )

    @staticmethod
    def require(case: OperatorCase, condition: bool, rule: str) -> None:
        """Raise CaseError with the case and the `rule` that it breaks, unless `condition` holds."""
        if not condition:
            raise CaseError(f"Impossible case {case}: {rule}.")

    @abstractmethod
    def infer_outputs(self, draft: OperatorCase) -> tuple[TensorSpec, ...]:
        """Shapes and types of the outputs of a case of which all else is known, and `out_c`.

        Raises:
            CaseError: the inputs and parameters do not go together.
        """

    @abstractmethod
    def macs(self, case: OperatorCase) -> int:
        """Multiply-accumulates; for operators without multiplication, element operations."""

    @abstractmethod
    def weight_bytes(self, case: OperatorCase) -> int:
        """Bytes of weights, bias and per-channel requantisation constants."""

    @abstractmethod
    def synthesize(self, case: OperatorCase) -> Constants:
        """Synthetic constants of the case, reproducible from `case.seed`."""

    @abstractmethod
    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """The output in its shape; several outputs flat, one behind the other. Inputs have the case's shapes.

        Bit-exact with TFLite's reference kernels, or for float32 with the template's order of summation.
        """

    def input_reuse(self, case: OperatorCase) -> tuple[Reuse | None, ...]:
        """Distances at which the reference lets the output lie over each input; None for nowhere."""
        return (None,) * len(case.inputs)

    def row_window(self, case: OperatorCase) -> Window | None:
        """The window of rows of an input that a row of the output is computed from; None if it needs all."""
        return None

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Names that all kernels' templates read but `case` and `symbol`, as weights and bounds."""
        return {}


def _sizes(case: OperatorCase) -> Iterator[tuple[str, int]]:
    """Names and values of what must be positive."""
    for spec in case.inputs:
        names = ("in_n", "in_h", "in_w", "in_c")[-len(spec.shape) :]
        yield from zip(names, spec.shape, strict=True)
    yield "out_c", case.out_c
    yield from zip(("kernel_h", "kernel_w"), case.window.kernel, strict=True)
    yield "stride", min(case.window.stride)
    yield "dilation", min(case.window.dilation)
    yield "groups", case.groups
