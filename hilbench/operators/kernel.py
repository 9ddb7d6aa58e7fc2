"""The kernel: one way to compute an operator, and what its C template reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hilbench.operators.reuse import Reuse
from hilbench.operators.variants import REFERENCE

if TYPE_CHECKING:
    from hilbench.operators.case import OperatorCase
    from hilbench.operators.layer import Layer


@dataclass(frozen=True)
class Kernel:
    """One variant of an operator: the cases that it can compute, its scratch memory, its template's context.

    As it is, it is the reference: it computes every legal case, needs no scratch memory, and its template
    reads what the operator hands to all of them. A fast kernel is a subclass.

    Attributes:
        name: the variant; its template is `<name>.c.j2` in the operator's folder.
    """

    name: str = REFERENCE

    def supports(self, case: OperatorCase) -> bool:
        """Whether it can compute `case`, whose variant does not matter."""
        return True

    def search_space(self, case: OperatorCase) -> Mapping[str, Sequence[int]]:
        """Values worth trying of each tuning parameter that the kernel takes."""
        return {"align_loops": (8, 16, 32), "unroll_loops": (True,)}

    def scratch_bytes(self, layer: Layer) -> int:
        """Bytes of working memory that it is handed, 16-byte aligned."""
        return 0

    def input_reuse(self, layer: Layer) -> tuple[Reuse | None, ...]:
        """Distances at which the output may lie over each input; None for nowhere, which is always right.

        It follows from the order in which the template reads and writes; tests/operators/test_reuse.py runs
        every kernel at the distance that it claims. The reference has that of its operator's loops.
        """
        if self.name == REFERENCE:
            return layer.operator.input_reuse(layer.case)
        return (None,) * len(layer.case.inputs)

    @property
    def row_step(self) -> int:
        """Rows of the output that are computed together, whether all of them are needed or not."""
        return 1

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """Names that its template reads in addition to the operator's; they replace those of equal name."""
        return {}
