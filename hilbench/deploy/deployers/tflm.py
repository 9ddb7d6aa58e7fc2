"""TFLite Micro from the user's checkout, with its reference kernels or with CMSIS-NN."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.deploy.c_package import CPackage, Glue
from hilbench.deploy.c_text import template
from hilbench.deploy.deployer import Model, PackageDeployer
from hilbench.deploy.site import Site
from hilbench.deploy.tensor_forms import TensorForm
from hilbench.errors import ConfigError, ModelError
from hilbench.networks.tflite.edits import operator_names
from hilbench.operators.c_literals import c_array

_MICRO = Path("tensorflow/lite/micro")
_THIRD_PARTY = (Path("third_party"), _MICRO / "tools/make/downloads")
"""Folders of other libraries: of create_tflm_tree.py, and of `make third_party_downloads`."""
_CMSIS_NN = "cmsis_nn"
_FOLDERS = ("", "arena_allocator", "memory_planner", "tflite_bridge")
_NOT_FOR_TARGETS = ("test", "benchmark", "mock_", "fake_")
_EXCEPTIONS = {
    "BATCH_MATMUL": "BatchMatMul",
    "CUMSUM": "CumSum",
    "PADV2": "PadV2",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTM",
}
"""Methods of MicroMutableOpResolver that are not called as their operators."""
_RESERVE = 8 * 1024
"""RAM that the runtime's variables may take while the size of the arena is found, bytes."""


class TfliteMicro(PackageDeployer):
    """The runtime and its kernels, the model as data, and as much arena as `arena_used_bytes()` says."""

    needs = "the folder of a checkout of tflite-micro"

    def __init__(self, argument: str = "") -> None:
        super().__init__(argument)
        folder, _, kernels = argument.partition(":")
        self._root, self._kernels = Path(folder).resolve(), kernels
        if kernels not in ("", _CMSIS_NN):
            raise ConfigError(f"tflm knows no kernels '{kernels}'; write tflm:DIR or tflm:DIR:{_CMSIS_NN}.")
        if not (self._root / _MICRO / "micro_interpreter.h").is_file():
            raise ConfigError(
                f"{folder} has no {_MICRO}/micro_interpreter.h; name a checkout of tflite-micro."
            )
        if kernels and self._library(_CMSIS_NN) is None:
            raise ConfigError(
                f"{folder} has no CMSIS-NN; run 'make -f {_MICRO}/tools/make/Makefile "
                "OPTIMIZED_KERNEL_DIR=cmsis_nn third_party_downloads' there."
            )

    @property
    def label(self) -> str:
        """Name and kernels."""
        return " ".join(filter(None, ("tflm", self._kernels)))

    def package(self, model: Model, site: Site) -> CPackage:
        """The runtime with the model.

        Raises:
            ModelError: it is no TFLite file.
        """
        if not model.is_tflite:
            raise ModelError(f"{model.path.name} is no TFLite file, which tflm asks for.")
        names = dict.fromkeys(operator_names(model.data, model.path.name))
        data = site.folder / f"{model.path.stem}_tflm.c"
        elements = c_array(np.frombuffer(model.data, np.uint8))
        data.write_text(
            f"const unsigned char hb_model[] __attribute__((aligned(16))) = {{\n{elements}\n}};\n",
            encoding="utf-8",
        )
        glue: Any = template("tflm_glue.cc.j2").make_module({"operators": [_method(name) for name in names]})
        several = len(model.graph.outputs) > 1
        return CPackage(
            sources=(data, *self._sources()),
            glue=Glue(
                run=str(glue.run(len(model.graph.outputs) if several else 0)),
                init=str(glue.init()),
                declarations=str(glue.declarations()),
                arena_bytes=max(site.ram - _RESERVE, _RESERVE),
                arena_used="interpreter->arena_used_bytes()",
                inputs=tuple(
                    TensorForm(place=f"interpreter->input({n})->data.raw")
                    for n in range(len(model.graph.inputs))
                ),
                outputs=() if several else (TensorForm(place="interpreter->output(0)->data.raw"),),
            ),
            includes=tuple(self._includes()),
            defines={
                "NDEBUG": "",
                "TF_LITE_STATIC_MEMORY": "",
                "TF_LITE_STRIP_ERROR_STRINGS": "",
                **({"CMSIS_NN": ""} if self._kernels else {}),
            },
            flags=("-fhosted",),
            cpp_flags=("-std=c++17", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"),
            libraries=("m", "c"),
            is_cpp=True,
        )

    def _sources(self) -> Iterator[Path]:
        """Files of the runtime, and each kernel once: CMSIS-NN's where there is one."""
        micro = self._root / _MICRO
        shared = [self._root / "tensorflow/lite", self._root / "tensorflow/compiler"]
        found = [
            path
            for folder in shared
            for path in sorted(folder.rglob("*.c*"))
            if _MICRO.name not in path.parts
        ]
        found += [path for folder in _FOLDERS for path in sorted((micro / folder).glob("*.cc"))]
        kernels = {path.name: path for path in sorted((micro / "kernels").glob("*.cc"))}
        if self._kernels:
            kernels |= {path.name: path for path in sorted((micro / "kernels" / _CMSIS_NN).glob("*.cc"))}
            library = self._library(_CMSIS_NN)
            found += sorted((library / "Source").rglob("*.c")) if library else []
        for path in (*found, *kernels.values()):
            if path.suffix in (".c", ".cc") and not any(word in path.name for word in _NOT_FOR_TARGETS):
                yield path

    def _includes(self) -> Iterator[Path]:
        yield self._root
        for name in ("flatbuffers/include", "gemmlowp", "ruy"):
            if (library := self._library(name)) is not None:
                yield library
        if self._kernels:
            for name in (_CMSIS_NN, f"{_CMSIS_NN}/Include", "cmsis", "cmsis/CMSIS/Core/Include"):
                if (library := self._library(name)) is not None:
                    yield library

    def _library(self, name: str) -> Path | None:
        places = (self._root / place / name for place in _THIRD_PARTY)
        return next((place for place in places if place.is_dir()), None)


def _method(operator: str) -> str:
    """Method of MicroMutableOpResolver that adds an operator: CONV_2D is added by AddConv2D."""
    parts = (part if part[0].isdigit() else part.capitalize() for part in operator.split("_"))
    return f"Add{_EXCEPTIONS.get(operator, ''.join(parts))}"
