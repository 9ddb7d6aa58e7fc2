"""A style-transfer network on a board, by way of every network's benchmark."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from hilbench.deploy.benchmark import NetworkResult
from hilbench.deploy.session import NetworkRequest, Refusal, run_networks
from hilbench.networks.keras import KERAS_SUFFIX
from hilbench.results import RunRecord, Status, Store
from hilbench.style.bench.inputs import PictureInputs
from hilbench.style.bench.outcome import Outcome, Painting
from hilbench.style.pictures import Picture
from hilbench.style.stylizer import Stylizer

Told = Callable[[str], None]


def bench_on_board(
    request: NetworkRequest,
    pictures: Iterable[tuple[str, Picture]],
    reference: Stylizer | None,
    store: Store,
    told: Told = lambda _: None,
) -> tuple[Outcome | Refusal, RunRecord | None]:
    """Send pictures to a board, take the stylised ones, and measure.

    Args:
        request: of one model; its inputs are set here.
        pictures: name and content of each, of the model's size.
        reference: the model before it was quantised; None for none.
        store: takes the run.
        told: takes lines on what is being done.

    Returns:
        The outcome, or why the network does not run there, and the stored run.

    Raises:
        ConfigError: a picture cannot be read, or the request is wrong.
        BoardBusy, BoardMissing: the board cannot be had, or went away.
        BuildError: the firmware itself does not build.
    """
    paintings: list[Painting] = []

    def painted(name: str, content: Picture, device: Picture) -> None:
        paintings.append(Painting(name, content, device, reference.one(content) if reference else None))
        told(f"{name} is back from {request.board}; that is picture {len(paintings)}")

    found: list[NetworkResult | Refusal] = []
    run = run_networks(replace(request, inputs=PictureInputs(pictures, painted)), store, told, found.append)
    (result,) = found
    return result if isinstance(result, Refusal) else outcome_of(result, paintings), run


def outcome_of(result: NetworkResult, paintings: list[Painting]) -> Outcome:
    """Figures of a network's result in those of a picture."""
    document, row = result.document(), result.measurement
    latency, energy = document["latency_us"], document["energy_uj"]
    is_right = row.status is Status.OK
    return Outcome(
        model=document["model"],
        board=document["board"],
        provenance=document["provenance"],
        verified=is_right and result.verified_inputs >= len(paintings) > 0,
        seconds=latency / 1e6 if latency and is_right else None,
        energy_mj=energy / 1e3 if energy and is_right else None,
        ram_bytes=document["ram_bytes"],
        flash_bytes=document["flash_bytes"],
        macs=document["macs"],
        paintings=paintings,
        further={
            key: document[key]
            for key in ("status", "cause", "oracle", "placement", "cycles", "energy_uncertainty_pct")
        },
    )


def representative_of(model: Path, contents: Iterable[Picture], folder: Path) -> Path | None:
    """File of inputs by which a Keras model is quantised; None where the model is int8 already."""
    if model.suffix != KERAS_SUFFIX:
        return None
    path = folder / "representative.npy"
    np.save(path, np.stack(list(contents)).astype(np.float32) / 255)
    return path


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """Folder for files of one benchmark, removed at its end."""
    return tempfile.TemporaryDirectory(prefix="hilbench-style-")
