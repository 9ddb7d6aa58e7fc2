"""Clocks, power and flash controller of the STM32L4."""
