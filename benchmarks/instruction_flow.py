"""Instructions a cycle that each core executes of a typical program, weighed as the current model does.

What it prints is what `hilbench/virtual/power/mix.py` calls typical.

    python -m benchmarks.instruction_flow
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.core_mix import compile_mix, run_mix
from hilbench.virtual.timing.cores import PIPELINES


def flow_of(elf: Path, core: str) -> float:
    """Instructions by weight, a cycle, over all parts of the mix."""
    first, *_, last = run_mix(elf, core)
    return (last[0] - first[0]) / (last[1] - first[1])


def main() -> None:
    """Print the flow on every core."""
    with tempfile.TemporaryDirectory() as folder:
        for core in PIPELINES:
            print(f"{core:12}{flow_of(compile_mix(Path(folder), core, '-O2'), core):6.2f}")


if __name__ == "__main__":
    main()
