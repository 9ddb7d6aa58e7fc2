"""The access control register, ACR, the first in the flash interface of several STM32 families."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from hilbench.virtual.peripherals.bank import RegisterBank
from hilbench.virtual.timing import FlashSettings

ACR = 0x00
"""Offset of ACR."""


class FlashAccess(RegisterBank):
    """A flash interface that reports how firmware has set it to be read.

    Attributes:
        latency: bits of ACR with the wait states.
        prefetch: its bit that switches the prefetch buffer on.
        code_cache: its bit that switches a cache of instructions on; 0 without one.
        data_cache: its bit that switches a cache of data on; 0 without one.
        on_access: called with what ACR says, whenever it may have changed.
    """

    latency: ClassVar[int]
    prefetch: ClassVar[int]
    code_cache: ClassVar[int] = 0
    data_cache: ClassVar[int] = 0

    def __init__(self, base: int, size: int, reset_values: Mapping[int, int] | None = None) -> None:
        self.on_access: Callable[[FlashSettings], None] = lambda _: None
        super().__init__(base, size, reset_values)

    def reset(self) -> None:
        """Every register takes its reset value."""
        super().reset()
        self._tell_access()

    def set_access(self, value: int) -> None:
        """Write ACR."""
        self.words[ACR] = value
        self._tell_access()

    def _tell_access(self) -> None:
        value = self.words.get(ACR, 0)
        self.on_access(
            FlashSettings(
                wait_states=value & self.latency,
                prefetch=bool(value & self.prefetch),
                code_cache=bool(value & self.code_cache),
                data_cache=bool(value & self.data_cache),
            )
        )
