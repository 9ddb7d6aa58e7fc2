"""The run itself: schedule, retry, resume, progress."""

from hilbench.runner.run_settings import RunSettings
from hilbench.sweeps.request import SweepRequest
from hilbench.sweeps.session import run_sweep
from hilbench.tuning.selection import Budget, Choice, choose

__all__ = ["Budget", "Choice", "RunSettings", "SweepRequest", "choose", "run_sweep"]
