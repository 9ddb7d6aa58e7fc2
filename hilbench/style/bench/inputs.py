"""Pictures as inputs of a network on a board, and the pictures that come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from hilbench.deploy.inputs import NetworkInput
from hilbench.deploy.program import Program
from hilbench.style.pictures import Picture
from hilbench.style.stylizer import elements_picture, picture_elements, picture_side
from hilbench.tensors import Array


@dataclass
class PictureInputs:
    """Pictures that a board stylises one by one.

    Attributes:
        pictures: name and content of each; taken when the board is ready for it.
        done: takes name, content and stylised picture of each.
    """

    takes_outputs: ClassVar[bool] = True

    pictures: Iterable[tuple[str, Picture]]
    done: Callable[[str, Picture, Picture], None]

    def of(self, program: Program) -> Iterator[NetworkInput]:
        """Elements of the pictures as the network takes them.

        Raises:
            ModelError: the network does not make a picture of a picture.
        """
        self._graph = program.graph
        picture_side(program.graph)
        for name, picture in self.pictures:
            self._content = picture
            yield NetworkInput(name, (picture_elements(picture, program.graph),))

    def take(self, given: NetworkInput, output: Array) -> None:
        """Hand on the picture that the board made of the last one."""
        self.done(given.name, self._content, elements_picture(output, self._graph))
