"""A training from beginning to end: pictures, stages, checkpoints, a contact sheet that is updated."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.console import quiet_stderr
from hilbench.design.nets.keras_model import keras_model
from hilbench.design.nets.network import NetworkSpec
from hilbench.design.nets.style import StyleNet
from hilbench.errors import ConfigError
from hilbench.style.backbones import Backbones
from hilbench.style.checkpoint import Checkpoint, load_checkpoint
from hilbench.style.contact_sheet import contact_sheet, write_sheet
from hilbench.style.keras_backend import load_keras
from hilbench.style.losses import Target
from hilbench.style.pictures import Picture, load_picture, load_square, picture_files, split
from hilbench.style.recipe import Recipe, Stage
from hilbench.style.training.crops import Crops
from hilbench.style.training.trainee import extractors_for, restore, state_of, trainee

CHECKPOINT = "checkpoint.npz"
SHEET = "sheet.png"
NETWORK = "network.keras"
_SHOWN = 6
"""Photographs on a contact sheet."""
_REPORT = 20
"""Iterations between two events."""
_SHEET_S = 60.0
"""Time between two contact sheets."""
_CHECKPOINT_S = 60.0
"""Time between two checkpoints."""


@dataclass(frozen=True)
class TrainingRequest:
    """Everything the command line of a training can say.

    Attributes:
        recipe: stages and losses.
        painting: file of the painting.
        content: a photograph or a folder of them.
        out: folder of what is written.
        seed: of weights and crops.
        weights: folder of backbones' files.
        threads: of the backend; None for all.
        resume: whether to go on from the folder's checkpoint.
    """

    recipe: Recipe
    painting: Path
    content: Path
    out: Path
    seed: int = 0
    weights: Path | None = None
    threads: int | None = None
    resume: bool = False


@dataclass(frozen=True)
class Progress:
    """Losses of the iterations since the last event.

    Attributes:
        done: iterations of all stages.
        total: of all stages.
        losses: mean of each term, unweighted, and of their weighted sum as `loss`.
    """

    stage: str
    done: int
    total: int
    losses: dict[str, float]


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Attributes:
        network: of Keras, for pictures of its size.
        iterations: of all stages.
        seconds: of the processor, of all stages.
        seen: photographs that it was trained on.
        held_out: those that it never saw.
        backbones: networks in its losses.
    """

    network: Any
    iterations: int
    seconds: float
    seen: tuple[Path, ...]
    held_out: tuple[Path, ...]
    backbones: Backbones


@dataclass
class Training:
    """A training in a folder.

    Attributes:
        request: what is trained.
        told: called with events.
    """

    request: TrainingRequest
    told: Callable[[Progress], None] = lambda _: None
    _seconds: float = field(default=0.0, init=False)

    def run(self) -> Trained:
        """Train, and write network, contact sheet and checkpoint into the folder.

        Raises:
            ConfigError: pictures, recipe, weights or checkpoint are not as they must be.
        """
        request = self.request
        keras = load_keras(request.threads)
        self._seen, self._held_out = self._photographs()
        start = self._start()
        request.out.mkdir(parents=True, exist_ok=True)
        network = open_network(network_spec(request.recipe), request.seed)
        backbones = Backbones(request.weights)
        extractors = extractors_for(request.recipe.stages, backbones)
        target = Target(self._scaled, extractors)
        keras.utils.set_random_seed(request.seed)
        for index, stage in enumerate(request.recipe.stages):
            if start is not None and index < start.stage:
                continue
            step = trainee(network, stage, target, extractors)
            begun = 0
            if start is not None and index == start.stage:
                restore(step, start.arrays)
                begun, self._seconds = start.iteration, start.seconds
            self._stage(step, index, stage, begun)
        self.save_sheet(network)
        fixed = fixed_network(network, network_spec(request.recipe))
        with quiet_stderr():  # Keras on torch looks for TensorFlow to save
            fixed.save(request.out / NETWORK)
        return Trained(
            fixed,
            request.recipe.iterations,
            self._seconds,
            tuple(self._seen),
            tuple(self._held_out),
            backbones,
        )

    def _stage(self, step: Any, index: int, stage: Stage, begun: int) -> None:  # noqa: ANN401
        """The iterations of a stage."""
        crops = Crops(self._pictures, self.request.seed)
        before = sum(each.iterations for each in self.request.recipe.stages[:index])
        saved = shown = time.monotonic()
        clock = time.process_time()
        for iteration in range(begun, stage.iterations):
            batch = crops.batch(index, iteration, stage.batch, stage.crop)
            losses = step.train_on_batch(batch, return_dict=True)
            done = iteration + 1
            if done % _REPORT == 0 or done == stage.iterations:
                found = {name: float(value) for name, value in losses.items()}
                step.reset_metrics()
                if not all(map(np.isfinite, found.values())):
                    raise ConfigError(
                        f"The losses of stage '{stage.name}' are no numbers any more; lower its rate."
                    )
                self.told(Progress(stage.name, before + done, self.request.recipe.iterations, found))
            now = time.monotonic()
            if now - shown > _SHEET_S:
                self.save_sheet(step.network)
                shown = time.monotonic()
            if now - saved > _CHECKPOINT_S or done == stage.iterations:
                spent, clock = time.process_time() - clock, time.process_time()
                self._seconds += spent
                self._checkpoint(step, index, done)
                saved = time.monotonic()

    def _checkpoint(self, step: Any, stage: int, iteration: int) -> None:  # noqa: ANN401
        path = self.request.out / CHECKPOINT
        Checkpoint(self._digest, stage, iteration, self._seconds, state_of(step)).save(path)

    def save_sheet(self, network: Any) -> None:  # noqa: ANN401
        """Write the contact sheet of the network as it is now."""
        made = stylized(network, self._shown)
        sheet = contact_sheet(self._shown_painting, [list(self._shown), list(made)])
        write_sheet(sheet, self.request.out / SHEET)

    def _start(self) -> Checkpoint | None:
        path = self.request.out / CHECKPOINT
        if self.request.resume and path.exists():
            return load_checkpoint(path, self._digest)
        return None

    def _photographs(self) -> tuple[list[Path], list[Path]]:
        """Photographs to train on, and those held out."""
        return split(picture_files(self.request.content))

    @cached_property
    def _pictures(self) -> list[Picture]:
        side = max(self.request.recipe.network.size, *(each.crop for each in self.request.recipe.stages))
        return [load_picture(path, side) for path in self._seen]

    @cached_property
    def _shown(self) -> NDArray[np.uint8]:
        """Photographs of the contact sheet: held out ones where there are."""
        side = self.request.recipe.network.size
        files = (self._held_out or self._seen)[:_SHOWN]
        return np.stack([load_square(path, side) for path in files])

    @cached_property
    def _shown_painting(self) -> Picture:
        return load_square(self.request.painting, self.request.recipe.network.size)

    def _scaled(self, short_side: int) -> NDArray[np.float32]:
        return load_picture(self.request.painting, short_side).astype(np.float32) / np.float32(255)

    @cached_property
    def _digest(self) -> str:
        request = self.request
        parts = [request.recipe.model_dump_json(), str(request.seed), *(each.name for each in self._seen)]
        known = hashlib.sha256("\n".join(parts).encode())
        known.update(request.painting.read_bytes())
        return known.hexdigest()


def network_spec(recipe: Recipe) -> NetworkSpec:
    """Description of a recipe's network.

    Raises:
        ModelError: a layer would have no channels.
    """
    chosen = recipe.network
    shape = (chosen.size, chosen.size, 3)
    return StyleNet(shape, chosen.alpha, 1.0, chosen.gamma, chosen.lite).build()


def open_network(spec: NetworkSpec, seed: int) -> Any:  # noqa: ANN401
    """The network with random weights, for pictures of any size."""
    keras = load_keras()
    fixed = keras_model(spec, seed)
    copied = keras.models.clone_model(fixed, input_tensors=keras.Input((None, None, 3)))
    copied.set_weights(fixed.get_weights())
    return copied


def fixed_network(network: Any, spec: NetworkSpec) -> Any:  # noqa: ANN401
    """The network for pictures of the size of its description, as it is deployed."""
    fixed = keras_model(spec)
    fixed.set_weights(network.get_weights())
    return fixed


def stylized(network: Any, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:  # noqa: ANN401
    """Pictures that a network makes: count, height, width, 3."""
    from keras import ops

    made = []
    for picture in pictures:
        output = network(picture[None].astype(np.float32) / 255, training=False)
        made.append(np.rint(ops.convert_to_numpy(output)[0] * 255).clip(0, 255).astype(np.uint8))
    return np.stack(made)
