"""Ablations: a recipe without one of its losses each, trained alike and judged on the same pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hilbench.errors import ConfigError
from hilbench.style.metrics.estimate import Estimate, over_seeds
from hilbench.style.metrics.evaluation import Evaluator
from hilbench.style.metrics.moments import Numbers
from hilbench.style.metrics.table import Metric
from hilbench.style.pictures import picture_files, split
from hilbench.style.recipe import Recipe, Stage
from hilbench.style.training.session import Progress, Training, TrainingRequest, stylized

WHOLE = "whole recipe"
_KEPT = frozenset({"style", "content"})
"""Kinds of losses that no variant leaves out: without them it is another task."""


@dataclass(frozen=True)
class AblationRow:
    """A variant, of all seeds together.

    Attributes:
        metrics: over pictures and seeds.
    """

    variant: str
    seeds: int
    iterations: int
    metrics: Mapping[Metric, Estimate]

    def document(self) -> dict[str, Any]:
        """Figures for JSON."""
        metrics = {
            metric.key: {"mean": each.mean, "low": each.low, "high": each.high}
            for metric, each in self.metrics.items()
        }
        return {
            "variant": self.variant,
            "seeds": self.seeds,
            "iterations": self.iterations,
            "pictures": next(iter(self.metrics.values())).count,
            "metrics": metrics,
        }


def variants(recipe: Recipe) -> dict[str, Recipe]:
    """The whole recipe, and one without each kind of loss that can be left out.

    A stage that has no other loss keeps it.
    """
    kinds = dict.fromkeys(term.kind for stage in recipe.stages for term in stage.losses)
    found = {WHOLE: recipe}
    for kind in kinds:
        stages = tuple(_without(stage, kind) for stage in recipe.stages)
        if kind not in _KEPT and stages != recipe.stages:
            found[f"without {kind}"] = recipe.model_copy(update={"stages": stages})
    return found


def shortened(recipe: Recipe, iterations: int) -> Recipe:
    """The recipe with so many iterations in all, shared by its stages as before."""
    share = iterations / recipe.iterations

    def scaled(stage: Stage) -> Stage:
        update = {
            "iterations": max(1, round(stage.iterations * share)),
            "warmup": int(stage.warmup * share),
            "decay": None if stage.decay is None else max(1, round(stage.decay * share)),
        }
        return stage.model_copy(update=update)

    return recipe.model_copy(update={"stages": tuple(map(scaled, recipe.stages))})


def ablate(
    request: TrainingRequest,
    seeds: int,
    told: Callable[[str, Progress], None] = lambda _, __: None,
) -> list[AblationRow]:
    """Train each variant with each seed, and judge it on photographs that none of them saw.

    Every training has a folder of its own below the request's, and goes on where it was interrupted.

    Args:
        request: with the whole recipe; its seed is the first.
        seeds: trainings of each variant.
        told: called with the name of a training and its events.

    Raises:
        ConfigError: there are fewer than five photographs, so that none is left to judge by; or as training
            raises it.
    """
    _, held_out = split(picture_files(request.content))
    if not held_out:
        raise ConfigError(f"{request.content} has fewer than five photographs; an ablation needs more.")
    evaluator = Evaluator(request.painting, held_out, request.recipe.network.size)
    rows = []
    for name, recipe in variants(request.recipe).items():
        values: list[Mapping[Metric, Numbers]] = []
        for seed in range(request.seed, request.seed + seeds):
            out = request.out / f"{name.replace(' ', '-')}-{seed}"
            one = replace(request, recipe=recipe, out=out, seed=seed, resume=True)
            label = f"{name}, seed {seed}"
            trained = Training(one, lambda event, label=label: told(label, event)).run()  # type: ignore[misc]
            values.append(evaluator.metrics(stylized(trained.network, evaluator.contents)))
        metrics = {
            metric: over_seeds([each[metric] for each in values], less_is_better=metric.less_is_better)
            for metric in values[0]
        }
        rows.append(AblationRow(name, seeds, recipe.iterations, metrics))
    return rows


def _without(stage: Stage, kind: str) -> Stage:
    kept = tuple(term for term in stage.losses if term.kind != kind)
    return stage.model_copy(update={"losses": kept}) if kept else stage
