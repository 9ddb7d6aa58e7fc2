"""`hilbench style anonymize`: faces are found and identified, and strong changes hide them."""

from __future__ import annotations

import numpy as np
import pytest

from hilbench.errors import ConfigError
from hilbench.style.anonymity.evaluation import anonymity
from hilbench.style.anonymity.faces import portraits_in
from hilbench.style.metrics.controls import pixelated


@pytest.mark.slow
def test_a_face_is_known_until_it_is_blurred_away() -> None:
    pytest.importorskip("dlib")
    data = pytest.importorskip("skimage.data")
    portraits = portraits_in(data.astronaut(), 160)
    assert len(portraits) == 1
    rows = {each.name: each for each in anonymity(portraits, [])}
    plain, blur = rows["unchanged"], rows["blur 16"]
    assert (plain.matched.mean, plain.first.mean, plain.detected.mean) == (1, 1, 1)
    assert (blur.matched.mean, blur.detected.mean) == (0, 0)
    assert portraits_in(data.coffee(), 160) == []


def test_a_pixelated_picture_has_squares_of_their_means() -> None:
    picture = np.arange(16, dtype=np.uint8).reshape(1, 4, 4, 1).repeat(3, 3) * 10
    made = pixelated(picture, 2)
    assert (made[0, :2, :2] == 25).all()
    assert (made[0, 2:, 2:] == 125).all()


def test_no_faces_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match="No face is large enough"):
        anonymity([], [])
