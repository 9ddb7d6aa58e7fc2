"""Addition by tables: what comes before the sum is known of every byte beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilbench.kernels.requantization import clamp_of, plan_single
from hilbench.operators.base.addition import common_scale, sign_of
from hilbench.operators.base.binary_elementwise import EqualShapesKernel
from hilbench.operators.layer import Layer


@dataclass(frozen=True)
class TableAddition(EqualShapesKernel):
    """A sum of what each int8 of each input adds to it, from a table of 256 words an input."""

    def template_context(self, layer: Layer) -> Mapping[str, Any]:
        """The tables (2, 256), by the bytes of the inputs, and what requantises the sum."""
        scale = common_scale(layer.constants)
        values = np.arange(256, dtype=np.uint8).view(np.int8)
        first, second = scale.pair((values, values), layer.constants.input_quantization)
        tables = np.stack([first, sign_of(layer) * second])
        scaling = plan_single(layer, scale.output, int(np.abs(tables).max(axis=1).sum()))
        scaled = (scaling.gain * tables).astype(np.int32)
        return {"tables": scaled, "clamp": clamp_of(layer), "scaling": scaling}
