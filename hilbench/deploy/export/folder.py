"""Files of a network in a folder: its C, what it includes, build files, a test, the licence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import hilbench
from hilbench.deploy.c_text import template
from hilbench.deploy.distinct_constants import weight_bytes
from hilbench.deploy.export.names import package_name
from hilbench.deploy.export.tensors import RUNS, edges, vectors
from hilbench.deploy.program import Program
from hilbench.errors import ConfigError
from hilbench.image.compiled_workload import COMMON_DIR
from hilbench.operators.arena import ALIGNMENT
from hilbench.operators.workload import Source
from hilbench.paths import LICENSE_FILE

_INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
_EXACT = "-ffp-contract=off"
"""Flag without which float32 is not summed as the reference is."""
_FILES = {
    "{name}.h": "network.h.j2",
    "{name}.c": "network.c.j2",
    "CMakeLists.txt": "CMakeLists.txt.j2",
    "Makefile": "Makefile.j2",
    "README.md": "README.md.j2",
    "test/test.c": "test.c.j2",
    "test/vectors.h": "vectors.h.j2",
}
"""Files by the templates that they are made from."""


def require_new_folder(folder: Path) -> None:
    """Require a folder that is not there, or is empty.

    Raises:
        ConfigError: it is something else.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is there and not empty; name another folder to save C in.")


def write_package(program: Program, folder: Path, *, chip: str, flags: str) -> Path:
    """Write a network's C with all that it needs to be built.

    Args:
        program: of the network. The exported one keeps its states from run to run.
        folder: for the files; it is made if it is not there.
        chip: that its kernels were selected for.
        flags: of the compiler.

    Returns:
        The header.

    Raises:
        BuildError: an operator's C cannot be generated.
        ConfigError: the folder cannot be written to.
        ModelError: its states cannot be kept.
    """
    program = program.in_one_bank().with_states()
    headers = _headers(program.sources("network"))
    name = package_name(program.name, frozenset(headers))
    sources = program.sources(f"{name}_network")
    files = _rendered(program, name, sources, chip, flags)
    files |= {f"src/{file}": source.text for file, source in sources.items()}
    files |= {f"src/{file}": text for file, text in headers.items()}
    files["LICENSE"] = LICENSE_FILE.read_text(encoding="utf-8")
    try:
        for file, text in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"Cannot write to {folder}: {error.strerror}.") from error
    return folder / f"{name}.h"


def _rendered(
    program: Program, name: str, sources: Mapping[str, Source], chip: str, flags: str
) -> dict[str, str]:
    """Texts of the files that templates are for."""
    inputs, outputs = edges(program)
    context = {
        "name": name,
        "macro": name.upper(),
        "title": program.name.replace("*/", "* /"),
        "version": hilbench.__version__,
        "symbol": f"{name}_network",
        "chip": chip,
        "arena_bytes": program.arena.bytes,
        "constant_bytes": weight_bytes(program.layers),
        "alignment": ALIGNMENT,
        "consumes_inputs": program.arena.consumes_inputs,
        "states": bool(program.states),
        "inputs": inputs,
        "outputs": outputs,
        "sources": [{"name": file, "flags": source.flags} for file, source in sources.items()],
        "flags": (*flags.split(), _EXACT),
        "runs": RUNS,
        "vectors": tuple(vectors(program)),
    }
    return {
        path.format(name=name): template(f"export/{file}").render(context) for path, file in _FILES.items()
    }


def _headers(sources: Mapping[str, Source]) -> dict[str, str]:
    """Headers that C sources include, and those that these include, by name."""
    found: dict[str, str] = {}
    texts = [source.text for source in sources.values()]
    while texts:
        for name in _INCLUDE.findall(texts.pop()):
            if name not in found:
                found[name] = (COMMON_DIR / name).read_text(encoding="utf-8")
                texts.append(found[name])
    return found
