"""The network under training, as a Keras model whose loss is the sum of a stage's terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hilbench.style.backbones import Backbones, Extractor
from hilbench.style.keras_backend import Tensor, load_keras
from hilbench.style.losses import AnyTerm, Target, Views
from hilbench.style.recipe import Stage
from hilbench.tensors import Array

_LEAST_RATE = 0.05
"""Learning rate at the end of a stage, and where it warms up, of its highest."""


def extractors_for(stages: Sequence[Stage], backbones: Backbones) -> dict[str, Extractor]:
    """Extractors of all layers that the losses of some stages need, by backbone.

    Raises:
        ConfigError: a backbone's weights are missing, or it has no such layer.
    """
    needed: dict[str, set[str]] = {}
    for stage in stages:
        for term in stage.losses:
            for backbone, layers in term.layers().items():
                needed.setdefault(backbone, set()).update(layers)
    return {name: backbones[name].extractor(layers) for name, layers in needed.items()}


def trainee(network: Any, stage: Stage, target: Target, extractors: Mapping[str, Extractor]) -> Any:  # noqa: ANN401
    """The network compiled for a stage: `train_on_batch(crops)` takes one step in any backend.

    Args:
        network: of Keras, from pictures to pictures.
        stage: its losses and its rate.
        target: the painting.
        extractors: of the backbones that the losses need.
    """
    keras = load_keras()
    titles = _titles(stage.losses)
    terms = [
        (title, term.weight, term.prepare(target)) for title, term in zip(titles, stage.losses, strict=True)
    ]

    class Trainee(keras.Model):  # type: ignore[misc,name-defined]  # Keras has no types
        """Keras' own step calls these in TensorFlow, torch and JAX."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network
            self.seeds = keras.random.SeedGenerator(0)
            self.totals = [keras.metrics.Mean(name=title) for title, _, _ in terms]

        def call(self, pictures: Tensor, training: bool = False) -> Tensor:
            return self.network(pictures, training=training and not stage.frozen_norms)

        def compute_loss(
            self,
            x: Tensor = None,
            y: Tensor = None,
            y_pred: Tensor = None,
            sample_weight: Tensor = None,
            training: bool = True,
        ) -> Tensor:
            """Sum of the terms, each weighted."""
            views = Views(
                content=keras.ops.convert_to_tensor(x),
                output=y_pred,
                stylize=lambda pictures: self(pictures, training=training),
                extractors=extractors,
                moved=self.shift(),
            )
            total = 0.0
            for (_, weight, loss), mean in zip(terms, self.totals, strict=True):
                value = loss(views)
                mean.update_state(value)
                total = total + weight * value
            return total

        def shift(self) -> Callable[[Tensor], Tensor]:
            """A shift by the same random pixels of all pictures; what comes in is a reflection."""
            most = stage.jitter
            rows, columns = (keras.random.randint((), 0, 2 * most + 1, seed=self.seeds) for _ in range(2))

            def shifted(pictures: Tensor) -> Tensor:
                padded = keras.ops.pad(pictures, ((0, 0), (most, most), (most, most), (0, 0)), "reflect")
                return keras.ops.slice(padded, (0, rows, columns, 0), pictures.shape)

            return shifted if most else lambda pictures: pictures

    made = Trainee()
    rates = keras.optimizers.schedules.CosineDecay(
        stage.rate * _LEAST_RATE if stage.warmup else stage.rate,
        (stage.decay or stage.iterations) - stage.warmup,
        alpha=_LEAST_RATE,
        warmup_target=stage.rate if stage.warmup else None,
        warmup_steps=stage.warmup,
    )
    optimizer = keras.optimizers.Adam(rates, global_clipnorm=stage.clip)
    made.compile(optimizer=optimizer)
    optimizer.build(network.trainable_variables)
    return made


def state_of(trained: Any) -> list[Array]:  # noqa: ANN401
    """Weights of the network, then variables of the optimizer, in their order."""
    from keras import ops

    variables = [*trained.network.weights, *trained.optimizer.variables]
    return [ops.convert_to_numpy(variable.value) for variable in variables]


def restore(trained: Any, state: Sequence[Array]) -> None:  # noqa: ANN401
    """Set what `state_of` gave; the optimizer's part may be left away."""
    variables = [*trained.network.weights, *trained.optimizer.variables]
    for variable, value in zip(variables, state, strict=len(state) == len(variables)):
        variable.assign(value)


def _titles(terms: Sequence[AnyTerm]) -> list[str]:
    """Kinds of terms, numbered from the second of a kind on."""
    kinds = [term.kind for term in terms]
    counts = [kinds[: index + 1].count(kind) for index, kind in enumerate(kinds)]
    return [kind if count == 1 else f"{kind}_{count}" for kind, count in zip(kinds, counts, strict=True)]
