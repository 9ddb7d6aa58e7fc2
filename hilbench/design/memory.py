"""Least memory of a deployed network, in closed form: what the planner's lower bound is, without its plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from hilbench.design.layers import DeployedLayer
from hilbench.design.nets.network import NetworkSpec
from hilbench.operators import Layer
from hilbench.operators.arena import aligned
from hilbench.operators.reuse import Reuse


def step_bytes(
    network: NetworkSpec, steps: Sequence[DeployedLayer], layers: Sequence[Layer]
) -> Mapping[str, int]:
    """Least bytes that each step needs, by name: what lives in it, its scratch memory, less what may overlap.

    An output may lie over an input that nothing reads later, as near as the kernel's order of reading allows.

    Args:
        network: as it is described.
        steps: of its deployment.
        layers: of the steps, by their kernels.
    """
    sizes = {network.layers[0].name: network.layers[0].elements}
    sizes |= {step.spec.name: step.spec.elements for step in steps}
    last = {name: index for index, step in enumerate(steps) for name in step.spec.inputs}
    last |= dict.fromkeys(network.outputs, len(steps))
    live, found = sizes[network.layers[0].name], {}
    for index, (step, layer) in enumerate(zip(steps, layers, strict=True)):
        output = sizes[step.spec.name]
        live += output
        dying = [name for name in dict.fromkeys(step.spec.inputs) if last[name] == index]
        shared = sum(_shared(step, layer, name, sizes) for name in dying)
        found[step.spec.name] = live - shared + aligned(layer.arena.scratch_bytes)
        live -= sum(sizes[name] for name in dying)
        if step.spec.name not in last:
            live -= output
    return found


def peak_bytes(needed: Mapping[str, int]) -> int:
    """Size of the arena that the neediest of all steps asks for."""
    return aligned(max(needed.values()))


@lru_cache(maxsize=65536)
def _reuses(layer: Layer) -> tuple[Reuse | None, ...]:
    return layer.kernel.input_reuse(layer)


def _shared(step: DeployedLayer, layer: Layer, name: str, sizes: Mapping[str, int]) -> int:
    """Bytes that the output may have in common with an input that dies."""
    output, source = sizes[step.spec.name], sizes[name]
    reuses = [reuse for each, reuse in zip(step.spec.inputs, _reuses(layer), strict=True) if each == name]
    if any(reuse is None for reuse in reuses):
        return 0
    distance = max(reuse.distance for reuse in reuses if reuse is not None)
    return min(max(output - distance, 0), output, source)
