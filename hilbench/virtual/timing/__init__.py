"""Timing models: what a run of instructions costs on each core, and why."""

from hilbench.virtual.timing.cores import bare_core_model, core_model
from hilbench.virtual.timing.decode import Decoder
from hilbench.virtual.timing.division import OUTCOMES
from hilbench.virtual.timing.instruction import Instruction, Operation
from hilbench.virtual.timing.memory import FlashSettings, MemorySettings
from hilbench.virtual.timing.model import CoreModel, Schedule
from hilbench.virtual.timing.pipeline import Entry

__all__ = [
    "OUTCOMES",
    "CoreModel",
    "Decoder",
    "Entry",
    "FlashSettings",
    "Instruction",
    "MemorySettings",
    "Operation",
    "Schedule",
    "bare_core_model",
    "core_model",
]
