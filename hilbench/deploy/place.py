"""Place of a program: an image, and the program in it."""

from __future__ import annotations

from dataclasses import dataclass

from hilbench.boards import BoardSession
from hilbench.image import BuildResult, Image, PackedWorkload
from hilbench.operators import Workload


@dataclass(frozen=True)
class Place:
    """An image, and a program in it."""

    image: Image
    packed: PackedWorkload

    @classmethod
    def of(cls, program: Workload, built: BuildResult) -> Place | None:
        """Place of a program that was built; None where it is in no image."""
        places = (cls(image, packed) for image in built.images for packed in image.workloads)
        return next((place for place in places if place.packed.workload == program), None)

    def start_on(self, board: BoardSession) -> None:
        """Flash the image, boot it and select the program.

        Raises:
            HilbenchError: as the board raises it.
        """
        board.flash(self.image)
        board.boot(self.image)
        board.select(self.packed)
