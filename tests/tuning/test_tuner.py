"""Tuning: what is tried, what is kept, and for how long it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hilbench.chips import Placement
from hilbench.image import find_toolchain
from hilbench.operators import UNTUNED, Layer, Tuning
from hilbench.operators.registry import load_operators
from hilbench.provenance import Provenance
from hilbench.runner.build_config import BuildConfig
from hilbench.tuning.database import Tuned, TunedCases
from hilbench.tuning.tuner import tune

SHAPE = load_operators().layer(
    operator="conv2d", in_h=30, in_w=30, in_c=16, out_c=8, kernel_h=5, kernel_w=5, activation="relu"
)
DSP = SHAPE.with_kernel("dsp")


class Clock:
    """Cycles by variant, less what each parameter gains."""

    def __init__(self, gains: Mapping[str, Mapping[int, int]]) -> None:
        self.gains = gains
        self.asked: list[Layer] = []

    def __call__(self, cases: Sequence[Layer]) -> Mapping[Layer, float]:
        self.asked += cases
        return {case: self._cycles(case) for case in cases}

    def _cycles(self, case: Layer) -> float:
        gained = (self.gains.get(name, {}).get(value, 0) for name, value in case.tuning.changes.items())
        return {"reference": 9000, "dsp": 1000}.get(case.variant, 5000) - sum(gained)


def tuned(clock: Clock) -> Tuned:
    *_, (result,) = tune([SHAPE, DSP], clock, Provenance.PREDICTED)
    return result


def test_the_best_value_of_each_parameter_is_kept() -> None:
    result = tuned(Clock({"band_kib": {4: 50, 8: 80}, "tile_pixels": {3: 30}, "align_loops": {16: -5}}))
    assert result.plain == DSP
    assert result.best == DSP.with_kernel(DSP.variant, tuning=Tuning(band_kib=8, tile_pixels=3))
    assert (result.plain_cycles, result.best_cycles) == (1000, 890)
    assert result.gain == pytest.approx(1000 / 890)


def test_a_gain_within_the_noise_is_none() -> None:
    assert tuned(Clock({"band_kib": {8: 4}})).best == DSP


def test_only_the_fastest_variant_is_tuned() -> None:
    clock = Clock({})
    tuned(clock)
    assert {case.variant for case in clock.asked if case.tuning.changes} == {"dsp"}


def test_no_source_is_run_twice() -> None:
    clock = Clock({})
    result = tuned(clock)
    straight = [case.tuning.straight_steps for case in clock.asked if "straight_steps" in case.tuning.changes]
    assert len(straight) < len(DSP.kernel.search_space(DSP.case)["straight_steps"])
    assert result.tried == len([case for case in clock.asked if case.variant == "dsp"])


def test_what_fails_is_not_the_best() -> None:
    class Failing(Clock):
        def __call__(self, cases: Sequence[Layer]) -> Mapping[Layer, float]:
            return {case: taken for case, taken in super().__call__(cases).items() if case.tuning == UNTUNED}

    assert tuned(Failing({"band_kib": {8: 500}})).best == DSP


def test_a_shape_that_nothing_computes_is_missing() -> None:
    assert [*tune([SHAPE], lambda _: {}, Provenance.MEASURED)] == [()]


@pytest.fixture
def configuration() -> BuildConfig:
    return BuildConfig(find_toolchain("auto"), "-O3", Placement.FLASH)


BEST = Tuned(DSP, 1000, DSP.with_kernel(DSP.variant, tuning=Tuning(band_kib=8)), 900, 5, Provenance.MEASURED)


def test_what_was_kept_is_found_again(tmp_path: Path, configuration: BuildConfig) -> None:
    TunedCases("cortex-m7", lambda case: case.digest, tmp_path).keep(BEST, configuration)
    again = TunedCases("cortex-m7", lambda case: case.digest, tmp_path)
    assert again.find(SHAPE, configuration) == BEST.best
    assert again.find(DSP, configuration) == BEST.best


def test_it_holds_for_its_core_configuration_and_shape_alone(
    tmp_path: Path, configuration: BuildConfig
) -> None:
    cases = TunedCases("cortex-m7", lambda case: case.digest, tmp_path)
    cases.keep(BEST, configuration)
    assert cases.find(SHAPE, replace(configuration, flags="-O2")) is None
    assert (
        cases.find(load_operators().layer(**(SHAPE.case.parameters() | {"in_h": 17})), configuration) is None
    )
    assert TunedCases("cortex-m4", lambda case: case.digest, tmp_path).find(SHAPE, configuration) is None


def test_it_holds_as_long_as_its_sources(tmp_path: Path, configuration: BuildConfig) -> None:
    TunedCases("cortex-m7", lambda _: "before", tmp_path).keep(BEST, configuration)
    assert TunedCases("cortex-m7", lambda _: "after", tmp_path).find(SHAPE, configuration) is None


@pytest.mark.parametrize("content", ["", '{"variant": "ds', "[]", "[" * 5000, '{"variant": 1, "kernel": ""}'])
def test_what_a_damaged_file_says_of_a_tuning_is_forgotten(
    content: str, tmp_path: Path, configuration: BuildConfig
) -> None:
    cases = TunedCases("cortex-m7", lambda case: case.digest, tmp_path)
    cases.keep(BEST, configuration)
    (file,) = tmp_path.rglob("*.json")
    file.write_text(content, encoding="utf-8")
    assert cases.find(SHAPE, configuration) is None
