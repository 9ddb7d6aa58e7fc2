"""The HTML report and its figures."""

from hilbench.report.write import write_report

__all__ = ["write_report"]
