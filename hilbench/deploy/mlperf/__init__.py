"""MLPerf Tiny on a board: performance, energy and accuracy, with the log and the results of its runner."""

from hilbench.deploy.mlperf.mode import Mode
from hilbench.deploy.mlperf.run import MlperfRequest, MlperfResult, run_mlperf

__all__ = ["MlperfRequest", "MlperfResult", "Mode", "run_mlperf"]
