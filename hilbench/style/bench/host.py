"""A style-transfer network on this computer: LiteRT and ONNX Runtime, with the processor's energy counter.

Such figures have the provenance `host`. They are in no store, so that no efficiency of an operator can
contain them.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from hilbench.errors import ModelError
from hilbench.networks.macs import total_macs
from hilbench.networks.model_file import read_model
from hilbench.networks.runtimes import LITERT_OPTIMIZED, XNNPACK, Run, kept_litert, onnxruntime, version_of
from hilbench.style.bench.outcome import Outcome, Painting
from hilbench.style.bench.page import Setting
from hilbench.style.bench.rapl import EnergyCounter
from hilbench.style.pictures import Picture
from hilbench.style.stylizer import (
    ONNX_SUFFIX,
    Stylizer,
    elements_picture,
    picture_elements,
    picture_side,
)
from hilbench.tensors import Array

HOST = "host"
"""Name of the computer where a board's is asked for, and provenance of its figures."""
_LEAST_S = 0.5
"""Least time that a runtime is timed for, s."""


@dataclass(frozen=True)
class RuntimeFigures:
    """Time and energy of one runtime.

    Attributes:
        seconds: of a run, the median.
        energy_mj: of a run, of the whole processor, idle included; None where no counter can be read.
    """

    runtime: str
    threads: int
    seconds: float
    energy_mj: float | None


def bench_on_host(
    model: Path,
    pictures: Iterable[tuple[str, Picture]],
    reference: Stylizer | None,
    iterations: int,
    threads: int = 1,
    told: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Paint pictures on this computer, and time the runtimes that take the model.

    Args:
        model: a .tflite or .onnx file.
        pictures: name and content of each, of the model's size.
        reference: the model before it was quantised; None for none.
        iterations: fewest timed runs of each runtime.
        threads: of each runtime.
        told: takes lines on what is being done.

    Raises:
        ConfigError: a runtime is not installed.
        ModelError: the model does not make a picture of a picture, or no runtime takes it.
    """
    graph = read_model(model)
    picture_side(graph)
    runtimes, refusals = _runtimes(model, threads)
    if not runtimes:
        raise ModelError(" ".join(refusals))
    painter = next(iter(runtimes.values()))
    paintings = []
    for name, content in pictures:
        (output,) = painter([picture_elements(content, graph)])
        device = elements_picture(output, graph)
        paintings.append(Painting(name, content, device, reference.one(content) if reference else None))
        told(f"{name} is painted; that is picture {len(paintings)}")
    given = [picture_elements(paintings[0].content, graph)]
    figures = []
    for name, run in runtimes.items():
        told(f"timing {name}")
        figures.append(_timed(name, run, given, iterations, threads))
    return Outcome(
        model=model.stem,
        board=HOST,
        provenance=HOST,
        verified=None,
        seconds=figures[0].seconds,
        energy_mj=figures[0].energy_mj,
        ram_bytes=None,
        flash_bytes=None,
        macs=total_macs(graph),
        paintings=paintings,
        further={"runtimes": [asdict(each) for each in figures], "notes": refusals},
    )


def host_setting(outcome: Outcome) -> Setting:
    """Setting of an outcome on this computer: its processor, and each runtime's figures."""
    runtimes = [
        (each["runtime"], f"{1e3 * each['seconds']:.2f} ms, {each['threads']} thread")
        for each in outcome.further["runtimes"]
    ]
    facts = (
        ("processor", platform.processor() or platform.machine()),
        ("system", platform.platform()),
        *runtimes,
    )
    return Setting({"run_id": "", "provenance": HOST}, platform.machine(), facts=facts)


def _runtimes(model: Path, threads: int) -> tuple[dict[str, Run], list[str]]:
    """Runtimes that take a model by their names, the fastest first, and sentences of those that do not."""
    if model.suffix == ONNX_SUFFIX:
        return {f"ONNX Runtime {version_of('onnxruntime')}": onnxruntime(model, threads)}, []
    data, release = model.read_bytes(), version_of("ai_edge_litert")
    found: dict[str, Run] = {}
    refusals = []
    for name, resolver in (("with XNNPACK", XNNPACK), ("without delegates", LITERT_OPTIMIZED)):
        try:
            found[f"LiteRT {release} {name}"] = kept_litert(data, resolver, threads)
        except ModelError as error:
            refusals.append(str(error))
    return found, refusals


def _timed(name: str, run: Run, given: Sequence[Array], iterations: int, threads: int) -> RuntimeFigures:
    run(given)  # the first one prepares
    seconds: list[float] = []
    counter, begin = EnergyCounter(), time.perf_counter()
    while len(seconds) < iterations or time.perf_counter() - begin < _LEAST_S:
        start = time.perf_counter()
        run(given)
        seconds.append(time.perf_counter() - start)
    joules = counter.joules()
    energy = None if joules is None else 1e3 * joules / len(seconds)
    return RuntimeFigures(name, threads, float(np.round(statistics.median(seconds), 6)), energy)
