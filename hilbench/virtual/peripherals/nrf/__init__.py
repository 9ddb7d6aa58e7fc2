"""Peripherals that Nordic's nRF52 and nRF91 have in common."""
