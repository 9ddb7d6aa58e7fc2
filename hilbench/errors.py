"""The one exception tree: a class a stage, each with the board and a sentence that says what to do."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit status of the command line; CI reads it."""

    OK = 0
    VERDICT = 1
    USAGE = 2
    BOARD = 3
    TOOL = 4
    INTERRUPTED = 130
    READER_LEFT = 141


class HilbenchError(Exception):
    """Root of everything hilbench raises on purpose.

    Args:
        message: one sentence: what happened, to what, and what to do.
        board: id of the board concerned, when there is one.
    """

    stage: ClassVar[str] = "setup"
    exit_code: ClassVar[ExitCode] = ExitCode.TOOL
    transport: ClassVar[bool] = False
    """True when a wire failed, so that another attempt may succeed; verdicts are never retried."""

    def __init__(self, message: str, *, board: str | None = None) -> None:
        super().__init__(message)
        self.board = board


class ConfigError(HilbenchError):
    """A file, option or name that the user gave is wrong."""

    exit_code = ExitCode.USAGE


class PluginError(ConfigError):
    """A package that extends hilbench does not load."""


class CaseError(ConfigError):
    """A case that cannot exist: unknown operator or key, impossible shape."""

    stage = "case"


class ModelError(ConfigError):
    """A network that cannot be taken: its file is damaged, or it has operators that are not supported."""

    stage = "model"


class BoardMissing(HilbenchError):
    """The board, its probe or one of its ports is not there."""

    stage = "attach"
    exit_code = ExitCode.BOARD


class BoardBusy(HilbenchError):
    """Another process holds the board."""

    stage = "attach"
    exit_code = ExitCode.BOARD


class BuildError(HilbenchError):
    """The C of a case or of the firmware did not become an ELF."""

    stage = "build"


class RefusedSource(BuildError):
    """A compiler found an error in a line of C."""


class ToolchainMissing(BuildError):
    """No compiler for the core was found."""


class CacheError(BuildError):
    """The build cache, or the disk that it or the compiler writes to, fails: no verdict on any case."""


class DoesNotFit(BuildError):
    """A case needs more flash or RAM than the chip has; it is skipped, the others run.

    Args:
        message: as for all.
        memory: name of the chip's memory that the linker found too small; else empty.
        excess: bytes that are missing there.
    """

    exit_code = ExitCode.VERDICT

    def __init__(self, message: str, *, memory: str = "", excess: int = 0) -> None:
        super().__init__(message)
        self.memory = memory
        self.excess = excess


class FlashError(HilbenchError):
    """The debug probe failed while programming."""

    stage = "flash"
    transport = True


class BootError(HilbenchError):
    """The firmware did not come up, or reports another image than the one flashed."""

    stage = "boot"
    transport = True


class LinkError(HilbenchError):
    """The serial line failed: silence, noise, truncation."""

    stage = "link"
    transport = True


class DeviceFault(HilbenchError):
    """The device took a HardFault; its registers are in the message. A verdict, not retried."""

    stage = "measure"
    exit_code = ExitCode.VERDICT


class MeasureError(HilbenchError):
    """Samples that cannot be a measurement: a stopped counter, clocks that disagree."""

    stage = "measure"
    exit_code = ExitCode.VERDICT


class VerifyError(HilbenchError):
    """The output differs from the host reference; such a case has no latency."""

    stage = "verify"
    exit_code = ExitCode.VERDICT


class PowerError(HilbenchError):
    """The power meter failed or its window is invalid (lost samples, missing edges)."""

    stage = "power"
    transport = True


class StoreError(HilbenchError):
    """The result store cannot be read or written."""

    stage = "store"


class VirtualBoardError(HilbenchError):
    """The virtual board could not start or run what it was given."""

    stage = "virtual"
