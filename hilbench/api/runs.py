"""Runs as tables: a sweep of many cases, a stored run, predictions."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from hilbench.analysis import add_efficiency
from hilbench.analysis.load_rows import load as load_source
from hilbench.api.cases import cases as grid_cases
from hilbench.chips import Placement
from hilbench.console import plain_console
from hilbench.operators import Layer
from hilbench.paths import BOARDS_FILE, DEFAULT_STORE
from hilbench.results import RunRecord, Store
from hilbench.results.columns import COLUMNS
from hilbench.results.rows import to_frame
from hilbench.runner.events import Listener, ignore
from hilbench.runner.run_settings import RunSettings
from hilbench.sweeps import Budget, SweepRequest, run_sweep
from hilbench.sweeps.progress import SweepProgress
from hilbench.tuning.predicted_choices import predict_choices

_FURTHER = ["cause", "samples"]
"""Columns behind those of results.csv: why a case failed, and its warm samples in cycles."""


def sweep(
    board: str,
    cases: str | Path | Iterable[Layer] = "quick",
    *,
    variant: str | None = None,
    toolchain: str | Iterable[str] = "auto",
    flags: str | Iterable[str] = "-O3",
    placement: str | Iterable[str] = Placement.FLASH,
    layouts: int = 1,
    ram_budget: int | None = None,
    flash_budget: int | None = None,
    iterations: int = RunSettings.iterations,
    power: bool = True,
    jobs: int | None = None,
    operators: str | Path | None = None,
    boards_file: str | Path = BOARDS_FILE,
    require_hardware: bool = False,
    resume: str | None = None,
    store: str | Path | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Measure many cases on a board, as `hilbench sweep` does, and keep them in the store.

    Where more than one toolchain, set of flags or placement is given, every case is measured under each.

    Args:
        board: an entry of boards.yaml; its virtual twin runs where it is not attached.
        cases: name of a grid, path of a YAML file, or cases.
        variant: a variant, `all`, or `auto` for the fastest; None for `auto` where the grid names none.
        toolchain: auto, gcc or clang.
        flags: compiler flags.
        placement: where code and activations live.
        layouts: how many layouts of its image a case runs in.
        ram_budget: most bytes of inputs, output and scratch of a case that `auto` may take.
        flash_budget: most bytes of code and constants of a case that `auto` may take.
        iterations: warm samples of a case.
        power: whether to measure energy where the board has a meter.
        jobs: virtual boards at a time; None for one a processor.
        operators: folder of further operators.
        boards_file: another boards.yaml.
        require_hardware: refuse the virtual twin.
        resume: id of a run to go on with, or `latest`.
        store: URL or path of the results; None for $HILBENCH_STORE, else a file in the current folder.
        progress: whether to say on standard error what runs, and how long it will take.

    Returns:
        A row for each case and build, with the columns of results.csv, then `cause` and `samples`; its
        `attrs["run"]` is the run's head as in run.json.

    Raises:
        ConfigError: the request is wrong; nothing was touched.
        BoardBusy, BoardMissing: the board cannot be had, or went away.
        BuildError: the firmware itself does not build.
    """
    grid, chosen = (str(cases), ()) if isinstance(cases, str | Path) else ("python", tuple(cases))
    request = SweepRequest(
        board=board,
        grid=grid,
        cases=tuple(dict.fromkeys(chosen)),
        toolchains=_several(toolchain),
        flags=_several(flags),
        placements=tuple(map(Placement, _several(placement))),
        variant=variant,
        layouts=layouts,
        budget=Budget(ram_budget, flash_budget),
        operators=Path(operators) if operators else None,
        boards_file=Path(boards_file),
        require_hardware=require_hardware,
        resume=resume,
        jobs=jobs,
        settings=RunSettings(iterations=iterations, power=power),
        command=f"hilbench.sweep({board!r})",
    )
    with Store(_store(store)) as opened, SweepProgress(plain_console(stderr=True)) as drawn:
        listener: Listener = drawn if progress else ignore
        run = run_sweep(request, opened, listener)
        return _table(add_efficiency(to_frame(opened.measurements(run.run_id), run.run_id)), run)


def load(name: str | Path = "latest", *, store: str | Path | None = None) -> pd.DataFrame:
    """Read a stored run, or a results.csv, as `sweep` returns it.

    Args:
        name: a run's id or tag, a board for its latest run, `latest`, or the path of a CSV file.
        store: URL or path of the results; None for $HILBENCH_STORE, else a file in the current folder.

    Raises:
        ConfigError: there is no such run or file.
        StoreError: the store cannot be read.
    """
    source = load_source(str(name), _store(store))
    return _table(add_efficiency(source.frame), source.run)


def predict(
    cases: str | Path | Layer | Iterable[Layer],
    board: str,
    *,
    toolchain: str = "auto",
    flags: str = "-O3",
    placement: str = Placement.FLASH,
    ram_budget: int | None = None,
    flash_budget: int | None = None,
    boards_file: str | Path = BOARDS_FILE,
    jobs: int | None = None,
) -> pd.DataFrame:
    """Predict what every variant of some cases would take on a board, without the board.

    Args:
        cases: name of a grid, path of a YAML file, or cases.
        board: an entry of boards.yaml; its virtual twin runs the kernels.
        toolchain: auto, gcc or clang.
        flags: compiler flags.
        placement: where code and activations live.
        ram_budget: most bytes of inputs, output and scratch that a chosen variant may take.
        flash_budget: most bytes of code and constants that a chosen variant may take.
        boards_file: another boards.yaml.
        jobs: virtual boards at a time; None for one a processor.

    Returns:
        A row for each variant that builds and runs, with the columns of results.csv: `provenance` is
        `predicted`, and `choice` is `chosen` in the row that a sweep would take.

    Raises:
        ConfigError: there is no such board, or it has no virtual twin.
        BuildError: the firmware itself does not build.
    """
    if isinstance(cases, str | Path):
        wanted = grid_cases(cases)
    else:
        wanted = (cases,) if isinstance(cases, Layer) else tuple(cases)
    predicted = predict_choices(
        wanted,
        board,
        toolchain=toolchain,
        flags=flags,
        placement=Placement(placement),
        budget=Budget(ram_budget, flash_budget),
        boards_file=Path(boards_file),
        jobs=jobs,
    )
    return predicted.frame()[list(COLUMNS)]


def _table(frame: pd.DataFrame, run: RunRecord) -> pd.DataFrame:
    table = frame[[*COLUMNS, *_FURTHER]]
    table.attrs["run"] = run.document()
    return table


def _several(values: str | Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def _store(named: str | Path | None) -> str:
    return str(named or os.environ.get("HILBENCH_STORE") or DEFAULT_STORE)
