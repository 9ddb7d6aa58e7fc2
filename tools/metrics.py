"""Figures about the structure of the source, of this tree or of another one.

python -m tools.metrics                       # this tree
python -m tools.metrics --revision v1.0 HEAD  # revisions of its repository, side by side
"""

from __future__ import annotations

import argparse
import ast
import re
import statistics
import subprocess
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from tools.sources import Module, Sources, levels

ROOT = Path(__file__).resolve().parents[1]
RUN = 6
"""Lines of a run that is looked for in other places."""
FRAGMENT = re.compile(
    r"(What|Whatever|How|Where|Wherever|When|Why|Who|Whom|Whose|Of|The same|Same|Never|Also|And|But|As|It|Its"
    r"|They|Their|This|That|These|Those|There|Here|Told|Asked|Lest)\b"
)
"""First words of a line that cannot be read without its surroundings."""


def docstrings(module: Module) -> Iterator[tuple[int, str]]:
    """Line number and first line of each docstring, and of each text below an attribute."""
    for node in ast.walk(module.tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        has_own = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for before, statement in zip([None, *body], body, strict=False):
            documents = (before is None and has_own) or isinstance(before, ast.Assign | ast.AnnAssign)
            if documents and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                text = statement.value.value
                if isinstance(text, str):
                    yield statement.lineno, text.strip().partition("\n")[0]


def fragments(module: Module) -> list[str]:
    """First lines that cannot be read alone, with their place."""
    return [f"{module.path}:{line}: {text}" for line, text in docstrings(module) if FRAGMENT.match(text)]


def repeated_runs(modules: Sequence[Module]) -> int:
    """Runs of `RUN` or more lines of code that stand in more than one place, each further place counted."""
    places: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    codes = [code_lines(module) for module in modules]
    for number, code in enumerate(codes):
        for start in range(len(code) - RUN + 1):
            places[tuple(code[start : start + RUN])].append((number, start))
    further = {place for where in places.values() for place in where[1:]}
    return sum((number, start - 1) not in further for number, start in further)


def code_lines(module: Module) -> list[str]:
    """Lines without indentation; empty ones, imports, comments and docstrings are left out."""
    skipped: set[int] = set()
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Expr | ast.Import | ast.ImportFrom):
            continue
        if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant):
            skipped |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate((line.strip() for line in module.text.splitlines()), 1)
    return [line for number, line in lines if line and not line.startswith("#") and number not in skipped]


def cycles(edges: Mapping[str, frozenset[str]]) -> list[set[str]]:
    """Groups of modules of which each imports each other, directly or not."""
    reached = {name: _reachable(name, edges) for name in edges}
    found: list[set[str]] = []
    for name in edges:
        group = {other for other in reached[name] if name in reached.get(other, ())}
        if name in group and group not in found:
            found.append(group)
    return found


def _reachable(start: str, edges: Mapping[str, frozenset[str]]) -> set[str]:
    seen: set[str] = set()
    left = [start]
    while left:
        for target in edges.get(left.pop(), ()):
            if target not in seen:
                seen.add(target)
                left.append(target)
    return seen


def against_layering(sources: Sources, root: Path) -> list[str]:
    """Imports of a room by one to its right in docs/architecture.md."""
    level = levels(root)
    return [
        f"{importer} imports {target}"
        for importer, targets in sources.edges().items()
        for target in sorted(targets)
        if (here := sources.modules[importer].room) in level
        and level.get(target.split(".")[1] if "." in target else "", level[here]) < level[here]
    ]


def figures(root: Path) -> dict[str, str]:
    """The figures, by what they say."""
    sources = Sources(root)
    modules = list(sources.modules.values())
    lines = sorted(len(module.text.splitlines()) for module in modules)
    edges = sources.edges()
    used = [*edges.values(), *(sources.targets(user) for user in sources.users)]
    importers = Counter(target for targets in used for target in targets)
    packages = {module.name for module in modules if module.is_package}
    percentile = statistics.quantiles(lines, n=20)[-1]
    return {
        "modules": str(len(modules)),
        "lines, median": f"{statistics.median(lines):g}",
        "lines, 95th percentile": f"{percentile:.0f}",
        "modules of 30 lines or fewer, without packages' own": str(
            sum(len(module.text.splitlines()) <= 30 for module in modules if not module.is_package)
        ),
        "modules with one importer": str(
            sum(count == 1 for name, count in importers.items() if name not in packages)
        ),
        "docstrings whose first line cannot be read alone": str(
            sum(len(fragments(module)) for module in modules)
        ),
        f"repeated runs of {RUN} lines": str(repeated_runs(modules)),
        "imports against the layering": str(len(against_layering(sources, root))),
        "import cycles": str(len(cycles(sources.edges(running=True)))),
        "import cycles, annotations and functions counted": str(len(cycles(edges))),
    }


def extracted(revision: str, folder: Path) -> Path:
    """The tree of a revision of this repository, in `folder`."""
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def main() -> None:
    """Print the figures as a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--revision", nargs="+", default=[], help="git revisions in place of the tree")
    parser.add_argument(
        "--list", action="store_true", help="list first lines, imports and cycles of the tree"
    )
    options = parser.parse_args()
    if options.list:
        sources = Sources(ROOT)
        for module in sources.modules.values():
            print(*fragments(module), sep="\n", end="\n" if fragments(module) else "")
        print(*against_layering(sources, ROOT), sep="\n")
        print(*cycles(sources.edges()), sep="\n")
        return
    columns = {}
    with tempfile.TemporaryDirectory() as scratch:
        for revision in options.revision:
            columns[revision] = figures(extracted(revision, Path(scratch) / revision.replace("/", "_")))
    if not columns:
        columns["this tree"] = figures(ROOT)
    print("| |", *(f"{name} |" for name in columns))
    print("|---|", *("---|" for _ in columns))
    for name in next(iter(columns.values())):
        print(f"| {name} |", *(f"{column[name]} |" for column in columns.values()))


if __name__ == "__main__":
    main()
