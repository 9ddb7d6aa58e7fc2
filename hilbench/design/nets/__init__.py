"""Networks as plain data: layers with shapes, from which counts, memory and models follow."""

from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.network import Function, Kind, LayerSpec, NetworkSpec, Shape

__all__ = ["Function", "Kind", "LayerSpec", "NetworkBuilder", "NetworkSpec", "Shape"]
