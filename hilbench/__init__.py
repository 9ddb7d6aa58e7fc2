"""hilbench: what an operator, block or network really costs on a microcontroller.

    with hilbench.open("stm32h7-virtual") as board:
        print(board.measure(hilbench.conv2d(input="16x16x8", out_c=16, kernel=3)))

docs/python.md has the rest. What is used is loaded then, so that the import itself stays light.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hilbench.api.cases import Layer as Layer
    from hilbench.api.cases import case as case
    from hilbench.api.cases import cases as cases
    from hilbench.api.comparison import Comparison as Comparison
    from hilbench.api.comparison import compare as compare
    from hilbench.api.constructors import *  # noqa: F403
    from hilbench.api.open_board import Measurement as Measurement
    from hilbench.api.open_board import OpenBoard as OpenBoard
    from hilbench.api.open_board import open as open  # noqa: A004
    from hilbench.api.runs import load as load
    from hilbench.api.runs import predict as predict
    from hilbench.api.runs import sweep as sweep

    __version__: str
else:

    def __getattr__(name: str) -> object:
        """A name of the public face, or `__version__`, which is looked up only when it is asked for."""
        if name != "__version__":
            from hilbench.api import find

            found = globals()[name] = find(name)
            return found
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("hilbench")
        except PackageNotFoundError:  # running from a tree that was never installed
            return "0+unknown"

    def __dir__() -> list[str]:
        """Names of the public face, for completion."""
        from hilbench.api import NAMES, operator_names

        return sorted((*NAMES, *operator_names(), "__version__", "errors"))
