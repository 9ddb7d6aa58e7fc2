"""hilbench: what an operator, block or network really costs on a microcontroller."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        """`__version__`, which is looked up in the installed packages only when it is asked for."""
        if name != "__version__":
            raise AttributeError(name)
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("hilbench")
        except PackageNotFoundError:  # running from a tree that was never installed
            return "0+unknown"
