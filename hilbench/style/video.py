"""Stylised videos, frame by frame, on the computer or on a board."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from hilbench.style.frames import VideoWriter, frame_rate, read_frames, squared
from hilbench.style.metrics.estimate import Estimate, over_pictures
from hilbench.style.metrics.flicker import flow_errors
from hilbench.style.pictures import Picture
from hilbench.style.stylizer import Stylizer

Frame = tuple[Picture, Picture]
"""Content and stylised picture."""


@dataclass(frozen=True)
class Video:
    """A stylised video.

    Attributes:
        frames: in it.
        flicker: mean error between two frames, moved by the content's optical flow, over the deviation of the
            stylised picture; None with fewer than two frames.
        content_flicker: that of the content itself, by its noise and errors of the optical flow.
    """

    path: Path
    frames: int
    flicker: Estimate | None
    content_flicker: Estimate | None


def square_frames(source: Path, side: int, most: int | None = None) -> Iterator[tuple[str, Picture]]:
    """Name and content of each frame of a video, covering a square and cropped to it.

    Raises:
        ConfigError: it cannot be read, or has no frames.
    """
    for index, frame in enumerate(islice(read_frames(source), most)):
        yield f"frame {index}", squared(frame, side)


def stylised_frames(source: Path, stylizer: Stylizer, most: int | None = None) -> Iterator[Frame]:
    """Frames of a video as this computer stylises them.

    Raises:
        ConfigError: it cannot be read, or has no frames.
    """
    for _, content in square_frames(source, stylizer.side, most):
        yield content, stylizer.one(content)


class VideoRecorder:
    """A video that is written while its frames come, and its flicker.

    Args:
        target: file that is written.
        source: video whose frame rate it has.

    Raises:
        ConfigError: one cannot be read, or the other not be written.
    """

    def __init__(self, target: Path, source: Path) -> None:
        rate = frame_rate(source)
        self._path, self._writer = target, VideoWriter(target, rate)
        self._last: Frame | None = None
        self._errors: list[float] = []
        self._content_errors: list[float] = []
        self._frames = 0

    def add(self, content: Picture, painted: Picture) -> None:
        """Write the next frame."""
        self._writer.write(painted)
        if self._last is not None:
            before = self._last[0]
            self._errors += flow_errors([self._last, (content, painted)])
            self._content_errors += flow_errors([(before, before), (content, content)])
        self._last = content, painted
        self._frames += 1

    def finish(self) -> Video:
        """Close the file, and sum up."""
        self._writer.close()
        errors = (self._errors, self._content_errors)
        found = [over_pictures(np.array(each)) if each else None for each in errors]
        return Video(self._path, self._frames, *found)


def record(
    frames: Iterator[Frame], target: Path, source: Path, told: Callable[[int], None] = lambda _: None
) -> Video:
    """Write a video of frames.

    Args:
        frames: written in their order.
        target: file that is written.
        source: video whose frame rate it has.
        told: takes how many frames there are so far.

    Raises:
        ConfigError: the video cannot be written, or a frame not be read.
    """
    first = next(frames)  # a source that is no video leaves no file
    recorder = VideoRecorder(target, source)
    recorder.add(*first)
    for count, frame in enumerate(frames, 2):
        recorder.add(*frame)
        told(count)
    return recorder.finish()
