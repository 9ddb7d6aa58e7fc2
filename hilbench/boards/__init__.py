"""boards.yaml, attaching and locking; debug, serial and power wires joined into one open board."""
