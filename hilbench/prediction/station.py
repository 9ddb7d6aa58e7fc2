"""A place where workloads are run once, on virtual boards with the image in flash."""

from __future__ import annotations

from collections.abc import Iterator

from hilbench.boards import Board, DeviceInfo
from hilbench.boards.device import Device
from hilbench.closing import Closing
from hilbench.errors import BoardMissing, HilbenchError
from hilbench.image import Image, PackedWorkload
from hilbench.operators import Workload
from hilbench.prediction.emulated_image import EmulatedImage
from hilbench.prediction.prediction import Prediction

Outcome = tuple[Workload, Prediction | HilbenchError]
"""A workload, and what it takes or why nobody can say."""


class Station(Closing):
    """One virtual board at a time: another one for another image, and after a workload that failed.

    Args:
        board: a virtual board.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._digest = ""
        self._running: EmulatedImage | None = None
        self._has_run = False

    def work(self, unit: tuple[Image, PackedWorkload]) -> Iterator[Outcome]:
        """Run a workload of an image.

        Raises:
            BoardMissing: no virtual board starts.
        """
        image, packed = unit
        try:
            device = self._device(image)
            prediction = _run_once(device, device.environment(), packed)
        except HilbenchError as error:
            if isinstance(error, BoardMissing) and not self._has_run:
                raise
            self.close()
            yield packed.workload, error
        else:
            self._has_run = True
            yield packed.workload, prediction

    def abandon(self) -> None:
        """Have `work` of another thread fail soon."""
        if self._running is not None:
            self._running.abandon()

    def close(self) -> None:
        """End the virtual board; safe to call twice."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def _device(self, image: Image) -> Device:
        if self._running is None or self._digest != image.digest:
            self.close()
            self._digest, self._running = image.digest, EmulatedImage(self._board, image.elf)
        return self._running.device


def _run_once(device: Device, info: DeviceInfo, packed: PackedWorkload) -> Prediction:
    device.select(packed.index, packed.workload.digest)
    device.run(1, cold=True)  # nothing that the board did before may show in what follows
    (cycles,) = device.run(1, cold=False)
    return Prediction(
        cycles=cycles - info.overhead_cycles,
        instructions=device.instructions() if info.counts_instructions else None,
        code_bytes=packed.code_bytes,
        constant_bytes=packed.constant_bytes,
        ram_bytes=packed.ram_bytes,
        scratch_bytes=packed.scratch_bytes,
        crc32=device.output().crc32,
    )
