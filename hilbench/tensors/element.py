"""Types of a tensor's elements."""

from __future__ import annotations

from enum import StrEnum


class ElementType(StrEnum):
    """Type of one element, named as NumPy names it; NumPy holds int4 in int8."""

    INT4 = "int4"
    INT8 = "int8"
    INT16 = "int16"
    UINT8 = "uint8"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT32 = "float32"
    BOOL = "bool"

    @property
    def bits(self) -> int:
        """Size of one element."""
        return 8 if self is ElementType.BOOL else int(self.lstrip("abcdefghijklmnopqrstuvwxyz"))

    @property
    def quantized(self) -> bool:
        """Whether integers stand for real numbers."""
        return self not in (ElementType.FLOAT32, ElementType.BOOL)
