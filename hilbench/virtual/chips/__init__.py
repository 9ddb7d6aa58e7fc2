"""A module a chip family: which peripherals stand where."""
