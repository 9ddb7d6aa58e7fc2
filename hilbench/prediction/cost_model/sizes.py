"""Terms of a layer's code size: instructions that its kernel unrolls, by the kernel's own plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from hilbench.kernels.depthwise_buffer import plan_filters
from hilbench.kernels.dsp import DspConvolution
from hilbench.kernels.dsp_depthwise import DspDepthwise
from hilbench.kernels.winograd import WinogradConvolution
from hilbench.operators import Layer

_WINOGRAD_TILES = 4


@lru_cache(maxsize=16384)
def code_terms(layer: Layer) -> Mapping[str, float]:
    """Counts that a kernel's code size is a sum of; a coefficient is bytes."""
    kernel = layer.kernel
    if isinstance(kernel, DspConvolution):
        plan = kernel.layer_plan(layer)
        tiles = [(tile.channels, tile.pixels) for tile in plan.tiles]
        return _tiles(plan.traversal.steps, tiles, 0.0 if plan.strip.direct else 1.0)
    if isinstance(kernel, WinogradConvolution):
        columns = -(-layer.case.out_w // 2)
        widths = {min(_WINOGRAD_TILES, columns), columns % _WINOGRAD_TILES} - {0}
        return _tiles(layer.case.in_c // 2, [(2, width) for width in widths], 1.0)
    if isinstance(kernel, DspDepthwise):
        filters = plan_filters(kernel.planes(layer.case), lambda _: (), layer.case.tuning.tile_pixels)
        lines = sum(len(list(each.body(eager=False))) for each in filters)
        return {"once": 1.0, "tiles": float(len(filters)), "instructions": float(lines)}
    return {"once": 1.0}


def _tiles(steps: int, tiles: Iterable[tuple[int, int]], copies: float) -> dict[str, float]:
    """Tiles of channels by pixels: each loads and multiplies in every step, and makes its outputs."""
    found = list(tiles)
    return {
        "once": 1.0,
        "tiles": float(len(found)),
        "instructions": float(
            sum(steps * (channels + pixels + channels * pixels) for channels, pixels in found)
        ),
        "outputs": float(sum(channels * pixels for channels, pixels in found)),
        "copies": copies,
    }
