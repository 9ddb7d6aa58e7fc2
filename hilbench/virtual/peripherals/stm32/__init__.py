"""Peripherals that ST's families have in common: pins, serial port, the lock of a flash controller."""
