"""Choices of a generator for the same kernel: blocking, unrolling, alignment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from hilbench.errors import CaseError
from hilbench.suggestions import shown

_MOST_PIXELS = 8
_MOST_KIB = 4096
_MOST_STEPS = 2**20
_ALIGNMENTS = (0, 4, 8, 16, 32)


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """Parameters of a variant; it takes those that concern it. The defaults are good on every core.

    Attributes:
        band_kib: memory that a band of widened input should take, KiB.
        tile_pixels: outputs of a row that are summed together; 0 for as many as the generator finds best.
        straight_steps: steps that are worth their code without a loop around them.
        align_loops: boundary that inner loops begin at, bytes; 0 leaves it to the compiler.
        unroll_loops: whether the compiler is to unroll loops.

    Raises:
        CaseError: a value that no generator takes.
    """

    band_kib: int = 12
    tile_pixels: int = 0
    straight_steps: int = 32
    align_loops: int = 0
    unroll_loops: bool = False

    def __post_init__(self) -> None:
        legal = {
            "band_kib": 1 <= self.band_kib <= _MOST_KIB,
            "tile_pixels": 0 <= self.tile_pixels <= _MOST_PIXELS,
            "straight_steps": 0 <= self.straight_steps <= _MOST_STEPS,
            "align_loops": self.align_loops in _ALIGNMENTS,
        }
        for name, holds in legal.items():
            if not holds:
                raise CaseError(f"A kernel cannot be tuned with {name}={shown(getattr(self, name))}.")

    @classmethod
    def of(cls, values: object) -> Tuning:
        """The tuning with the parameters of a mapping, as `changes` gives them and grid files hold them.

        Raises:
            CaseError: it is no mapping, has an unknown name, or a value that no generator takes.
        """
        if isinstance(values, Tuning):
            return values
        kinds = {field.name: type(field.default) for field in fields(cls)}
        if not isinstance(values, Mapping) or not set(values) <= set(kinds):
            raise CaseError(f"tuning must be a mapping of {', '.join(kinds)}, not {shown(values)}.")
        for name, value in values.items():
            if type(value) is not kinds[name]:
                raise CaseError(f"tuning: {name} must be of type {kinds[name].__name__}, not {shown(value)}.")
        return cls(**values)

    @property
    def changes(self) -> dict[str, int]:
        """Parameters that differ from the defaults."""
        return {
            field.name: value
            for field, value in zip(fields(self), asdict(self).values(), strict=True)
            if value != field.default
        }

    @property
    def flags(self) -> tuple[str, ...]:
        """Compiler flags, whatever the variant."""
        aligned = (f"-falign-loops={self.align_loops}",) if self.align_loops else ()
        return aligned + (("-funroll-loops",) if self.unroll_loops else ())

    def __str__(self) -> str:
        return " ".join(f"{name}={int(value)}" for name, value in self.changes.items())


UNTUNED = Tuning()
