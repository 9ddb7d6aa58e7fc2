"""Views: tensors without storage of their own, at strides over the elements of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hilbench.tensors.spec import TensorSpec


@dataclass(frozen=True)
class View:
    """Elements of a tensor, as NumPy sees them; all lengths in elements.

    Attributes:
        offset: of the first element in the tensor.
        shape: lengths of the axes.
        strides: from one element of an axis to the next; negative where it is walked backwards.
    """

    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @classmethod
    def whole(cls, spec: TensorSpec) -> View:
        """All elements in the order in which they lie."""
        strides = [1]
        for length in reversed(spec.shape[1:]):
            strides.insert(0, strides[0] * length)
        return cls(0, spec.shape, tuple(strides))

    def moved(self, distance: int) -> View:
        """View of the same shape, `distance` elements further on."""
        return replace(self, offset=self.offset + distance)

    def sliced(self, axis: int, begin: int, length: int, step: int = 1) -> View:
        """Elements `begin`, `begin + step`, ... of an axis, `length` of them."""
        return replace(
            self,
            offset=self.offset + begin * self.strides[axis],
            shape=_changed(self.shape, axis, length),
            strides=_changed(self.strides, axis, self.strides[axis] * step),
        )

    def transposed(self, permutation: Sequence[int]) -> View:
        """View of the same elements with axis `permutation[i]` as axis i."""
        shape, strides = self.shape, self.strides
        return replace(
            self,
            shape=tuple(shape[axis] for axis in permutation),
            strides=tuple(strides[axis] for axis in permutation),
        )

    def broadcast(self, shape: tuple[int, ...]) -> View:
        """View that repeats the elements to `shape`: axes of length 1, and new ones, have a stride of 0.

        Raises:
            ValueError: the shapes do not broadcast.
        """
        missing = len(shape) - len(self.shape)
        own = (1,) * missing + self.shape
        if missing < 0 or any(mine not in (1, wanted) for mine, wanted in zip(own, shape, strict=True)):
            raise ValueError(f"{self.shape} does not broadcast to {shape}")
        strides = (0,) * missing + self.strides
        kept = tuple(0 if mine == 1 else stride for mine, stride in zip(own, strides, strict=True))
        return replace(self, shape=shape, strides=kept)


def _changed(values: tuple[int, ...], index: int, value: int) -> tuple[int, ...]:
    return (*values[:index], value, *values[index + 1 :])
