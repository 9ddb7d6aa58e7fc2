"""The STM32H7 flash controller: what it takes to change a byte of flash."""

from hilbench.virtual.flash.controller import FlashController

__all__ = ["FlashController"]
