"""Keeps the timing model in step with flash controller, clock tree and cache control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from hilbench.chips import Chip
from hilbench.virtual.core.counting import BlockCounter
from hilbench.virtual.timing import FlashSettings, MemorySettings, core_model


class MemoryControl:
    """Collects the settings; the model that follows from them counts from the next block on.

    Args:
        chip: whose memories they are.
        counter: what counts by the model.
        stop: has the core stop before its next block.
    """

    def __init__(self, chip: Chip, counter: BlockCounter, stop: Callable[[], None]) -> None:
        self._model = cache(lambda settings: core_model(chip, settings))
        self._counter = counter
        self._stop = stop
        self._settings = MemorySettings()

    def set_flash(self, flash: FlashSettings) -> None:
        """Take the settings by which the flash controller reads."""
        self._change(replace(self._settings, flash=flash))

    def set_divider(self, divider: int) -> None:
        """Take the divider from the core's clock to the memories'."""
        self._change(replace(self._settings, clock_divider=divider))

    def set_caches(self, instruction: bool, data: bool) -> None:
        """Note which of the core's caches are on."""
        self._change(replace(self._settings, instruction_cache=instruction, data_cache=data))

    def _change(self, settings: MemorySettings) -> None:
        if settings != self._settings:
            self._settings = settings
            self._counter.set_model(self._model(settings))
            self._stop()
