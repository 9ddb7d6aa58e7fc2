"""Size of the arena of another tool's code, where only the code itself knows it."""

from __future__ import annotations

import re

from hilbench.boards import BoardSession
from hilbench.deploy.external_program import SIZING_SENTENCE, ExternalProgram
from hilbench.errors import MeasureError
from hilbench.image import Builder

_USED = re.compile(rf"{SIZING_SENTENCE}(\d+)\.")


def with_arena_it_needs(program: ExternalProgram, board: BoardSession, builder: Builder) -> ExternalProgram:
    """The program with the arena that its code asks for when it is prepared on the board.

    Args:
        program: returned as it is where its arena is known.
        board: an open one.
        builder: for its chip.

    Raises:
        BuildError: it does not build, or does not fit.
        MeasureError: the code cannot be prepared; the sentence says why.
        BoardMissing: the board went away.
    """
    sizing = program.sizing()
    if sizing is None:
        return program
    built = builder.build([sizing])
    if built.refused:
        raise built.refused[0][1]
    (image,) = built.images
    board.flash(image)
    board.boot(image)
    try:
        board.select(image.workloads[0])
    except MeasureError as error:
        if found := _USED.search(str(error)):
            return program.with_arena(int(found[1]))
        raise
    raise MeasureError(f"{program} does not say how much arena it needs.", board=board.name)
