"""The example package of docs/extend.md, installed from the page itself."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import hilbench

PAGE = Path(hilbench.__file__).parents[1] / "docs" / "extend.md"
_FILE = re.compile(r"^`([^`\n]+)`\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """Contents of the files that the page shows, by their paths."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def install(site: Path) -> Path:
    """The package as pip leaves it in `site`, a folder for sys.path; the example's other files beside it."""
    shown = files()
    for name, content in shown.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    project = tomllib.loads(shown["pyproject.toml"])["project"]
    write_metadata(site, project["name"], project["entry-points"])
    return site


def write_metadata(site: Path, name: str, groups: dict[str, dict[str, str]]) -> None:
    """The dist-info folder of a package with entry points."""
    folder = site / f"{name.replace('-', '_')}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    lines = [
        line
        for group, points in groups.items()
        for line in (f"[{group}]", *(f"{key} = {value}" for key, value in points.items()))
    ]
    (folder / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
