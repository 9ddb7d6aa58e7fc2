"""Predictions: run on the chip's virtual board, remembered, and none where a kernel does not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.boards import load_boards
from hilbench.errors import ConfigError, DeviceFault, DoesNotFit, VerifyError
from hilbench.image import find_toolchain
from hilbench.operators import Layer, load_operators
from hilbench.prediction import Prediction, Predictor, station
from tests.image.handmade import handmade_case
from tests.prediction.conftest import MakePredictor


@pytest.fixture(scope="module")
def case() -> Layer:
    return load_operators().layer(operator="conv2d", in_h=6, in_w=6, in_c=4, out_c=8, kernel_h=3, kernel_w=3)


def of(outcome: object) -> Prediction:
    assert isinstance(outcome, Prediction), outcome
    return outcome


def test_a_board_on_the_bench_is_predicted_on_its_twin(predictor_for: MakePredictor, case: Layer) -> None:
    prediction = of(predictor_for("stm32h7").predict([case])[case])
    assert prediction.instructions is not None
    assert case.macs < prediction.instructions < 20 * case.macs
    assert prediction.instructions / 2 < prediction.cycles < 3 * prediction.instructions
    assert prediction.flash_bytes == prediction.code_bytes + prediction.constant_bytes
    assert (prediction.ram_bytes, prediction.scratch_bytes) == (144 + 288, 0)


def test_what_was_predicted_is_not_run_again(
    predictor_for: MakePredictor, case: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = predictor_for("stm32h7-virtual").predict([case])
    monkeypatch.setattr(station, "EmulatedImage", None)
    assert predictor_for("stm32h7-virtual").predict([case, case]) == first


def test_another_chip_is_another_prediction(predictor_for: MakePredictor, case: Layer) -> None:
    (slow,) = predictor_for("stm32l4").predict([case]).values()
    (fast,) = predictor_for("stm32h7").predict([case]).values()
    assert of(slow).cycles > of(fast).cycles


def test_a_core_without_the_counter_predicts_no_instructions(
    predictor_for: MakePredictor, case: Layer
) -> None:
    (prediction,) = predictor_for("stm32l0").predict([case]).values()
    assert of(prediction).instructions is None
    assert of(prediction).cycles > case.macs


def test_a_kernel_that_faults_spoils_no_other(predictor_for: MakePredictor, tmp_path: Path) -> None:
    good, bad, behind = (
        handmade_case(tmp_path, "copy", "out[i] = in[i];"),
        handmade_case(tmp_path, "stray", "out[i] = *(volatile int8_t *)(0xC0000000 + i);"),
        handmade_case(tmp_path, "negate", "out[i] = (int8_t)-in[i];"),
    )
    outcomes = predictor_for("stm32h7").predict([good, bad, behind])
    assert isinstance(outcomes[bad], DeviceFault)
    assert of(outcomes[good]).cycles > 0
    assert of(outcomes[behind]).cycles > 0


def test_a_variant_that_computes_something_else_is_none(predictor_for: MakePredictor, tmp_path: Path) -> None:
    right = handmade_case(tmp_path, "slow_copy", "out[i] = in[i];")
    folder = right.operator.folder
    source = (folder / "reference.c.j2").read_text()
    wrong_source = source.replace("out[i] = in[i];", "out[i] = (int8_t)(in[i] ^ (i == 5));")
    (folder / "wrong.c.j2").write_text(wrong_source)
    with (folder / "operator.py").open("a") as module:
        module.write('\n    kernels = (Kernel(), Kernel("wrong"))\n')
    right = load_operators(tmp_path).layer(**right.case.parameters())
    wrong = right.with_kernel("wrong")
    outcomes = predictor_for("stm32h7").predict([right, wrong])
    assert of(outcomes[right]).cycles > 0
    assert isinstance(outcomes[wrong], VerifyError)


def test_what_does_not_fit_says_so(predictor_for: MakePredictor, case: Layer) -> None:
    large = load_operators().layer(**(case.case.parameters() | {"in_h": 200, "in_w": 200}))
    assert isinstance(predictor_for("stm32l0").predict([large])[large], DoesNotFit)


def test_a_board_without_a_twin_is_a_sentence() -> None:
    boards = load_boards()
    alone = boards["stm32h7"].model_copy(update={"virtual": None})
    with pytest.raises(ConfigError, match="'stm32h7' has no virtual twin"):
        Predictor(alone, boards, find_toolchain("auto"))
