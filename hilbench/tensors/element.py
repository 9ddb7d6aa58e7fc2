"""Types of a tensor's elements."""

from __future__ import annotations

from enum import StrEnum


class ElementType(StrEnum):
    """Type of one element, named as NumPy names it; NumPy holds int4 in int8."""

    INT4 = "int4"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    FLOAT32 = "float32"

    @property
    def bits(self) -> int:
        """Size of one element."""
        return int(self.removeprefix("float").removeprefix("int"))

    @property
    def quantized(self) -> bool:
        """Whether integers stand for real numbers."""
        return self is not ElementType.FLOAT32
