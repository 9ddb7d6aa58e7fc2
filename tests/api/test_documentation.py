"""The notebook and the page about Python say what runs."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from hilbench.api import NAMES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_names_the_whole_face() -> None:
    page = (DOCS / "python.md").read_text(encoding="utf-8")
    functions = {name for name in NAMES if name[0].islower()}
    assert functions <= set(re.findall(r"hilbench\.(\w+)\(", page))


@pytest.mark.slow
def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    names: dict[str, object] = {}
    page = (DOCS / "python.md").read_text(encoding="utf-8")
    for example in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(example, names)  # noqa: S102  # ours
    assert "best" in names


@pytest.mark.slow
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(DOCS.parent), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(DOCS / "python.ipynb", as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=250, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    assert any("emulated on stm32h7-virtual" in data.get("text/html", "") for data in shown)
    assert any("<b>passed</b>" in data.get("text/html", "") for data in shown)


def test_the_notebook_is_kept_without_outputs_that_would_age() -> None:
    assert '"output_type"' not in (DOCS / "python.ipynb").read_text(encoding="utf-8")
