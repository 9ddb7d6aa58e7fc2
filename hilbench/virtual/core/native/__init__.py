"""Hooks that run as machine code inside the emulator, written in the part of Python that Numba compiles.

`blocks`, `caches`, `divisions`, `maintenance` and `translation` hold them, `additions` and `loads` those that
take the place of functions inside the emulator (`replacements`); no line of those runs as Python. `compiling`
makes one object file of them, `machine_code` keeps it and loads it: Numba is imported only where they have to
be compiled anew.
"""
