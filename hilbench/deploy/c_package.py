"""C code of a network as another tool made it, and the glue that calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hilbench.deploy.tensor_forms import TensorForm
from hilbench.digests import digest

_HEADERS = frozenset({".h", ".hh", ".hpp", ".inc", ".inl"})


@dataclass(frozen=True)
class Glue:
    """Calls of the code, as C statements.

    They may use `arena`, `inputs[i]` and `outputs[i]`, all of them `void *`, and `arena_bytes`.

    Attributes:
        run: computes the outputs from the inputs.
        init: prepares the code once; it may `return "a reason";`. Empty where there is nothing to prepare.
        headers: files to include, as the code's include folders have them.
        declarations: C between the includes and the functions.
        arena_bytes: memory that the code is handed to work in.
        arena_alignment: of its address, bytes; a power of two.
        arena_used: C expression of the bytes that are needed of it, known once the code is prepared; where it
            is given, the code is prepared a first time with `arena_bytes`, and measured with what it needs.
        inputs: forms of the inputs; missing ones have the model's.
        outputs: forms of the outputs; missing ones have the model's.
    """

    run: str
    init: str = ""
    headers: tuple[str, ...] = ()
    declarations: str = ""
    arena_bytes: int = 0
    arena_alignment: int = 16
    arena_used: str = ""
    inputs: tuple[TensorForm, ...] = ()
    outputs: tuple[TensorForm, ...] = ()


@dataclass(frozen=True)
class CPackage:
    """Code of a network, ready to be compiled.

    Attributes:
        sources: C, C++ and assembly files.
        glue: calls of it.
        includes: folders for the compiler's `-I`.
        defines: macros; an empty text defines one as nothing.
        flags: of the compiler, in addition to those that all code is built with.
        cpp_flags: of C++ files, in addition to these.
        libraries: of the compiler to link with, as `m` and `c`.
        is_cpp: whether the glue is C++.
        notes: sentences on what a reader of the figures should know.
    """

    sources: tuple[Path, ...]
    glue: Glue
    includes: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    cpp_flags: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    is_cpp: bool = False
    notes: tuple[str, ...] = ()

    def compiler_flags(self, *, cpp: bool) -> tuple[str, ...]:
        """Flags with which a source or the glue is compiled, by whether it is C++."""
        defines = (f"-D{name}={value}" if value else f"-D{name}=" for name, value in self.defines.items())
        flags = (*self.flags, *(self.cpp_flags if cpp else ()))
        return (*flags, *defines, *(f"-I{folder}" for folder in self.includes))

    def digest(self) -> str:
        """Digest of all files and settings, wherever the files lie."""
        flags = (self.flags, self.cpp_flags, self.libraries)
        return digest([repr(self.glue), repr(sorted(self.defines.items())), repr(flags), *self._files()])

    def _files(self) -> Iterator[str | bytes]:
        for path in self.sources:
            yield path.name
            yield path.read_bytes()
        for folder in self.includes:
            for path in sorted(folder.rglob("*")):
                if path.suffix in _HEADERS and path.is_file():
                    yield path.relative_to(folder).as_posix()
                    yield path.read_bytes()
