"""Networks: the graph, importers, passes over it, and its interpreter."""

from hilbench.networks.graph import Graph, Node, State, Tensor
from hilbench.networks.verification import verify

__all__ = ["Graph", "Node", "State", "Tensor", "verify"]
