"""Names of the variants that several operators have; an operator's folder may hold others."""

from __future__ import annotations

REFERENCE = "reference"
"""Plain C, which every operator has."""
DSP = "dsp"
"""For cores with the DSP extension, which multiply two int16 at once."""
COMPACT = "compact"
"""As `dsp`, with weights that take no more flash than they must."""
SCALAR = "scalar"
"""For cores without SIMD."""
WINOGRAD = "winograd"
"""Fewer multiplications, in transformed tiles."""
