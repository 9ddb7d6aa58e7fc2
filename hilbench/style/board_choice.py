"""The network of a recipe, scaled by the designer to the memory and speed of a board."""

from __future__ import annotations

from pathlib import Path

from hilbench.design.budget import Budgets
from hilbench.design.families import Family
from hilbench.design.nets.catalog import Hyperparameters
from hilbench.design.session import ScaleRequest, answer
from hilbench.errors import DoesNotFit
from hilbench.style.recipe import NetworkChoice, Recipe

_DEFAULT_S = 2.0
"""Longest run where none is given."""
_LEAST_CHANNELS = 3
"""Channels of the narrowest compression: with fewer no network can tell colors apart."""
_STEP = 32
_LEAST_SIZE = 64
"""Smallest pictures that are tried, and the step of sizes, pixels."""


def fitted(recipe: Recipe, board: str, boards_file: Path, latency_s: float | None) -> Recipe:
    """The recipe with the largest network that a board runs in time.

    Sizes of pictures are tried from the recipe's downwards; the first whose network is wide enough to see
    colors is taken.

    Args:
        recipe: whose size is the largest, and which says whether the network is lite.
        board: entry of boards.yaml.
        boards_file: another boards.yaml.
        latency_s: longest run, seconds; None for two.

    Raises:
        ConfigError: there is no such board, or no cost model of its chip.
        DoesNotFit: no network of any size keeps memory and time.
    """
    budgets = Budgets(latency_us=(latency_s or _DEFAULT_S) * 1e6)
    chosen: NetworkChoice | None = None
    refusal: DoesNotFit | None = None
    for size in range(recipe.network.size, _LEAST_SIZE - 1, -_STEP):
        asked = Hyperparameters(input=(size, size, 3), beta=1.0, lite=recipe.network.lite)
        request = ScaleRequest(
            family=Family.STYLE, chosen=asked, budgets=budgets, board=board, boards_file=boards_file
        )
        try:
            best = answer(request).scaling.best.chosen
        except DoesNotFit as error:
            refusal = error
            continue
        assert best.alpha is not None  # noqa: S101
        assert best.gamma is not None  # noqa: S101
        chosen = NetworkChoice(size=size, alpha=best.alpha, gamma=best.gamma, lite=recipe.network.lite)
        if chosen.narrowest >= _LEAST_CHANNELS:
            break
    if chosen is None:
        assert refusal is not None  # noqa: S101
        raise refusal
    return recipe.model_copy(update={"network": chosen})
