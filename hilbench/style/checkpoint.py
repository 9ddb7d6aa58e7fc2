"""Checkpoints of a training: weights, the optimizer's state and how far it came, written whole."""

from __future__ import annotations

import json
import secrets
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hilbench.errors import ConfigError
from hilbench.tensors import Array

_META = "progress"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """State of a training between two iterations.

    Attributes:
        digest: of the recipe, pictures and seed; a training resumes only its own.
        stage: index of the stage.
        iteration: iterations of that stage that are done.
        seconds: of training so far, by the processor's clock.
        arrays: weights of the network, then variables of the optimizer.
    """

    digest: str
    stage: int
    iteration: int
    seconds: float
    arrays: Sequence[Array]

    def save(self, path: Path) -> None:
        """Write it in place of an earlier one, whole or not at all.

        Raises:
            ConfigError: it cannot be written.
        """
        progress = {
            "digest": self.digest,
            "stage": self.stage,
            "iteration": self.iteration,
            "seconds": self.seconds,
        }
        scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}.npz")
        try:
            numbered = {f"{index:04d}": array for index, array in enumerate(self.arrays)}
            numbered[_META] = np.array(json.dumps(progress))
            np.savez(scratch, allow_pickle=False, **numbered)
            scratch.replace(path)
        except OSError as error:
            raise ConfigError(f"{path} cannot be written: {error.strerror or error}.") from None
        finally:
            scratch.unlink(missing_ok=True)


def load_checkpoint(path: Path, digest: str) -> Checkpoint:
    """The checkpoint in a file.

    Args:
        path: of the file.
        digest: that it must have.

    Raises:
        ConfigError: it cannot be read, or is another training's.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            progress = json.loads(str(file[_META]))
            arrays = [file[name] for name in sorted(file.files) if name != _META]
            found = Checkpoint(**progress, arrays=arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{path} is no checkpoint ({error}); train without --resume.") from None
    if found.digest != digest:
        raise ConfigError(
            f"{path} is of a training with another recipe, painting, photographs or seed; train without "
            "--resume, or into another folder."
        )
    return found
