"""The site that networks are deployed for: a chip with its builder, and what has been asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hilbench.chips import Chip
from hilbench.deploy.constant_memory import ConstantRoom, constant_room
from hilbench.deploy.memory import Bank
from hilbench.errors import DoesNotFit
from hilbench.image import Builder
from hilbench.networks.oracles import OracleChoice
from hilbench.networks.rounding import RoundingChoice
from hilbench.operators import Layer, Registry, Workload
from hilbench.operators.registry import load_operators
from hilbench.prediction import LayerPredictor
from hilbench.runner.build_config import BuildConfig
from hilbench.tuning.database import TunedCases


@dataclass(frozen=True)
class Site:
    """A chip, tools for it, and wishes.

    Attributes:
        chip: that networks are deployed for.
        configuration: how images for it are built.
        builder: builds them.
        folder: for files that deployers make; it goes away with the command.
        make_predictor: makes a predictor for the board, or raises ConfigError.
        operators: folder of further operators.
        ram_limit: bytes that tensors and scratch memory may take; None for all there are.
        keep_dead_channels: whether channels that are proved constant stay.
        oracle: that outputs are held against.
        rounding: of hilbench's own kernels.
    """

    chip: Chip
    configuration: BuildConfig
    builder: Builder
    folder: Path
    make_predictor: Callable[[], LayerPredictor]
    operators: Path | None = None
    ram_limit: int | None = None
    keep_dead_channels: bool = False
    oracle: OracleChoice = OracleChoice.LITERT
    rounding: RoundingChoice = RoundingChoice.LITERT

    @cached_property
    def registry(self) -> Registry:
        """Operators that there are."""
        return load_operators(self.operators)

    @cached_property
    def predictor(self) -> LayerPredictor:
        """Predictor of what layers take on the board.

        Raises:
            ConfigError: nothing can predict for it.
        """
        return self.make_predictor()

    @cached_property
    def ram(self) -> int:
        """Bytes of RAM for tensors and scratch memory.

        Raises:
            BuildError: the firmware itself does not build.
        """
        available = self.builder.arena_bytes
        return min(self.ram_limit or available, available)

    @cached_property
    def constant_room(self) -> ConstantRoom | None:
        """RAM for copies of constants; None where they are not worth it, or RAM is limited."""
        if self.ram_limit is not None:
            return None
        return constant_room(self.chip, self.configuration.placement, self.ram)

    @cached_property
    def banks(self) -> tuple[Bank, ...]:
        """RAM for tensors and scratch memory, the fastest first.

        Raises:
            BuildError: the firmware itself does not build.
        """
        return ram_banks(self.builder, self.ram_limit)

    def tuned(self, layer: Layer) -> Layer | None:
        """The best implementation of a layer that `hilbench tune` found; None where nobody tuned it."""
        return self._tuned_cases.find(layer, self.configuration)

    @cached_property
    def _tuned_cases(self) -> TunedCases:
        return TunedCases(self.chip.core, self.builder.object_key)

    def lacking_flash(self, program: Workload) -> int:
        """Bytes of flash that an image of the program lacks; 0 where it fits, or fails for another reason.

        Raises:
            BuildError: the firmware itself does not build.
        """
        errors = (error for _, error in self.builder.build([program]).refused)
        return sum(
            error.excess for error in errors if isinstance(error, DoesNotFit) and error.memory == "flash"
        )

    def has_room(self, program: Workload) -> bool:
        """Whether an image holds the program, all else about it being right.

        Raises:
            BuildError: the firmware itself does not build.
        """
        refused = self.builder.build([program]).refused
        return not any(isinstance(error, DoesNotFit) for _, error in refused)


def ram_banks(builder: Builder, limit: int | None = None) -> tuple[Bank, ...]:
    """Banks of RAM that a builder's images leave, the fastest first.

    Args:
        builder: of the chip's images.
        limit: bytes of all banks together, those of the bank with inputs and outputs first; None for as many
            as there are.

    Raises:
        BuildError: the firmware itself does not build.
    """
    free, arena = dict(builder.ram_banks), builder.arena_bank
    left = sum(free.values()) if limit is None else limit
    for name in sorted(free, key=lambda name: name != arena):
        free[name] = min(free[name], left)
        left -= free[name]
    return tuple(Bank(name, size, holds_edges=name == arena) for name, size in free.items() if size)
