"""The virtual board: an emulated chip behind the same three wires as a real one."""
