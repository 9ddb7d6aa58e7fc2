"""The run itself: schedule, retry, resume, progress."""

from hilbench.sweep.request import SweepRequest
from hilbench.sweep.session import run_sweep
from hilbench.sweep.settings import Settings

__all__ = ["Settings", "SweepRequest", "run_sweep"]
