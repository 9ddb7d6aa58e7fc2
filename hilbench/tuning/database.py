"""Best way found to compute a problem on a core, kept from one sweep to the next."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilbench.digests import digest
from hilbench.errors import CacheError, CaseError
from hilbench.files import write_whole
from hilbench.image.cache import BuildCache
from hilbench.operators import Layer, Tuning
from hilbench.provenance import Provenance
from hilbench.runner.build_config import BuildConfig


@dataclass(frozen=True)
class Tuned:
    """The best implementation of a problem.

    Attributes:
        plain: the best of the variants as they are, and its cycles.
        best: the best of all that was tried, and its cycles.
        tried: implementations that ran.
        provenance: whether the cycles were measured, emulated or predicted.
    """

    plain: Layer
    plain_cycles: float
    best: Layer
    best_cycles: float
    tried: int
    provenance: Provenance

    @property
    def gain(self) -> float:
        """Speed of the best implementation over that of the plain one."""
        return self.plain_cycles / self.best_cycles


class TunedCases:
    """Tuned implementations in the build cache, by core, problem, toolchain, flags and placement.

    An entry holds as long as the kernel would be built from the same sources.

    Args:
        core: what they are for.
        object_key: digest of everything that the kernel of a case is built from.
        cache_dir: where they are kept; default as `default_cache_dir`.
    """

    def __init__(self, core: str, object_key: Callable[[Layer], str], cache_dir: Path | None = None) -> None:
        self._folder = BuildCache(cache_dir).root / "tuned" / core
        self._object_key = object_key

    def keep(self, tuned: Tuned, configuration: BuildConfig) -> None:
        """Remember a result, in place of an earlier one.

        Raises:
            CacheError: it cannot be written.
        """
        entry = {
            "shape": str(tuned.best.problem),
            "variant": tuned.best.variant,
            "tuning": tuned.best.tuning.changes,
            "kernel": self._object_key(tuned.best),
            "cycles": tuned.best_cycles,
            "plain_cycles": tuned.plain_cycles,
            "provenance": str(tuned.provenance),
            "configuration": str(configuration),
        }
        path = self._path(tuned.best, configuration)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(entry, indent=1) + "\n")
        except OSError as error:
            raise CacheError(
                f"The tuning of {tuned.best.problem} cannot be kept in {path.parent} ({error.strerror}); "
                "make room or name another folder in HILBENCH_CACHE."
            ) from error

    def find(self, case: Layer, configuration: BuildConfig) -> Layer | None:
        """The best implementation of the problem of `case`; None where nobody tuned these sources."""
        path = self._path(case, configuration)
        if not path.is_file():
            return None
        try:
            entry: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            best = case.with_kernel(entry["variant"], Tuning.of(entry["tuning"]))
            return best if self._object_key(best) == entry["kernel"] else None
        except CaseError:  # of a generator that has changed
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):  # damaged: it is tuned again
            return None

    def _path(self, case: Layer, configuration: BuildConfig) -> Path:
        built = (str(configuration.toolchain), configuration.flags, str(configuration.placement))
        return self._folder / f"{digest([case.problem.digest, *built])[:32]}.json"
