"""Request for inputs, as the command line makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from hilbench.deploy.inputs.labels import labelled, read_labels
from hilbench.deploy.inputs.network_input import NetworkInput, generated_inputs
from hilbench.deploy.inputs.preprocessing import Preprocessing
from hilbench.deploy.inputs.reading import input_files, read_inputs
from hilbench.deploy.program import Program
from hilbench.errors import ConfigError
from hilbench.tensors import Array


@dataclass(frozen=True)
class InputRequest:
    """Inputs that a network is verified on.

    Attributes:
        path: an image, an array or a folder of them; None for random inputs.
        preprocessing: of what is read.
        labels: file with the right classes of what is read.
        count: of random inputs.

    Raises:
        ConfigError: there is no such file, or there are labels of random inputs.
    """

    takes_outputs: ClassVar[bool] = False

    path: Path | None = None
    preprocessing: Preprocessing = Preprocessing.NONE
    labels: Path | None = None
    count: int = 1

    def __post_init__(self) -> None:
        if self.path is not None:
            input_files(self.path)
        elif self.labels is not None:
            raise ConfigError("--labels says what the inputs of --input show; give that, too.")
        if self.labels is not None:
            read_labels(self.labels)

    def of(self, program: Program) -> Iterator[NetworkInput]:
        """Inputs of a program, read one by one.

        Raises:
            ConfigError: one cannot be read, is no input of the network or has no label.
        """
        if self.path is None:
            return generated_inputs(program.inputs, program.seed, self.count)
        given = read_inputs(self.path, program.graph, self.preprocessing)
        return given if self.labels is None else labelled(given, read_labels(self.labels))

    def take(self, given: NetworkInput, output: Array) -> None:
        """Nothing: outputs are verified where they are made."""
