"""Operators: their cases, constants, kernels, and the registry that finds them by their folders."""

from hilbench.operators.case import OperatorCase
from hilbench.operators.constants import Constants
from hilbench.operators.kernel import Kernel
from hilbench.operators.layer import Layer
from hilbench.operators.operator import Operator
from hilbench.operators.registry import Registry, load_operators
from hilbench.operators.render import render
from hilbench.operators.tuning import UNTUNED, Tuning
from hilbench.operators.variants import REFERENCE

__all__ = [
    "REFERENCE",
    "UNTUNED",
    "Constants",
    "Kernel",
    "Layer",
    "Operator",
    "OperatorCase",
    "Registry",
    "Tuning",
    "load_operators",
    "render",
]
