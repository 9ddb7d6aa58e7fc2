"""Contests of variants: which becomes a row, how often each runs, and what becomes of those that fail."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hilbench.chips import Placement
from hilbench.errors import DeviceFault, DoesNotFit
from hilbench.image import FlashContent, Image, PackedWorkload, find_toolchain
from hilbench.operators import Layer, Registry, Workload
from hilbench.prediction import Prediction, Predictor
from hilbench.results import Measurement, Status
from hilbench.runner.build_config import BuildConfig
from hilbench.runner.events import Event, LeftOut
from hilbench.runner.expected_outputs import ExpectedOutputs, reference_output
from hilbench.runner.images import Batch
from hilbench.runner.runner import Runner
from hilbench.runner.task import Task
from hilbench.sweeps import Budget
from hilbench.tuning.measured_selection import MeasuredSelection
from tests.runner.test_runner import ScriptedBoard

VARIANTS = {"reference": 9000, "dsp": 1000, "winograd": 1015, "compact": 2000}


class Race(ScriptedBoard):
    """Takes of each variant the cycles that it is told to, and counts its warm runs."""

    def __init__(self) -> None:
        super().__init__()
        self.runs = dict.fromkeys(VARIANTS, 0)
        self._variant = ""

    def select(self, packed: PackedWorkload) -> None:
        super().select(packed)
        self._variant = packed.workload.record().variant

    def run(self, iterations: int, *, cold: bool = False) -> tuple[int, ...]:
        self._called(self._variant)
        self.runs[self._variant] += 0 if cold else iterations
        return (VARIANTS[self._variant],) * iterations


class Memory(Predictor):
    """Remembers what it is given, and predicts nothing."""

    def __init__(self) -> None:
        self.known: dict[Workload, Prediction] = {}

    def recall(self, workload: Workload) -> Prediction | None:
        return self.known.get(workload)

    def keep(self, workload: Workload, prediction: Prediction) -> None:
        self.known[workload] = prediction


@pytest.fixture
def board() -> Race:
    return Race()


@pytest.fixture
def field(registry: Registry) -> dict[str, Layer]:
    shape = registry.layer(operator="conv2d", input="8x8x8", out_c=8, kernel=3)
    return {name: shape.with_kernel(name) for name in VARIANTS}


Hold = Callable[..., list[Measurement]]


@pytest.fixture
def hold(board: Race, field: dict[str, Layer]) -> Iterator[Hold]:
    """Holds a contest; variants that are not refused are in one image."""
    with ExpectedOutputs() as references:

        def run(
            task: Task | None = None,
            *,
            budget: Budget | None = None,
            memory: Memory | None = None,
            listener: Callable[[Event], None] = lambda _: None,
            refused: tuple[str, ...] = (),
        ) -> list[Measurement]:
            packed = tuple(
                PackedWorkload(case, index, 100, 50, 200 + index, 0, None, FlashContent(150, 1))
                for index, (name, case) in enumerate(field.items())
                if name not in refused
            )
            image = Image(Path("i.elf"), "ab" * 32, packed, "stm32h743", "gcc", "-O3", Placement.FLASH)
            batch = Batch(
                BuildConfig(find_toolchain("auto"), "-O3", Placement.FLASH),
                (image,),
                tuple((field[name], DoesNotFit("It is too large.")) for name in refused),
            )
            task = task or Task(contenders=tuple(field.values()))
            runner = Runner(board, references)
            return list(
                MeasuredSelection(task, batch, runner, references, budget or Budget(), memory, listener)
            )

        yield run


def test_the_fastest_is_the_row_and_others_run_once_unless_they_come_close(hold: Hold, board: Race) -> None:
    (row,) = hold()
    assert (row.workload.variant, row.environment.choice) == ("dsp", "fastest of 4")
    assert board.runs == {"dsp": 10, "winograd": 11, "compact": 1, "reference": 1}


def test_what_is_remembered_is_not_run_again_and_says_whom_to_begin_with(hold: Hold, board: Race) -> None:
    memory = Memory()
    hold(memory=memory)
    assert {case.record().variant: seen.cycles for case, seen in memory.known.items()} == VARIANTS
    board.runs = dict.fromkeys(VARIANTS, 0)
    (row,) = hold(memory=memory)
    assert row.workload.variant == "dsp"
    assert board.runs == {"dsp": 10, "winograd": 10, "compact": 0, "reference": 0}


def test_a_fixed_variant_is_a_row_beside_the_winner_and_one_row_where_it_wins(
    hold: Hold, field: dict[str, Layer]
) -> None:
    winner, beside = hold(Task(fixed=(field["reference"],), contenders=tuple(field.values())))
    assert (winner.workload.variant, beside.workload.variant) == ("dsp", "reference")
    assert not beside.environment.choice
    (row,) = hold(Task(fixed=(field["reference"],), contenders=(field["reference"],)))
    assert row.environment.choice == "fastest of 1"


def test_a_variant_that_fails_is_a_row_too(hold: Hold, board: Race) -> None:
    board.faults["compact"] = [DeviceFault("HardFault")] * 2
    winner, failure = hold()
    assert (winner.workload.variant, winner.status) == ("dsp", Status.OK)
    assert (failure.workload.variant, failure.status) == ("compact", Status.MEASURE_FAILED)


def test_what_is_remembered_with_another_output_is_measured(
    hold: Hold, board: Race, field: dict[str, Layer]
) -> None:
    memory, case = Memory(), field["compact"]
    hold(memory=memory)
    right = zlib.crc32(reference_output(field["reference"]).tobytes())
    assert memory.known[case].crc32 == right
    memory.known[case] = replace(memory.known[case], crc32=right ^ 1)
    board.runs = dict.fromkeys(VARIANTS, 0)
    hold(memory=memory)
    assert board.runs["compact"] == 10


def test_the_tuned_one_wins_alone(hold: Hold, board: Race, field: dict[str, Layer]) -> None:
    (row,) = hold(Task(contenders=tuple(field.values()), tuned=field["compact"]))
    assert (row.workload.variant, row.environment.choice) == ("compact", "tuned")
    assert board.runs["dsp"] == 0


def test_a_budget_leaves_contenders_out_and_is_blamed_where_it_admits_none(hold: Hold) -> None:
    (row,) = hold(budget=Budget(ram=200))
    assert row.workload.variant == "reference"
    told: list[Event] = []
    assert hold(budget=Budget(ram=10), listener=told.append) == []
    (left_out,) = (event for event in told if isinstance(event, LeftOut))
    assert left_out.reason == "reference needs 200 bytes of RAM"


def test_what_was_not_built_does_not_run_and_where_nothing_was_the_shape_says_why(hold: Hold) -> None:
    (row,) = hold(refused=("dsp", "winograd"))
    assert row.workload.variant == "compact"
    (row,) = hold(refused=tuple(VARIANTS))
    assert (row.workload.variant, row.status, row.cause) == ("reference", Status.SKIPPED, "It is too large.")
