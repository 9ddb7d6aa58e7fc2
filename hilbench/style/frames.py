"""Frames of videos and cameras, and videos of frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from hilbench.closing import Closing
from hilbench.errors import ConfigError
from hilbench.extras import require
from hilbench.style.pictures import Picture

VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".gif"})
"""Ends of the names of videos."""
_ENCODERS = ("libx264", "libopenh264", "mpeg4")
"""Encoders of video, the best first; which there are depends on the installed FFmpeg."""


def is_video(path: Path) -> bool:
    """Whether a file's name says that it is a video."""
    return path.suffix.lower() in VIDEO_SUFFIXES


def squared(picture: Picture, side: int) -> Picture:
    """A picture scaled so that it covers a square, and cropped to it around its center."""
    from PIL import Image, ImageOps

    fitted = ImageOps.fit(Image.fromarray(picture), (side, side), Image.Resampling.LANCZOS)
    return np.asarray(fitted, np.uint8)


def read_frames(path: Path) -> Iterator[Picture]:
    """Frames of a video in sRGB, one by one; its sound is left out.

    Raises:
        ConfigError: it cannot be read, or has no frames.
    """
    av = _av()
    if not path.is_file():
        raise ConfigError(f"There is no video {path}; name a file like .mp4.")
    frames = 0
    try:
        with av.open(str(path)) as opened:
            if opened.streams.video:
                for frame in opened.decode(video=0):
                    frames += 1
                    yield frame.to_ndarray(format="rgb24")
    except (av.error.FFmpegError, OSError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path} cannot be read as a video ({cause}); name a file like .mp4.") from None
    if not frames:
        raise ConfigError(f"{path} has no frames; name a file with a video in it.")


def frame_rate(path: Path) -> Fraction:
    """Frames a second of a video; 25 where it does not say.

    Raises:
        ConfigError: it cannot be read.
    """
    av = _av()
    try:
        with av.open(str(path)) as opened:
            rates = [stream.average_rate for stream in opened.streams.video if stream.average_rate]
    except (av.error.FFmpegError, OSError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path} cannot be read as a video ({cause}); name a file like .mp4.") from None
    return Fraction(rates[0]) if rates else Fraction(25)


class VideoWriter(Closing):
    """A video file that takes frames of one size.

    Args:
        path: of the file; the end of its name says the format.
        rate: frames a second.

    Raises:
        ConfigError: the format is unknown, or the file cannot be written.
    """

    def __init__(self, path: Path, rate: Fraction) -> None:
        self._av = _av()
        self._path, self._rate = path, rate
        self._stream: Any = None
        try:
            self._container = self._av.open(str(path), "w")
        except (self._av.error.FFmpegError, OSError, ValueError) as error:
            cause = getattr(error, "strerror", None) or error
            raise ConfigError(f"{path} cannot be written as a video ({cause}); name an .mp4.") from None

    def write(self, picture: Picture) -> None:
        """Append a frame of an even height and width."""
        if self._stream is None:
            self._stream = self._added(picture)
        for packet in self._stream.encode(self._av.VideoFrame.from_ndarray(picture, format="rgb24")):
            self._container.mux(packet)

    def close(self) -> None:
        """Write what is left, and close the file."""
        if self._stream is not None:
            with suppress(self._av.error.EOFError):
                for packet in self._stream.encode():
                    self._container.mux(packet)
        self._container.close()

    def _added(self, picture: Picture) -> Any:  # noqa: ANN401  # a stream of PyAV
        for encoder in _ENCODERS:
            with suppress(self._av.error.FFmpegError, ValueError):
                stream = self._container.add_stream(encoder, rate=self._rate)
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
                return stream
        raise ConfigError(f"This FFmpeg has no encoder of video for {self._path}; name another format.")


def camera_frames(index: int) -> Iterator[Picture]:
    """Frames of a camera, by OpenCV.

    Raises:
        ConfigError: OpenCV is not installed, or there is no such camera.
    """
    require("cv2")
    import cv2

    camera = cv2.VideoCapture(index)
    try:
        while True:
            is_there, frame = camera.read()
            if not is_there:
                raise ConfigError(f"Camera {index} gives no frame; connect one, or name another.")
            yield np.ascontiguousarray(frame[..., ::-1])
    finally:
        camera.release()


def _av() -> Any:  # noqa: ANN401  # optional, and loaded late
    require("av")
    import av

    return av
