"""A detection head over a feature pyramid, as that of YOLO, for any backbone."""

from __future__ import annotations

from collections.abc import Sequence

from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.network import LayerSpec
from hilbench.tensors import Activation

ANCHORS = 3
"""Boxes that each place of a feature map may hold."""
_BOX = 5
"""Numbers of a box besides its classes: place, size, and whether there is one."""


def detection_head(
    builder: NetworkBuilder, features: Sequence[LayerSpec], classes: int, *, levels: int = 2
) -> list[LayerSpec]:
    """Add a top-down feature pyramid and its predictions, those of the coarsest level first.

    Each level is the one above, upsampled, joined with the backbone's features, and convolved.
    Source: Redmon and Farhadi, "YOLOv3: An Incremental Improvement", arXiv 1804.02767 (2018).

    Args:
        builder: takes the layers.
        features: of the backbone, from fine to coarse, each with half the height and width of the one before.
        classes: of the objects.
        levels: that predict, from the coarsest on; as many as have just twice the height and width.
    """
    current = features[-1]
    outputs = [_predictions(builder, current, classes)]
    for finer in reversed(features[:-1]):
        if len(outputs) == levels or finer.shape[:2] != (2 * current.shape[0], 2 * current.shape[1]):
            break
        channels = finer.shape[2]
        lateral = builder.conv(current, channels, norm=True, activation=Activation.RELU6)
        joined = builder.concat(builder.upsample(lateral), finer)
        current = builder.conv(joined, channels, 3, norm=True, activation=Activation.RELU6)
        outputs.append(_predictions(builder, current, classes))
    return outputs


def _predictions(builder: NetworkBuilder, source: LayerSpec, classes: int) -> LayerSpec:
    return builder.conv(source, ANCHORS * (_BOX + classes), bias=True)
