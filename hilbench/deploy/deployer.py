"""Interface of deployers, who make code of a network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from hilbench.deploy.c_package import CPackage
from hilbench.deploy.deployment import Deployment
from hilbench.deploy.external_program import ExternalProgram
from hilbench.deploy.site import Site
from hilbench.errors import ConfigError, ModelError
from hilbench.networks.graph import Graph
from hilbench.networks.keras import KERAS_SUFFIX, convert_keras
from hilbench.networks.model_bytes import model_bytes
from hilbench.networks.model_file import read_model
from hilbench.networks.oracles import Oracle, OracleChoice, find_oracle
from hilbench.networks.tflite.edits import shortened
from hilbench.networks.tflite.reader import import_tflite


@dataclass(frozen=True)
class Model:
    """A model file, or an edited one.

    Attributes:
        path: of the file, whose stem is the network's name.
        representative: inputs by which a Keras model is quantised.
        edited: bytes of a TFLite file that stand for the file's; None where nothing was edited.
        cut: operators that the edited file lacks.
    """

    path: Path
    representative: Path | None = None
    edited: bytes | None = None
    cut: tuple[str, ...] = ()

    @cached_property
    def graph(self) -> Graph:
        """The network.

        Raises:
            ModelError: the file cannot be taken.
        """
        return import_tflite(self.data, self.path.name) if self.is_tflite else read_model(self.path)

    @cached_property
    def data(self) -> bytes:
        """Bytes of the file, edited or not; those of a TFLite file that a Keras model is converted to.

        Raises:
            ModelError: it cannot be read or converted.
        """
        if self.edited is not None:
            return self.edited
        if self.path.suffix == KERAS_SUFFIX:
            return convert_keras(self.path, self.representative)
        return model_bytes(self.path, "a model")

    @property
    def is_tflite(self) -> bool:
        """Whether `data` is a TFLite file."""
        return self.path.suffix in {".tflite", KERAS_SUFFIX}

    def oracle(self, choice: OracleChoice) -> Oracle:
        """The chosen oracle of the network.

        Raises:
            ConfigError: its package is not installed.
            ModelError: it refuses the model.
        """
        return find_oracle(choice, self.graph, self.data if self.is_tflite else None)

    def shortened(self) -> Iterator[Model]:
        """Models that lack more and more operators at the ends (`hilbench.networks.tflite.edits`)."""
        if self.is_tflite:
            for data, cut in shortened(self.data, self.path.name):
                yield Model(self.path, edited=data, cut=cut)


@dataclass(frozen=True, repr=False)
class ExternalDeployment:
    """A network with another tool's code.

    Attributes:
        program: to be built and run.
        cut: operators of the model that the program lacks, since its deployer does not know them.
    """

    program: ExternalProgram
    cut: tuple[str, ...] = ()

    @property
    def deployer(self) -> str:
        """Name of who made the program."""
        return self.program.deployer

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what a reader of the figures should know."""
        return self.program.package.notes

    @property
    def live_macs(self) -> int:
        """Multiply-accumulates: those of the model, as nobody says which are left."""
        return self.program.macs


@dataclass(frozen=True, repr=False)
class FirmwareDeployment(ExternalDeployment):
    """A network in an image that others built, firmware and all.

    Attributes:
        elf: the image; `program` says what it computes, and is not built.
    """

    elf: Path = Path()


class Deployer(ABC):
    """A way from a model file to code that an image can hold.

    Args:
        argument: text behind the colon of `--deployer name:argument`; empty without a colon.

    Raises:
        ConfigError: the argument is wrong, or what the deployer needs is not installed.
    """

    needs: ClassVar[str] = ""
    """Kind of argument that it needs, for messages; empty where it takes none."""

    def __init__(self, argument: str = "") -> None:
        self.argument = argument
        if bool(argument) is not bool(self.needs):
            kind = type(self).__module__.rpartition(".")[2]
            asked = f"needs {self.needs}: write {kind}:PATH" if self.needs else "takes no argument"
            raise ConfigError(f"The deployer {kind} {asked}.")

    @property
    @abstractmethod
    def label(self) -> str:
        """Name in rows and tables, with its version where it has one."""

    @abstractmethod
    def deploy(self, model: Model, site: Site) -> Deployment | ExternalDeployment:
        """The model, ready to be built and run.

        Raises:
            ModelError: the deployer cannot take the model.
            DoesNotFit: there is too little memory.
        """


class PackageDeployer(Deployer):
    """A deployer whose code hilbench compiles, links and calls by its glue."""

    takes_parts: ClassVar[bool] = False
    """Whether a model that it does not take is tried without the operators at its ends."""

    @abstractmethod
    def package(self, model: Model, site: Site) -> CPackage:
        """Code of the model.

        Raises:
            ModelError: the deployer cannot take the model.
        """

    def deploy(self, model: Model, site: Site) -> ExternalDeployment:
        """The model with its code, or as much of it as the deployer takes."""
        _ = model.graph
        try:
            return self._deployment(model, site)
        except ModelError:
            parts = model.shortened() if self.takes_parts else ()
            for part in parts:
                with suppress(ModelError):
                    return self._deployment(part, site)
            raise

    def _deployment(self, model: Model, site: Site) -> ExternalDeployment:
        package, oracle = self.package(model, site), model.oracle(site.oracle)
        program = ExternalProgram(model.graph, package, self.label, oracle)
        return ExternalDeployment(program, model.cut)
