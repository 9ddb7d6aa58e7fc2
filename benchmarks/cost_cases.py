"""Draws layers for the grid `costs`: sizes spread evenly on a logarithmic scale, the same ones for a seed.

python -m benchmarks.cost_cases --seed 7 >> hilbench/grids/costs.yaml
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Iterator, Mapping

_MOST_BYTES = 60_000
"""Bytes of input, output and weights together, at the most."""
_MOST_MACS = 1_500_000
_MULTIPLES = 0.6
"""Share of widths that are multiples of 4."""
_SIDES = (3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 40, 48)
_ACTIVATIONS = ("", ", activation: relu", ", activation: relu6")


class Drawing:
    """Random sizes of layers."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # no secret

    def width(self, least: int = 1, most: int = 256) -> int:
        """Channels."""
        drawn = round(math.exp(self._random.uniform(math.log(least), math.log(most))))
        return max(4, drawn // 4 * 4) if self._random.random() < _MULTIPLES and most >= 4 else drawn

    def image(self, least: int = 3) -> tuple[int, int]:
        """Height and width, mostly alike."""
        height = self.choice([side for side in _SIDES if side >= least])
        uneven = self._random.random() < 0.25
        return height, max(least, height - self._random.randrange(4) * uneven)

    def choice(self, options: list[int] | tuple[int, ...]) -> int:
        """One of some numbers."""
        return self._random.choice(options)

    def activation(self) -> str:
        """Activation of a convolution, as a grid says it."""
        return self._random.choice(_ACTIVATIONS)


def _conv2d(draw: Drawing) -> str | None:
    kernel, stride = draw.choice((3, 3, 3, 3, 5, 7)), draw.choice((1, 1, 1, 2))
    (height, width), channels, out = draw.image(kernel), draw.width(1, 200), draw.width(2, 200)
    outputs = -(-height // stride) * -(-width // stride) * out
    if not _small(height * width * channels, outputs, kernel**2 * channels * out, kernel**2 * channels):
        return None
    text = f"input: {height}x{width}x{channels}, out_c: {out}, kernel: {kernel}{_step(stride)}"
    return text + draw.activation()


def _pointwise(draw: Drawing) -> str | None:
    (height, width), channels, out = draw.image(), draw.width(2, 320), draw.width(2, 320)
    if not _small(height * width * channels, height * width * out, channels * out, channels):
        return None
    return f"input: {height}x{width}x{channels}, out_c: {out}{draw.activation()}"


def _depthwise(draw: Drawing) -> str | None:
    kernel, stride = draw.choice((3, 3, 3, 5, 7)), draw.choice((1, 1, 2))
    (height, width), channels = draw.image(kernel), draw.width(2, 256)
    outputs = -(-height // stride) * -(-width // stride) * channels
    if not _small(height * width * channels, outputs, kernel**2 * channels, kernel**2):
        return None
    return f"input: {height}x{width}x{channels}, kernel: {kernel}{_step(stride)}{draw.activation()}"


def _grouped(draw: Drawing) -> str | None:
    groups, kernel = draw.choice((2, 2, 4, 4, 8)), draw.choice((1, 3, 3))
    height, width = draw.image()
    channels, out = groups * draw.width(1, 32), groups * draw.width(1, 32)
    fan_in = kernel**2 * channels // groups
    if not _small(height * width * channels, height * width * out, fan_in * out, fan_in):
        return None
    return f"input: {height}x{width}x{channels}, out_c: {out}, kernel: {kernel}, groups: {groups}"


def _dense(draw: Drawing) -> str | None:
    channels, out = draw.width(8, 2000), draw.width(2, 300)
    return f"in_c: {channels}, out_c: {out}" if channels * out < _MOST_BYTES else None


def _flat(draw: Drawing) -> str | None:
    (height, width), channels = draw.image(), draw.width(2, 200)
    return f"input: {height}x{width}x{channels}" if height * width * channels < 20_000 else None


def _scaled(draw: Drawing) -> str | None:
    (height, width), channels = draw.image(), draw.width(2, 200)
    text = f'inputs: "1x{height}x{width}x{channels},1x1x1x{channels}"'
    return text if height * width * channels < 20_000 else None


def _pool(kernels: tuple[int, ...]) -> Callable[[Drawing], str | None]:
    def draw_pool(draw: Drawing) -> str | None:
        kernel = draw.choice(kernels)
        (height, width), channels = draw.image(kernel), draw.width(2, 200)
        stride = draw.choice((kernel, kernel, max(1, kernel - 1)))
        text = f"input: {height}x{width}x{channels}, kernel: {kernel}, stride: {stride}, padding: valid"
        return text if height * width * channels < 40_000 else None

    return draw_pool


def _mean(draw: Drawing) -> str | None:
    (height, width), channels = draw.image(), draw.width(2, 400)
    return f"input: {height * width}x1x{channels}" if height * width * channels < 30_000 else None


def _upsample(draw: Drawing) -> str | None:
    (height, width), channels = draw.image(), draw.width(2, 200)
    return f"input: {height}x{width}x{channels}, stride: 2" if height * width * channels < 12_000 else None


def _concat(draw: Drawing) -> str | None:
    (height, width), first, second = draw.image(), draw.width(2, 64), draw.width(2, 64)
    text = f'inputs: "1x{height}x{width}x{first},1x{height}x{width}x{second}", axis: 3'
    return text if height * width * (first + second) < 20_000 else None


def _transpose(draw: Drawing) -> str | None:
    (height, width), groups, channels = draw.image(), draw.choice((2, 4, 8)), draw.width(2, 32)
    text = f'inputs: "1x{height * width}x{groups}x{channels}", perm: "0,1,3,2"'
    return text if height * width * groups * channels < 20_000 else None


_DRAWN: Mapping[str, tuple[int, str, Callable[[Drawing], str | None]]] = {
    "convolutions": (90, "conv2d", _conv2d),
    "points": (80, "pointwise_conv2d", _pointwise),
    "depthwise": (80, "depthwise_conv2d", _depthwise),
    "groups": (40, "grouped_conv2d", _grouped),
    "dense": (30, "fully_connected", _dense),
    "sums": (14, "add", _flat),
    "products": (12, "mul", _flat),
    "scales": (16, "mul", _scaled),
    "tables": (8, "lookup", _flat),
    "most": (26, "max_pool2d", _pool((2, 3))),
    "averages": (34, "average_pool2d", _pool((2, 3, 4, 7, 8))),
    "means": (30, "mean", _mean),
    "larger": (22, "upsample_nearest", _upsample),
    "joins": (16, "concat", _concat),
    "turns": (16, "transpose", _transpose),
}
"""Number of cases of each kind, their operator, and what draws one or gives up."""


def _small(inputs: int, outputs: int, weights: int, fan_in: int) -> bool:
    return inputs + outputs + weights <= _MOST_BYTES and outputs * fan_in <= _MOST_MACS


def _step(stride: int) -> str:
    return f", stride: {stride}" if stride > 1 else ""


def cases(seed: int) -> Iterator[str]:
    """Lines of a grid."""
    draw = Drawing(seed)
    for count, operator, make in _DRAWN.values():
        drawn: dict[str, None] = {}
        while len(drawn) < count:
            if (text := make(draw)) is not None:
                drawn[text] = None
        yield from (f"  - {{operator: {operator}, {text}}}" for text in drawn)


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(f"  # Drawn by python -m benchmarks.cost_cases --seed {given.seed}.")
    print("\n".join(cases(given.seed)))


if __name__ == "__main__":
    main()
