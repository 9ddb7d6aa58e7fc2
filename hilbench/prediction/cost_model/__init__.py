"""A fitted cost model: cycles of a layer in microseconds, by terms that count what its kernel does."""
