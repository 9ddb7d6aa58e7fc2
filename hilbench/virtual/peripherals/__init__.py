"""The peripherals of the chip, a module each."""
