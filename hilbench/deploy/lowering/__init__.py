"""Lowering: the nodes of a graph become layers that there are kernels for."""

from hilbench.deploy.lowering.lower import lower

__all__ = ["lower"]
