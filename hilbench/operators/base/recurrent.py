"""Base of recurrent layers: a step or a sequence of them, with states that are inputs and outputs as well."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from hilbench.operators.base.shaped import ShapedOperator
from hilbench.operators.case import OperatorCase
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.variants import DSP
from hilbench.tensors import Array, DType, ElementType, TensorSpec

LANES = 4
"""Weights that a fast kernel loads together; its rows are filled up with zeros to a multiple."""


class Recurrent(ShapedOperator):
    """An operator whose inputs are features and states, and whose outputs are results and the next states.

    The outputs lie one behind the other without a gap, so that a state may begin at any byte.
    """

    dtypes: ClassVar[frozenset[DType]] = frozenset({DType.INT8})

    @abstractmethod
    def types(self, case: OperatorCase) -> tuple[ElementType, ...]:
        """Types of features or results, and of each state."""

    @abstractmethod
    def results(self, layer: Layer, inputs: Sequence[Array]) -> tuple[Array, ...]:
        """Arrays of all outputs."""

    def complete(self, draft: OperatorCase) -> OperatorCase:
        """The case with the types of its states, and with the outputs that follow.

        Raises:
            CaseError: the operator refuses it; the sentence says why.
        """
        kinds = self.types(draft)
        self.require(draft, len(draft.inputs) == len(kinds), f"it takes {len(kinds)} inputs")
        typed = (TensorSpec(spec.shape, kind) for spec, kind in zip(draft.inputs, kinds, strict=True))
        return super().complete(replace(draft, inputs=tuple(typed)))

    def infer_outputs(self, draft: OperatorCase) -> tuple[TensorSpec, ...]:
        """Results and states of the inferred shapes, each in its type."""
        inferred = super().infer_outputs(draft)
        kinds = self.types(draft)
        return tuple(TensorSpec(spec.shape, kind) for spec, kind in zip(inferred, kinds, strict=True))

    def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
        """Bytes of all outputs, one behind the other."""
        found = self.results(layer, inputs)
        return np.concatenate([np.ascontiguousarray(each).reshape(-1).view(np.int8) for each in found])


@dataclass(frozen=True)
class RecurrentKernel(Kernel):
    """A `dsp` kernel, which widens what its sums read into scratch memory."""

    name: str = DSP

    def scratch_bytes(self, layer: Layer) -> int:
        """An int16 for each element that the sums of one step read."""
        return 2 * sum(map(padded, widened(layer)))


def widened(layer: Layer) -> tuple[int, ...]:
    """Elements of each vector that is widened: the features and, of an LSTM, the last outputs."""
    features = layer.inputs[0].shape[-1]
    return (features, layer.case.out_c) if len(layer.inputs) > 2 else (features,)


def padded(length: int) -> int:
    """The next multiple of `LANES`."""
    return -(-length // LANES) * LANES


def padded_rows(rows: Array) -> Array:
    """A matrix (rows, n) with zeros behind each row, up to a multiple of `LANES`."""
    filled: Array = np.pad(rows, ((0, 0), (0, padded(rows.shape[1]) - rows.shape[1])))
    return filled
