"""An error that nobody foresaw: a log file with its traceback, and the sentence that names it."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime

from hilbench import __version__
from hilbench.cli._invocation import typed_command


def unforeseen(error: Exception) -> str:
    """Write the traceback of `error` to a log file; one sentence that says what happened and where it is.

    Where no file can be written the traceback goes to standard error.
    """
    told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    report = (
        f"hilbench {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{datetime.now(UTC).isoformat(timespec='seconds')}\n"
        f"{typed_command()}\n\n"
        f"{''.join(traceback.format_exception(error))}"
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="hilbench-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(report)
    except OSError:
        sys.stderr.write(report)
        return f"An error that nobody foresaw ({told}); please report the traceback above."
    return (
        f"An error that nobody foresaw ({told}); please report it with {log.name}, which holds its traceback."
    )
