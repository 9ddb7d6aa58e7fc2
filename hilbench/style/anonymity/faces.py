"""Faces found and identified by dlib, with the networks of the package face-recognition-models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilbench.extras import ExtraMissing, require
from hilbench.style.frames import squared
from hilbench.style.pictures import Picture

MATCH = 0.6
"""Distance of two embeddings below which they are of one person, by the author of the network."""
_MARGIN = 1.6
"""Side of a portrait over that of its face."""
_LEAST_PIXELS = 48
"""Side of the smallest face that is taken, in the photograph; smaller ones cannot be identified."""
_UPSAMPLED = 1
"""Doublings of a picture before faces are looked for: the detector finds faces of 40 pixels then."""
_MODELS = "face_recognition_models"


@dataclass(frozen=True, eq=False)
class Portrait:
    """A face in a square picture.

    Attributes:
        landmarks: its points, of dlib; those of a changed picture are the same, so that a recognizer that
            knows where the face lies is the adversary.
        embedding: of the unchanged face, shape (128,).
    """

    picture: Picture
    landmarks: Any
    embedding: NDArray[np.float64]


def portraits_in(photograph: Picture, side: int) -> list[Portrait]:
    """Portraits of the faces in a photograph that are large enough to be identified.

    Args:
        photograph: of any size.
        side: of the portraits, pixels.

    Raises:
        ExtraMissing: dlib or its networks are not installed.
    """
    found = []
    for box in _tools().detector(photograph, _UPSAMPLED):
        half = round(_MARGIN * box.width() / 2)
        center = box.center()
        top, left = center.y - half, center.x - half
        inside = top >= 0 and left >= 0 and max(top, left) + 2 * half <= max(photograph.shape[:2])
        crop = photograph[max(top, 0) : top + 2 * half, max(left, 0) : left + 2 * half]
        if box.width() < _LEAST_PIXELS or not inside or crop.shape[0] != crop.shape[1]:
            continue
        picture = np.ascontiguousarray(squared(crop, side))
        boxes = _tools().detector(picture, _UPSAMPLED)
        if len(boxes) == 1:  # the control: a face that is not seen as it is cannot be lost
            landmarks = _tools().landmarks(picture, boxes[0])
            found.append(Portrait(picture, landmarks, embedding(picture, landmarks)))
    return found


def embedding(picture: Picture, landmarks: Any) -> NDArray[np.float64]:  # noqa: ANN401  # of dlib
    """Embedding of a face whose place is known, shape (128,)."""
    network = _tools().network
    return np.array(network.compute_face_descriptor(np.ascontiguousarray(picture), landmarks))


def is_detected(picture: Picture) -> bool:
    """Whether a face is found in a portrait."""
    return bool(_tools().detector(np.ascontiguousarray(picture), _UPSAMPLED))


@dataclass(frozen=True)
class _Tools:
    detector: Any
    landmarks: Any
    network: Any


@cache
def _tools() -> _Tools:
    require("dlib")
    import dlib

    package = find_spec(_MODELS)
    if package is None or not package.submodule_search_locations:
        require(_MODELS)
        raise ExtraMissing("The networks of face-recognition-models are not there; install it again.")
    # The package itself is not imported: it asks for a part of setuptools that is no more.
    folder = Path(package.submodule_search_locations[0]) / "models"
    return _Tools(
        dlib.get_frontal_face_detector(),
        dlib.shape_predictor(str(folder / "shape_predictor_68_face_landmarks.dat")),
        dlib.face_recognition_model_v1(str(folder / "dlib_face_recognition_resnet_model_v1.dat")),
    )
