from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from hilbench.calibration.adjust import adjust
from hilbench.calibration.forward_model import ForwardModel
from hilbench.calibration.observations import Key, Observation, Quantity
from hilbench.chips import load_chip
from hilbench.errors import ConfigError
from hilbench.virtual.parameters import free_parameters
from tests.calibration.conftest import Images

_ROUNDS = 200


def unknown(images: Images, chip: str, quantity: Quantity) -> list[Observation]:
    """Observations of every micro-kernel, with no value yet."""
    return [
        Observation(
            Key(packed.workload.digest, "flash", quantity), packed.workload.record().variant, True, 1.0, 1.0
        )
        for image in images(chip)
        for packed in image.workloads
        if packed.workload.record().operator == "microkernel"
    ]


def expected(
    images: Images, chip: str, values: Mapping[str, float], quantity: Quantity = Quantity.CYCLES
) -> dict[str, float]:
    """Figures that the chip's models expect of each micro-kernel, by its name."""
    seen = unknown(images, chip, quantity)
    found = ForwardModel(load_chip(chip), images(chip), volts=3.0)(values, seen)
    return dict(zip((each.label for each in seen), found.tolist(), strict=True))


@pytest.mark.parametrize(
    ("chip", "name", "value", "cycles"),
    [
        ("stm32l475", "pipeline.divide_cycles", 7, {"divisions": 12, "arithmetic": 0, "branches": 0}),
        ("stm32l475", "pipeline.refill_cycles", 2, {"branches": 13, "arithmetic": 1, "reference": 1}),
        ("stm32l475", "pipeline.indirect_cycles", 2, {"calls": 12, "branches": 0, "returns": 0}),
        ("stm32l475", "pipeline.loaded_cycles", 3, {"returns": 12, "calls": 0}),
        ("stm32l475", "timing.flash.data_miss", 0.5, {"literals": 16, "loads": 0, "arithmetic": 0}),
        ("stm32h743", "pipeline.subword_store_cycles", 3, {"byte_stores": 24, "stores": 0, "loads": 0}),
        ("stm32l031", "pipeline.multiply_cycles", 32, {"multiplications": 16 * 31, "arithmetic": 0}),
    ],
)
def test_each_parameter_shows_in_the_microkernel_made_for_it(
    images: Images, chip: str, name: str, value: float, cycles: Mapping[str, int]
) -> None:
    before, after = expected(images, chip, {}), expected(images, chip, {name: value})
    for kernel, added in cycles.items():
        assert (after[kernel] - before[kernel]) / _ROUNDS == pytest.approx(added, abs=0.6), kernel


def test_the_way_to_a_memory_shows_in_cold_runs_alone(images: Images) -> None:
    values = {"timing.axi.bus_cycles": 24.0}  # ten more than the description says
    cold = [expected(images, "stm32h743", each, Quantity.COLD_CYCLES)["lines"] for each in ({}, values)]
    warm = [expected(images, "stm32h743", each)["lines"] for each in ({}, values)]
    assert cold[1] - cold[0] == pytest.approx(32 * 10, rel=0.2)
    assert warm[1] - warm[0] == pytest.approx(0, abs=2)


def test_what_is_expected_does_not_depend_on_what_was_asked_before(images: Images) -> None:
    values = {"pipeline.mispredicted": 12.0}
    first = expected(images, "stm32h743", values)
    expected(images, "stm32h743", {})
    assert expected(images, "stm32h743", values) == first


def test_power_is_what_the_chip_draws_at_the_supply(images: Images) -> None:
    running = expected(images, "stm32l475", {}, Quantity.POWER)
    asleep = expected(images, "stm32l475", {}, Quantity.IDLE_POWER)
    assert all(0 < asleep[name] < running[name] for name in running)


def test_a_parameter_that_the_chip_has_not_is_refused(images: Images) -> None:
    with pytest.raises(ConfigError, match=r"has no parameter 'pipeline\.mispredicted'"):
        expected(images, "stm32l475", {"pipeline.mispredicted": 3})


def test_what_a_chip_cannot_show_is_not_claimed(images: Images) -> None:
    """The STM32L031 has no cache that could miss."""
    chip = load_chip("stm32l031")
    free = {each.name: each for each in free_parameters(chip)}
    refill, miss = free["pipeline.refill_cycles"], free["timing.flash.code_miss"]
    shown = expected(images, chip.name, {refill.name: 1.5})
    seen = [replace(each, value=shown[each.label]) for each in unknown(images, chip.name, Quantity.CYCLES)]
    found = adjust(seen, [refill, miss], ForwardModel(chip, images(chip.name), volts=3.0)).estimates
    assert [estimate.identified for estimate in found] == [True, False]
    assert found[0].value == pytest.approx(1.5, rel=0.02)
    assert found[1].value == miss.default
