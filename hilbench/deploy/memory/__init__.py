"""Memory plans: where the tensors of a program lie, and how its layers are scheduled to need less."""

from hilbench.deploy.memory.buffers import Bank, Buffer, MemoryPlan, Overlap, Placement
from hilbench.deploy.memory.planner import plan

__all__ = ["Bank", "Buffer", "MemoryPlan", "Overlap", "Placement", "plan"]
