"""hilbench: what an operator, block or network really costs on a microcontroller."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("hilbench")
except PackageNotFoundError:  # running from a tree that was never installed
    __version__ = "0+unknown"
