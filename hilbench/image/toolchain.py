"""Interface of a compiler for bare-metal Cortex-M."""

from __future__ import annotations

import re
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from hilbench.chips import Chip
from hilbench.errors import BuildError, CacheError, DoesNotFit, RefusedSource

TIMEOUT_S = 300
"""Longest run of a compiler, s: enough for the largest weight table on a busy machine."""
_COMMON_FLAGS = (
    "-std=c99",
    "-ffreestanding",
    "-ffp-contract=off",  # the order of float operations is the reference's, bit for bit
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-common",
    "-Wall",
    "-Wextra",
)
_OVERFLOW = re.compile(r"region [`']([^']+)'[: ]+overflowed by (\d+) bytes")
_FULL = re.compile(r"No space left on device|NoSpaceLeft|Disk quota exceeded|DiskQuota", re.IGNORECASE)
_NO_LIBRARY = re.compile(
    r"fatal error: '?(?:(?:assert|math|string|stdlib|stdio|inttypes|time)\.h"
    r"|[a-z]+)'?(?:: No such file| file not found)"  # names without a suffix are C++'s
    r"|(?:cannot find|unable to find library) -l(?:m|c|stdc\+\+)\b"
)
"""Messages of compilers and linkers that lack a header or an archive of the C or C++ library."""
_PLACED_ERROR = re.compile(
    r"^(?P<file>[^\n]+?):(?P<line>\d+)(:\d+)?: (?:fatal )?error: (?P<reason>.*)$", re.MULTILINE
)
_ERROR = re.compile(r"(?:error|undefined reference|overflowed|will not fit)\b.*", re.IGNORECASE)


@dataclass(frozen=True)
class Toolchain(ABC):
    """One installed compiler; equal ones produce equal objects."""

    driver: Path
    version: str

    name: ClassVar[str]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def compile(
        self, source: Path, target: Path, *, chip: Chip, flags: Sequence[str], include: Sequence[Path]
    ) -> None:
        """Compile one C file for the chip's core into the object file `target`.

        Raises:
            BuildError: the compiler refuses; the sentence quotes its first error.
            CacheError: there is no room for what it writes.
        """
        folders = [f"-I{folder}" for folder in include]
        self._run(
            *self._target(chip),
            *_COMMON_FLAGS,
            *self._compile_flags,
            *flags,
            *folders,
            "-c",
            str(source),
            "-o",
            str(target),
        )

    def link(
        self,
        objects: Sequence[Path],
        script: Path,
        target: Path,
        *,
        chip: Chip,
        entry: str,
        libraries: Sequence[str] = (),
    ) -> None:
        """Link objects into an ELF; sections that nothing refers to, from `entry` on, are left out.

        Args:
            objects: all that is to be in it.
            script: of the linker.
            target: the ELF.
            chip: that it is for.
            entry: function that the chip begins with.
            libraries: of the compiler, in addition to its runtime library.

        Raises:
            DoesNotFit: a memory overflows; it says which, and by how much.
            BuildError: symbols are missing.
        """
        self._run(
            *self._target(chip),
            "-nostdlib",
            "-Wl,--gc-sections",
            f"-Wl,-e,{entry}",  # zig overrules the script's ENTRY
            "-T",
            str(script),
            *map(str, objects),
            *(f"-l{name}" for name in libraries),
            *self._libraries(chip),
            "-o",
            str(target),
        )

    @abstractmethod
    def stack_bytes(self, target: Path) -> int:
        """Static bound of the stack that the functions of the compiled `target` need together."""

    @property
    @abstractmethod
    def library_advice(self) -> str:
        """Advice on getting the C library that code of others may need, as the end of a sentence."""

    @property
    @abstractmethod
    def _compile_flags(self) -> tuple[str, ...]: ...

    @abstractmethod
    def _libraries(self, chip: Chip) -> tuple[str, ...]: ...

    @abstractmethod
    def _target(self, chip: Chip) -> tuple[str, ...]: ...

    @property
    def _command(self) -> tuple[str, ...]:
        return (str(self.driver),)

    def _run(self, *arguments: str) -> None:
        try:
            done = subprocess.run(
                [*self._command, *arguments],
                capture_output=True,
                encoding="utf-8",
                errors="replace",  # it quotes paths and sources, whatever those are written in
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BuildError(f"{self} did not finish within {TIMEOUT_S} s.") from error
        except OSError as error:
            raise BuildError(f"{self} cannot be started: {error}.") from error
        if done.returncode and (overflows := _OVERFLOW.findall(done.stderr)):
            raise _too_large(overflows)
        if done.returncode and (full := _FULL.search(done.stderr)):
            raise CacheError(
                f"{self} cannot write ({full[0]}); make room where HILBENCH_CACHE and TMPDIR are, "
                "or name other folders in them."
            )
        if done.returncode:
            advice = f"; {self.library_advice}" if _NO_LIBRARY.search(done.stderr) else ""
            raise _refusal(str(self), done.stderr, advice)


def _too_large(overflows: Sequence[tuple[str, str]]) -> DoesNotFit:
    """The refusal of an image: lld tells of a memory once a section, more bytes each time."""
    memory = overflows[0][0]
    excess = max(int(size) for name, size in overflows if name == memory)
    return DoesNotFit(
        f"The image exceeds the memory '{memory}' by {excess} bytes; "
        "choose a smaller shape or another placement.",
        memory=memory,
        excess=excess,
    )


def _refusal(compiler: str, messages: str, advice: str) -> BuildError:
    """The refusal of code: its first error, and where that is in which file."""
    found = _PLACED_ERROR.search(messages)
    if found is None:
        return BuildError(f"{compiler} refuses the code: {_first_error(messages)}{advice}.")
    place = f"{Path(found['file']).name}, line {found['line']}"
    return RefusedSource(f"{compiler} refuses the code: {place}: {found['reason'].rstrip('.')}{advice}.")


def _first_error(messages: str) -> str:
    """The first line that says what is wrong, else the last line."""
    found = _ERROR.search(messages)
    lines = messages.strip().splitlines() or ["it gave no reason"]
    return (found[0] if found else lines[-1]).strip().rstrip(".")
