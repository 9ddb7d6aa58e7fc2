"""The content-addressed cache: what was built once from the same things is not built again."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from hilbench.errors import BuildError
from hilbench.resources import default_cache_dir


def digest(parts: Iterable[str | bytes]) -> str:
    """SHA-256 (64 hex digits) over parts that cannot run into one another."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def digest_files(paths: Iterable[Path]) -> str:
    """Digest of the files' names and contents, in the order of their paths."""
    return digest(part for path in sorted(paths) for part in (path.name, path.read_bytes()))


def digest_build_code() -> str:
    """Digest of hilbench.build itself, which holds flags and templates."""
    return digest_files(Path(__file__).parent.glob("*.py"))


class BuildCache:
    """A folder of entries, each a folder named by the digest of what it was made from.

    Entries appear whole or not at all, whoever else builds at the same time.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or default_cache_dir()

    def find(self, key: str) -> Path | None:
        """The folder of `key`, when there is one."""
        folder = self._folder(key)
        return folder if folder.is_dir() else None

    def entry(self, key: str, make: Callable[[Path], None]) -> Path:
        """The folder of `key`; when there is none, `make` fills a new one.

        Raises:
            BuildError: the cache cannot be written, or `make` fails.
        """
        folder = self._folder(key)
        if folder.is_dir():
            return folder
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
            try:
                make(scratch)
                _publish(scratch, folder)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
        except OSError as error:
            raise BuildError(
                f"The build cache {self.root} cannot be written ({error.strerror}); "
                "make room or name another folder in HILBENCH_CACHE."
            ) from error
        return folder

    def _folder(self, key: str) -> Path:
        return self.root / key[:2] / key


def _publish(scratch: Path, folder: Path) -> None:
    """Rename into place; another process may have been first with the same content."""
    try:
        scratch.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
