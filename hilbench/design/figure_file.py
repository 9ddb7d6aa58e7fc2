"""A drawing that ends in a file, whose name says the format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hilbench.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FORMATS = (".svg", ".png", ".pdf")


@contextmanager
def figure_file(path: Path, width: float, height: float) -> Iterator[Figure]:
    """An empty figure, written once it is drawn.

    Args:
        path: whose end says the format.
        width: of the figure, inches.
        height: of it, inches.

    Raises:
        ConfigError: the format is unknown, or the file cannot be written.
    """
    from matplotlib.figure import Figure

    if path.suffix not in _FORMATS:
        raise ConfigError(f"{path} says no format of pictures; end it in {', '.join(_FORMATS)}.")
    figure = Figure(figsize=(width, height), layout="constrained")
    yield figure
    try:
        figure.savefig(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}.") from None
