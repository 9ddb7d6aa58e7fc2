"""Operators: their cases, constants, kernels, and the registry that finds them by their folders."""

from hilbench.operators.arena import ArenaPlan
from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.operator import Operator
from hilbench.operators.record import WorkloadRecord
from hilbench.operators.registry import Registry, load_operators
from hilbench.operators.render import render
from hilbench.operators.tuning import UNTUNED, Tuning
from hilbench.operators.variants import REFERENCE
from hilbench.operators.workload import Source, Workload

__all__ = [
    "REFERENCE",
    "UNTUNED",
    "ArenaPlan",
    "Constants",
    "Kernel",
    "Layer",
    "Operator",
    "OperatorCase",
    "Registry",
    "Source",
    "Tuning",
    "Workload",
    "WorkloadRecord",
    "load_operators",
    "render",
]
