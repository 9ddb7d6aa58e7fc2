"""The content-addressed cache: what was built once from the same things is not built again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hilbench.digests import digest_files
from hilbench.errors import CacheError
from hilbench.image.scratch import remove_scratch, scratch_folder
from hilbench.paths import default_cache_dir

_SEAL = ".seal"
_PUBLISH_TRIES = 3


def digest_build_code() -> str:
    """Digest of hilbench.image itself, which holds flags and templates."""
    return digest_files(Path(__file__).parent.glob("*.py"))


class BuildCache:
    """A folder of entries, each a folder named by the digest of what it was made from.

    Entries appear whole or not at all, whoever else builds at the same time. Each holds a seal, the digest of
    its files; one whose seal does not fit, as a crash or a failing disk leaves it, is made again.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or default_cache_dir()
        self._is_clean = False

    def find(self, key: str) -> Path | None:
        """The folder of `key`, when there is a whole one."""
        folder = self._folder(key)
        try:
            return folder if _is_sealed(folder) else None
        except OSError:
            return None

    def entry(self, key: str, make: Callable[[Path], None]) -> Path:
        """The folder of `key`; when there is no whole one, `make` fills a new one.

        Raises:
            BuildError: `make` fails.
            CacheError: the cache cannot be read or written.
        """
        folder = self.find(key)
        if folder is not None:
            return folder
        folder = self._folder(key)
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            if not self._is_clean:
                self._is_clean = True
                remove_scratch(self.root)
            with scratch_folder(folder.parent) as scratch:
                make(scratch)
                _seal(scratch)
                _publish(scratch, folder)
        except OSError as error:
            raise CacheError(
                f"The build cache {self.root} cannot be written ({error.strerror}); "
                "make room or name another folder in HILBENCH_CACHE."
            ) from error
        return folder

    def keep_refused(self, source: Path) -> Path:
        """Copy C that a compiler refuses to where it can be looked at; the path of the copy.

        Raises:
            OSError: it cannot be written.
        """
        folder = self.root / "refused" / digest_files([source])[:16]
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(source, folder))

    def _folder(self, key: str) -> Path:
        return self.root / key[:2] / key


def _seal(folder: Path) -> None:
    (folder / _SEAL).write_text(_digest_of(folder), encoding="ascii")


def _is_sealed(folder: Path) -> bool:
    """Whether the files are those that were sealed.

    Raises:
        OSError: they cannot be read, or there is no seal.
    """
    return (folder / _SEAL).read_text(encoding="ascii", errors="replace") == _digest_of(folder)


def _digest_of(folder: Path) -> str:
    return digest_files(path for path in folder.iterdir() if path.name != _SEAL)


def _publish(scratch: Path, folder: Path) -> None:
    """Rename into place, where a damaged entry makes room; another process may be first."""
    for _ in range(_PUBLISH_TRIES):
        try:
            scratch.rename(folder)
        except OSError:
            with suppress(OSError):
                if _is_sealed(folder):
                    return
            with scratch_folder(folder.parent) as damaged, suppress(FileNotFoundError):
                folder.rename(damaged / folder.name)
        else:
            return
    scratch.rename(folder)
