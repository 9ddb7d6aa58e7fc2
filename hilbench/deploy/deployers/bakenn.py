"""bakenn (PyPI, Apache-2.0): C of a TFLite file, with the CMSIS-NN that it brings for cores with DSP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any

from hilbench.chips import Chip
from hilbench.deploy.c_package import CPackage, Glue
from hilbench.deploy.deployer import Model, PackageDeployer
from hilbench.deploy.site import Site
from hilbench.errors import ModelError
from hilbench.extras import require
from hilbench.networks.tflite.edits import with_fixed_shapes

_NAME = "net"


class Bakenn(PackageDeployer):
    """The installed bakenn, asked for its fast kernels."""

    takes_parts = True

    def __init__(self, argument: str = "") -> None:
        super().__init__(argument)
        for package in ("bakenn", "tflite"):
            require(package)
        self._version = version("bakenn")

    @property
    def label(self) -> str:
        """Name and version."""
        return f"bakenn {self._version}"

    def package(self, model: Model, site: Site) -> CPackage:
        """Code that bakenn writes into a folder of the site.

        Raises:
            ModelError: it refuses the model, in its own words.
        """
        import bakenn  # late: an extra

        if not model.is_tflite:
            raise ModelError(f"{model.path.name} is no TFLite file, which {self.label} asks for.")
        folder = site.folder / f"bakenn_{model.path.stem}_{len(model.cut)}"
        target = _target(site.chip)
        options = bakenn.CBackendOptions(
            kernel_policy=bakenn.KernelPolicy.STATIC_PRIORITY,
            enable_cmsis_nn=site.chip.dsp,
            target=bakenn.resolve_target(target),
        )
        data = with_fixed_shapes(model.data, model.path.name)
        try:
            made = bakenn.compile_tflite(data, folder, name=_NAME, backend_options=options, target=target)
        except bakenn.BakeNNError as error:
            raise ModelError(f"{self.label} refuses {model.path.name}: {error}.") from error
        files = made.artifacts
        return CPackage(
            sources=(files.model_source, files.weights_source, files.kernels_source, *files.support_sources),
            glue=Glue(
                run=f"bknn_{_NAME}_infer(arena, inputs[0], outputs[0])",
                headers=(files.header.name,),
                arena_bytes=files.memory_report.arena_bytes,
                arena_alignment=files.memory_report.arena_alignment,
            ),
            includes=(folder, *files.support_include_dirs),
            defines={"BAKENN_CMSIS_NN_BUILTIN_MEMORY": ""},
            flags=("-std=c11",),
            notes=tuple(_notes(files.backend_plan.selections)),
        )


def _notes(selections: Iterable[Any]) -> Iterator[str]:
    """Sentences on steps that run in portable C, though CMSIS-NN has a kernel of their operator, and why."""
    reasons: dict[str, list[str]] = {}
    for chosen in selections:
        for kernel, reason in () if chosen.optimized else chosen.rejected.items():
            if kernel.startswith("cmsis_nn."):
                reasons.setdefault(reason, []).append(chosen.step_name)
    for reason, steps in reasons.items():
        yield f"In portable C runs {', '.join(steps)}: {reason}."


def _target(chip: Chip) -> str:
    """Name that bakenn has for the nearest core: it knows two of Arm's."""
    return "cortex-m4" if chip.dsp else "cortex-m0plus"
