"""Blocks of equal cost: as near as their widths allow, ranked by what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hilbench.design.blocks import Block, Equal, Reading, make_blocks, rank
from hilbench.design.cost import Coster
from hilbench.operators import load_operators
from hilbench.prediction.cost_model.model import chips_with_model, load_cost_model
from hilbench.provenance import Provenance

pytestmark = pytest.mark.skipif(
    "stm32h743" not in chips_with_model(), reason="needs the cost model of the H743"
)


@pytest.fixture(scope="module")
def coster() -> Coster:
    return Coster(load_operators(), load_cost_model("stm32h743"), 480_000_000)


@pytest.fixture(scope="module")
def blocks(coster: Coster) -> list[Block]:
    return make_blocks(coster, 16, 8, 8)


def test_all_structures_are_there_and_cost_the_same(blocks: list[Block]) -> None:
    assert len(blocks) == 12
    target = blocks[0].network.macs
    assert all(abs(block.network.macs / target - 1) <= 0.15 for block in blocks)
    assert {block.network.by_name[block.network.outputs[0]].shape for block in blocks} == {(8, 8, 16)}


def test_blocks_of_equal_parameters(coster: Coster) -> None:
    found = make_blocks(coster, 16, 8, 8, Equal.PARAMETERS)
    target = found[0].network.parameters
    assert all(abs(block.network.parameters / target - 1) <= 0.15 for block in found)


def test_blocks_of_equal_energy_count_what_each_kernel_draws() -> None:
    model = load_cost_model("stm32h743")
    kernels = {
        name: replace(cost, joules_per_cycle=(0.5 if "depthwise" in name else 1.0) * 1e-9)
        for name, cost in model.kernels.items()
    }
    drawn = Coster(load_operators(), replace(model, kernels=kernels), 480_000_000)
    found = {block.structure: block.cost for block in make_blocks(drawn, 16, 8, 8, Equal.ENERGY)}
    energies = [cost.energy_uj for cost in found.values() if cost.energy_uj]
    assert max(energies) / min(energies) < 1.15 / 0.85
    assert found["depthwise separable"].cycles > 1.2 * found["standard"].cycles


def test_what_was_measured_decides_and_gaps_are_marked(blocks: list[Block]) -> None:
    fast = Reading(Provenance.EMULATED, 1.0, 2.0)
    ranked = rank(blocks, {"grouped": fast, "standard": Reading(Provenance.EMULATED, 4.0, 4.0)})
    best = ranked[0]
    assert (best.block.structure, best.provenance, best.on_front) == ("grouped", Provenance.EMULATED, True)
    assert (best.eta_latency, best.eta_energy) == (4.0, 2.0)
    others = {each.provenance for each in ranked if each.block.structure not in ("grouped", "standard")}
    assert others == {Provenance.PREDICTED}
    assert [each.latency_us for each in ranked] == sorted(each.latency_us for each in ranked)


def test_receptive_fields(blocks: list[Block]) -> None:
    fields = {block.structure: block.receptive_field for block in blocks}
    assert (fields["standard"], fields["bottleneck"], fields["xiconv gamma 4"]) == (5, 3, 5)
