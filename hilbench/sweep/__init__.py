"""The run itself: schedule, retry, resume, progress."""

from hilbench.sweep.choice import Budget, Choice, choose
from hilbench.sweep.request import SweepRequest
from hilbench.sweep.session import run_sweep
from hilbench.sweep.settings import Settings

__all__ = ["Budget", "Choice", "Settings", "SweepRequest", "choose", "run_sweep"]
