"""A workload of two segments from its C to the row, on virtual boards."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.boards import attach, load_boards
from hilbench.errors import LinkError
from hilbench.image import Builder, find_toolchain
from hilbench.results import Measurement, RunRecord, Status, Store
from hilbench.results.rows import to_frame
from hilbench.runner.expected_outputs import ExpectedOutputs
from hilbench.runner.runner import ImageRun
from tests.analysis.rows import run_record
from tests.image.chain import Chain

pytest.importorskip("unicorn", reason='needs unicorn: pip install "hilbench[virtual]"')


@pytest.mark.parametrize("board", ["stm32h7-virtual", "stm32l0-virtual"])
def test_a_program_becomes_a_row(board: str, tmp_path: Path, cache: Path) -> None:
    wanted = [Chain(), Chain(probes=True), Chain(in_place=False)]
    with attach(board, boards=load_boards()) as session, ExpectedOutputs() as references:
        built = Builder(session.chip, find_toolchain("auto"), cache_dir=cache).build(wanted)
        assert built.refused == ()
        (image,) = built.images
        rows = list(ImageRun(session, image, references))
        assert [row.status for row in rows] == [Status.OK] * 3
        packed = dict(zip(wanted, image.workloads, strict=True))
        first, second = session.steps(packed[wanted[1]])
        assert first + second < 1.2 * rows[1].cycles[0]
        assert min(first, second) > 0.2 * rows[1].cycles[0]
        with pytest.raises(LinkError, match="with probes"):
            session.steps(packed[wanted[0]])
    stored = _stored(tmp_path, rows)
    assert [(row.workload, row.cycles) for row in stored] == [(row.workload, row.cycles) for row in rows]
    labels = to_frame(rows)["label"]
    assert list(labels) == [f"{each.label} reference" for each in wanted]


def _stored(folder: Path, rows: list[Measurement]) -> list[Measurement]:
    run: RunRecord = run_record()
    with Store(f"sqlite:///{folder / 'store.sqlite'}") as store:
        store.begin_run(run)
        for row in rows:
            store.add(run.run_id, row)
        return list(store.measurements(run.run_id))
