"""Any C of the user's, described by a small manifest (docs/deployers.md)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from hilbench.deploy.c_package import CPackage, Glue
from hilbench.deploy.deployer import Model, PackageDeployer
from hilbench.deploy.site import Site
from hilbench.deploy.tensor_forms import Layout, TensorForm
from hilbench.errors import ConfigError
from hilbench.files import StrictModel, problem, read_yaml
from hilbench.tensors import ElementType

_MANIFEST = "hilbench.yaml"


class _Tensor(StrictModel):
    layout: Layout = Layout.NHWC
    type: ElementType | None = None
    at: str = ""

    @property
    def form(self) -> TensorForm:
        return TensorForm(self.layout, self.type, self.at)


class _Arena(StrictModel):
    bytes: int = Field(default=0, ge=0)
    used: str = ""
    alignment: int = Field(default=16, ge=1, le=4096)

    @field_validator("alignment")
    @classmethod
    def _is_a_power_of_two(cls, value: int) -> int:
        if value & (value - 1):
            raise ValueError("must be a power of two")
        return value


class _Manifest(StrictModel):
    sources: tuple[str, ...] = Field(min_length=1)
    includes: tuple[str, ...] = (".",)
    defines: dict[str, str | int] = Field(default_factory=dict)
    flags: tuple[str, ...] = ()
    cpp_flags: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    declarations: str = ""
    language: str = Field(default="c", pattern=r"^(c|c\+\+)$")
    init: str = ""
    run: str
    arena: _Arena = _Arena()
    inputs: tuple[_Tensor, ...] = ()
    outputs: tuple[_Tensor, ...] = ()


class DescribedC(PackageDeployer):
    """Code in a folder with a manifest, or in a folder of the model's name within that."""

    needs = "a folder"

    @property
    def label(self) -> str:
        """The folder's name."""
        return f"c:{Path(self.argument).resolve().name}"

    def package(self, model: Model, site: Site) -> CPackage:
        """The code that the manifest describes.

        Raises:
            ConfigError: the manifest is missing or wrong, or names files that are not there.
        """
        folder = self._folder(model)
        path = folder / _MANIFEST
        try:
            manifest = _Manifest.model_validate(read_yaml(path, str(path)))
        except ValidationError as error:
            raise ConfigError(f"{path}: {problem(error)}.") from error
        return CPackage(
            sources=tuple(source for pattern in manifest.sources for source in _found(folder, pattern, path)),
            glue=Glue(
                run=manifest.run,
                init=manifest.init,
                headers=manifest.headers,
                declarations=manifest.declarations,
                arena_bytes=manifest.arena.bytes,
                arena_used=manifest.arena.used,
                arena_alignment=manifest.arena.alignment,
                inputs=tuple(tensor.form for tensor in manifest.inputs),
                outputs=tuple(tensor.form for tensor in manifest.outputs),
            ),
            includes=tuple((folder / name).resolve() for name in manifest.includes),
            defines={name: str(value) for name, value in manifest.defines.items()},
            flags=manifest.flags,
            cpp_flags=manifest.cpp_flags,
            libraries=manifest.libraries,
            is_cpp=manifest.language == "c++",
        )

    def _folder(self, model: Model) -> Path:
        whole = Path(self.argument)
        own = whole / model.path.stem
        return own if (own / _MANIFEST).is_file() else whole


def _found(folder: Path, pattern: str, manifest: Path) -> list[Path]:
    """Files of a pattern, in the order of their names.

    Raises:
        ConfigError: there are none.
    """
    try:
        found = sorted(folder.glob(pattern))
    except (ValueError, NotImplementedError) as error:
        raise ConfigError(f"{manifest}: sources: {pattern!r} is no pattern within the folder.") from error
    if not found:
        raise ConfigError(f"{manifest}: sources: no file is called {pattern}.")
    return found
