from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hilbench.cli._artifacts import write_artifacts
from hilbench.errors import ConfigError
from hilbench.results import Status, Store
from hilbench.results.csv_file import read_csv
from tests.analysis.rows import failed, ladder, run_record

RUN = run_record()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(str(tmp_path / "store.sqlite")) as opened:
        opened.begin_run(RUN)
        for row in [*ladder(), failed(channels=64, status=Status.LINK_FAILED, cause="silence")]:
            opened.add(RUN.run_id, row)
        yield opened


def test_page_table_and_document_tell_of_the_same_rows(store: Store, tmp_path: Path) -> None:
    artifacts = write_artifacts(store, RUN, tmp_path / "out")
    table = read_csv(artifacts.table)
    document = json.loads(artifacts.document.read_text())
    assert len(table) == len(document["measurements"]) == 17
    assert document["statuses"] == {"ok": 16, "link_failed": 1}
    assert "silence" in artifacts.report.read_text()


def test_the_table_has_its_efficiencies(store: Store, tmp_path: Path) -> None:
    table = read_csv(write_artifacts(store, RUN, tmp_path / "out").table)
    grouped = table[table["operator"] == "grouped_conv2d"]
    assert grouped["eta_latency"].tolist() == pytest.approx([0.5] * 4)


def test_a_folder_that_cannot_be_made_is_a_sentence(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="Cannot write"):
        write_artifacts(store, RUN, tmp_path / "file")
