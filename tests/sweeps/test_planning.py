"""Tasks of a request: on silicon by prediction, elsewhere and without a twin by a contest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from hilbench.boards import load_boards
from hilbench.chips import Placement
from hilbench.errors import ConfigError, HilbenchError
from hilbench.image import find_toolchain
from hilbench.operators import Layer, Registry
from hilbench.prediction import Prediction, Predictor, predictor
from hilbench.prediction.predictor import W
from hilbench.provenance import Provenance
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.events import Event, LeftOut
from hilbench.runner.task import Task
from hilbench.sweeps import Budget, SweepRequest, planning
from hilbench.sweeps.request import ResolvedRequest
from tests.runner.test_runner import ScriptedBoard

CYCLES = {"dsp": 100, "winograd": 120, "compact": 150}


class Oracle(Predictor):
    """Predicts by the variant's name."""

    def __init__(self) -> None:
        pass

    def predict(self, workloads: Iterable[W]) -> Mapping[W, Prediction | HilbenchError]:
        return {
            each: Prediction(CYCLES.get(each.record().variant, 900), 1, 1, 1, 1, 1, 0) for each in workloads
        }


class Silicon(ScriptedBoard):
    """A board whose chip is none of ours."""

    def __init__(self, name: str = "stm32h7", provenance: Provenance = Provenance.MEASURED) -> None:
        super().__init__()
        self.board = load_boards()[name]
        self._provenance = provenance

    @property
    def provenance(self) -> Provenance:
        return self._provenance


@pytest.fixture(autouse=True)
def _oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "predictor_for", lambda *_: Oracle())


@pytest.fixture
def shape(registry: Registry) -> Layer:
    return registry.layer(operator="conv2d", input="8x8x8", out_c=8, kernel=3)


def task(shape: Layer, board: ScriptedBoard, request: SweepRequest, also: tuple[str, ...] = ()) -> Task:
    axes = (BuildConfig(find_toolchain("auto"), "-O3", Placement.FLASH),)
    (job,) = planning.jobs_for(request, ResolvedRequest((shape,), axes, also), board, lambda _: None)
    (found,) = job.tasks
    return found


def test_on_silicon_the_two_that_are_predicted_to_be_fastest_are_rows(
    shape: Layer,
) -> None:
    found = task(shape, Silicon(), SweepRequest(board="stm32h7"), ("reference",))
    assert found.contenders == ()
    assert [case.variant for case in found.fixed] == ["dsp", "winograd", "reference"]
    assert list(found.notes.values()) == [
        f"predicted {which} of {len(shape.variants)}" for which in ("fastest", "second")
    ]


def test_an_emulated_board_finds_the_fastest_by_itself(shape: Layer) -> None:
    board = Silicon("stm32h7-virtual", Provenance.EMULATED)
    found = task(shape, board, SweepRequest(board="stm32h7-virtual"), ("reference",))
    assert {case.variant for case in found.contenders} == set(shape.operator.variants)
    assert [case.variant for case in found.fixed] == ["reference"]


def test_where_nothing_can_predict_all_variants_run(
    shape: Layer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictor, "find_spec", lambda _: None)
    assert len(task(shape, Silicon(), SweepRequest(board="stm32h7")).contenders) == len(shape.variants)
    text = load_boards()["stm32h7"].boards_file.read_text(encoding="utf-8")
    alone = tmp_path / "boards.yaml"
    alone.write_text(text.replace("    virtual: stm32h7-virtual\n", ""), encoding="utf-8")
    monkeypatch.undo()
    board = Silicon()
    board.board = load_boards(alone)["stm32h7"]
    assert len(task(shape, board, SweepRequest(board="stm32h7", boards_file=alone)).contenders) == len(
        shape.variants
    )


def test_a_variant_that_the_grid_names_stays_unless_auto_is_asked_for(
    registry: Registry, shape: Layer
) -> None:
    named = registry.layer(**shape.case.parameters() | {"variant": "dsp"})
    board = Silicon("stm32h7-virtual", Provenance.EMULATED)
    assert task(named, board, SweepRequest(board="stm32h7-virtual")) == Task(fixed=(named,))
    assert task(named, board, SweepRequest(board="stm32h7-virtual", variant="auto")).fixed == ()


def test_what_no_budget_of_ram_admits_is_left_out_before_anything_runs(shape: Layer) -> None:
    told: list[Event] = []
    request = SweepRequest(board="stm32h7-virtual", budget=Budget(ram=10))
    axes = (BuildConfig(find_toolchain("auto"), "-O3", Placement.FLASH),)
    board = Silicon("stm32h7-virtual", Provenance.EMULATED)
    with pytest.raises(ConfigError, match="No case is left to run"):
        planning.jobs_for(request, ResolvedRequest((shape,), axes, ()), board, told.append)
    (left_out,) = (event for event in told if isinstance(event, LeftOut))
    assert "bytes of RAM" in left_out.reason
