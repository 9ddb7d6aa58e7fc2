"""A run for commands to tell about."""

from __future__ import annotations

from hilbench.provenance import Provenance
from tests.analysis.rows import run_record

RUN = run_record(
    run_id="20260504-120000-bench", board="bench", provenance=Provenance.MEASURED, command="hilbench sweep"
)
