"""Clocks, power and flash controller of the STM32F7."""
