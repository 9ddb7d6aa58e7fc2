"""Names, units and directions of the metrics, in the order of tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A metric of stylised pictures.

    Attributes:
        key: in JSON.
        title: at the head of a column.
        less_is_better: whether the least value is the best.
        meaning: half a sentence for legends.
    """

    key: str
    title: str
    less_is_better: bool
    meaning: str


GRAM = Metric("gram", "Gram", True, "distance of Gram matrices from the style's, the content's own being 1")
FRECHET = Metric("frechet", "Fréchet", True, "Fréchet distance from the style, the content's own being 1")
CONTENT = Metric("content_cosine", "content", False, "cosine of deep features with the content's")
TARGETS = Metric(
    "targets_kept", "targets", False, "48-pixel windows that find their own content among 16; chance is .06"
)
CHROMA = Metric(
    "chroma_delta_e", "ΔE chroma", True, "distance from the content's colors in CIELAB's a* and b*"
)
PSNR = Metric("psnr_db", "PSNR dB", False, "int8 against float")
SSIM = Metric("ssim", "SSIM", False, "int8 against float")
PAN = Metric("flicker_pan", "pan", True, "flicker after a pan of (2, 1) pixels, over the output's deviation")
ZOOM = Metric("flicker_zoom", "zoom", True, "flicker after a zoom of 2 %")
NOISE = Metric("flicker_noise", "noise", True, "flicker by a noise of 4 of 255 steps")
CLIP_CONTENT = Metric("clip_content", "CLIP content", False, "cosine of CLIP's embeddings with the content's")
CLIP_STYLE = Metric("clip_style", "CLIP style", False, "cosine of CLIP's embeddings with the style picture's")
FID = Metric("fid", "FID", True, "clean-fid of all the pictures against as many crops of the style picture")
