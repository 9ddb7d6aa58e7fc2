"""Videos: written and read, stylised, and how much they flicker."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image

from hilbench.cli import cli
from hilbench.errors import ConfigError
from hilbench.style.frames import VideoWriter, frame_rate, read_frames, squared
from hilbench.style.metrics.flicker import flow_errors, noise_errors, pan_errors, zoom_errors
from tests.style.small_models import SIDE, swapped_colors

Pictures = NDArray[np.uint8]


@pytest.fixture
def clip(tmp_path: Path, photographs: Pictures) -> Path:
    """Six frames of a pan over a photograph, 10 a second."""
    pytest.importorskip("av")
    path = tmp_path / "pan.mp4"
    with VideoWriter(path, Fraction(10)) as writer:
        for step in range(6):
            writer.write(np.ascontiguousarray(photographs[0, step : step + 80, 2 * step : 2 * step + 80]))
    return path


def test_a_video_has_the_frames_that_were_written(clip: Path, photographs: Pictures) -> None:
    frames = list(read_frames(clip))
    assert len(frames) == 6
    assert frame_rate(clip) == 10
    assert np.abs(frames[0].astype(int) - photographs[0, :80, :80]).mean() < 12  # lossy


def test_a_video_is_stylised_and_its_flicker_told(clip: Path, tmp_path: Path) -> None:
    pytest.importorskip("cv2")
    (tmp_path / "swap.tflite").write_bytes(swapped_colors())
    command = ["style", "video", str(clip), str(tmp_path / "out.mp4")]
    ran = CliRunner().invoke(cli, [*command, "--model", str(tmp_path / "swap.tflite"), "--json"])
    assert ran.exit_code == 0, ran.output
    document = json.loads(ran.stdout)
    made = list(read_frames(tmp_path / "out.mp4"))
    expected = squared(next(read_frames(clip)), SIDE)[..., ::-1]
    assert document["frames"] == len(made) == 6
    assert np.abs(made[0].astype(int) - expected).mean() < 12
    # Swapped colors move with the content.
    assert document["flicker"]["mean"] == pytest.approx(document["flicker_of_content"]["mean"], abs=0.05)


@pytest.mark.parametrize("content", [b"", b"no video at all", None])
def test_a_file_without_frames_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    pytest.importorskip("av")
    path = tmp_path / "x.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="name a file"):
        list(read_frames(path))


def test_a_sound_has_no_frames(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "x.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 8000
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)
    with pytest.raises(ConfigError, match="has no frames"):
        list(read_frames(tmp_path / "x.mp4"))


def test_strokes_that_move_with_the_content_do_not_flicker(tmp_path: Path, photographs: Pictures) -> None:
    files = []
    for index, each in enumerate(photographs):
        files.append(tmp_path / f"{index}.png")
        Image.fromarray(each).save(files[-1])
    negative = lambda pictures: 255 - pictures  # noqa: E731
    contents = photographs[:, :SIDE, :SIDE]
    assert pan_errors(negative, files, SIDE) == pytest.approx([0] * 4)
    assert (zoom_errors(negative, contents) < 0.02).all()
    assert (noise_errors(negative, contents) < 0.2).all()

    grid = np.where(np.indices((SIDE, SIDE)).sum(0) % 2, 0, 255).astype(np.uint8)
    stuck = lambda pictures: np.where(grid[..., None], pictures, 0).astype(np.uint8)  # noqa: E731
    assert (pan_errors(stuck, files, SIDE) > 0.5).all()
    assert (zoom_errors(stuck, contents) > 0.2).all()


def test_optical_flow_finds_strokes_that_stick(photographs: Pictures) -> None:
    pytest.importorskip("cv2")
    frames = [np.ascontiguousarray(photographs[0, :80, step : step + 80]) for step in range(3)]
    grid = np.where(np.indices((80, 80)).sum(0) // 4 % 2, 0, 255).astype(np.uint8)
    stuck = [np.where(grid[..., None], frame, 0).astype(np.uint8) for frame in frames]
    (moving, _), (sticking, _) = (
        list(flow_errors(zip(frames, made, strict=True))) for made in (frames, stuck)
    )
    assert moving < 0.2 < sticking
