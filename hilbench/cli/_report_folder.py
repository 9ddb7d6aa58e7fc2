"""The folder of a report, tried before hours are spent on its content."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread

from hilbench.errors import ConfigError


def prepare_report(out: Path) -> None:
    """Try whether the folder can be written, and load what draws the report while other things are done.

    What is made to see that is removed.

    Raises:
        ConfigError: it cannot be written.
    """
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ConfigError(f"Cannot write to {out}: {error.strerror}; choose another --out.") from error
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
    # pandas and what draws take most of a second to load.
    Thread(target=import_module, args=["hilbench.report"], daemon=True).start()
