"""Names of the variants that several operators have; an operator's folder may hold others."""

from __future__ import annotations

REFERENCE = "reference"
"""Variant in plain C, which every operator has."""
DSP = "dsp"
"""Variant for cores with the DSP extension, which multiply two int16 at once."""
COMPACT = "compact"
"""Variant as `dsp`, with weights that take no more flash than they must."""
LEAN = "lean"
"""Variant as `dsp`, with at most 2 KiB of scratch."""
SCALAR = "scalar"
"""Variant for cores without SIMD."""
WINOGRAD = "winograd"
"""Variant with fewer multiplications, in transformed tiles."""
