"""Further layouts: the verified cases of a run once more, elsewhere in their images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hilbench.boards import BoardSession
from hilbench.chips import Chip
from hilbench.image import Builder, Image, find_toolchain
from hilbench.operators import Layer
from hilbench.operators.registry import load_operators
from hilbench.results import Measurement, Status
from hilbench.runner.build_config import BuildConfig, configurations
from hilbench.runner.events import Building, Listener
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.runner import ImageRun
from hilbench.sweeps.request import SweepRequest

_PORTION = 64
"""Cases built at a time."""


@dataclass(frozen=True)
class Elsewhere:
    """An image, and the number of its layout."""

    number: int
    image: Image


class FurtherLayouts:
    """Work of a run in the layouts from 1 on that its request wants.

    A case that fails where it lies elsewhere has failed. A layout in which a case does not fit is left out.

    Args:
        request: what the run was asked for.
        chip: of the board.
        rows: of the run so far.
        listener: receives the events of builds and runs.
    """

    def __init__(
        self, request: SweepRequest, chip: Chip, rows: Iterable[Measurement], listener: Listener
    ) -> None:
        self._request = request
        self._chip = chip
        self._rows = {row.key: row for row in rows if row.status is Status.OK}
        self._listener = listener

    def images(self) -> Iterator[Elsewhere]:
        """Images that are left to run, layout by layout; each is built as it is asked for.

        Raises:
            BuildError: the firmware itself does not build.
        """
        request = self._request
        axes = configurations(map(find_toolchain, request.toolchains), request.flags, request.placements)
        for number in range(1, request.layouts):
            for axis in axes:
                cases = self._left(number, axis)
                for start in range(0, len(cases), _PORTION):
                    yield from self._build(number, axis, cases[start : start + _PORTION])

    def run(self, unit: Elsewhere, board: BoardSession, references: ExpectedOutputs) -> Iterator[Measurement]:
        """Rows of an image's cases, by themselves.

        Raises:
            BoardMissing: the board went away.
        """
        settings = replace(self._request.settings, power=False)
        for row in ImageRun(board, unit.image, references, settings, self._listener):
            failed = row.status is not Status.OK
            yield replace(row, cause=f"In layout {unit.number}: {row.cause}") if failed else row

    def merge(self, found: Measurement) -> Measurement:
        """The run's row of the same case, with the cycles that were found elsewhere; or what failed there."""
        row = self._rows[found.key]
        ran = found.status is Status.OK
        self._rows[found.key] = replace(row, layouts=(*row.layouts, found.cycles)) if ran else found
        return self._rows[found.key]

    def _left(self, number: int, axis: BuildConfig) -> Sequence[Layer]:
        """Cases built by `axis` that did not run in this layout, ready to be built."""
        operators = load_operators(self._request.operators)
        rows = [row for row in self._rows.values() if len(row.layouts) < number and row.status is Status.OK]
        return [
            operators.layer(**row.workload.parameters) for row in rows if row.key == axis.key(row.workload)
        ]

    def _build(self, number: int, axis: BuildConfig, cases: Sequence[Layer]) -> Iterator[Elsewhere]:
        self._listener(Building(f"{axis}, layout {number}", len(cases)))
        builder = Builder(
            self._chip, axis.toolchain, flags=axis.flags, placement=axis.placement, layout=number
        )
        for image in builder.build(cases).images:
            yield Elsewhere(number, image)
