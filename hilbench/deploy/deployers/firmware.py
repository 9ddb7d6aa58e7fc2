"""Any image that speaks MLPerf Tiny over the serial line."""

from __future__ import annotations

from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from hilbench.deploy.c_package import CPackage, Glue
from hilbench.deploy.deployer import Deployer, FirmwareDeployment, Model
from hilbench.deploy.external_program import ExternalProgram
from hilbench.deploy.site import Site
from hilbench.errors import ConfigError


class OtherFirmware(Deployer):
    """An image that somebody else built, with the model in it."""

    needs = "an ELF file"

    def __init__(self, argument: str = "") -> None:
        super().__init__(argument)
        self._elf = Path(argument)
        try:
            with self._elf.open("rb") as stream:
                machine = ELFFile(stream)["e_machine"]
        except OSError as error:
            raise ConfigError(f"Cannot read {argument}: {error.strerror}; name an ELF file.") from error
        except ELFError as error:
            raise ConfigError(f"{argument} is no ELF file ({error}); name one.") from error
        if machine != "EM_ARM":
            raise ConfigError(f"{argument} is an ELF file for another machine ({machine}); name one for Arm.")

    @property
    def label(self) -> str:
        """The file's name."""
        return f"firmware:{self._elf.stem}"

    def deploy(self, model: Model, site: Site) -> FirmwareDeployment:
        """The image, which is expected to compute the model."""
        package = CPackage((self._elf,), Glue(run=""))
        program = ExternalProgram(model.graph, package, self.label, model.oracle(site.oracle))
        return FirmwareDeployment(program, elf=self._elf)
