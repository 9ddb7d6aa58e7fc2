"""Page of a style-transfer benchmark: pictures first, then figures, and the network's layers over time."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from hilbench.analysis import add_efficiency
from hilbench.errors import ConfigError
from hilbench.report.figures import Figure
from hilbench.report.highlights import Finding
from hilbench.report.metadata import facts, subtitle
from hilbench.report.network_sections import network_sections
from hilbench.report.numbers import MISSING, significant
from hilbench.report.page import templates
from hilbench.report.tables import Table
from hilbench.results import RunRecord, Store
from hilbench.results.rows import to_frame
from hilbench.style.bench.outcome import Outcome, Painting
from hilbench.style.bench.published import PUBLISHED
from hilbench.style.pictures import Picture

_MOST_SHOWN = 12
"""Paintings on a page."""
_LEAD = {
    "measured": "A board painted these pictures. Its cycle counter and a power meter gave every number.",
    "emulated": (
        "A virtual board painted these pictures, instruction by instruction. It emulates the processor and "
        "its supply current: no number was measured on silicon."
    ),
    "host": "This computer painted these pictures. Its figures say nothing about a microcontroller.",
}


@dataclass(frozen=True)
class Setting:
    """Surroundings of an outcome on the page.

    Attributes:
        run: what the macros of the templates ask of a run: `run_id` and `provenance`.
        parts: figures and tables of the network.
    """

    run: RunRecord | Mapping[str, str]
    subtitle: str
    parts: Sequence[Figure | Table] = ()
    facts: Sequence[tuple[str, str]] = ()


def write_page(outcome: Outcome, setting: Setting, style: Picture | None, folder: Path) -> Path:
    """Write `folder/index.html`, self-contained, and return its path.

    Args:
        outcome: what is shown.
        setting: what it was made with.
        style: the style picture; None where nobody named one.
        folder: made where there is none.

    Raises:
        ConfigError: it cannot be written.
    """
    page = (
        templates()
        .get_template("style.html.j2")
        .render(
            run=setting.run,
            title=f"{outcome.model} on {outcome.board}",
            subtitle=setting.subtitle,
            lead=_LEAD[outcome.provenance],
            highlights=_highlights(outcome),
            paintings=[_shown(each, outcome, style) for each in outcome.paintings[:_MOST_SHOWN]],
            published=PUBLISHED,
            parts=setting.parts,
            facts=setting.facts,
            generated=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        )
    )
    path = folder / "index.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"Cannot write {path}: {error.strerror}; choose another --out.") from error
    return path


def board_setting(run: RunRecord, store: Store) -> Setting:
    """Setting of a stored run of one network."""
    frame: pd.DataFrame = add_efficiency(to_frame(store.measurements(run.run_id), run.run_id))
    parts = [part for section in network_sections(frame, run.provenance) for part in section.parts]
    return Setting(run, subtitle(run, frame), parts, facts(run, frame))


def _highlights(outcome: Outcome) -> list[Finding]:
    rate, quality = outcome.frames_per_second, outcome.psnr_db
    kib = [None if size is None else size / 1024 for size in (outcome.ram_bytes, outcome.flash_bytes)]
    cause = outcome.further.get("energy_uncertainty_pct")
    found = [
        Finding(f"{significant(outcome.seconds)} s", "a picture", f"{significant(rate)} frames/s"),
        Finding(
            f"{significant(outcome.energy_mj)} mJ" if outcome.energy_mj else MISSING,
            "a picture",
            (f"±{cause:g} %" if cause else "all that the supply delivered")
            if outcome.energy_mj
            else "no meter",
        ),
        Finding(f"{significant(kib[0])} KiB" if kib[0] else MISSING, "of RAM", "tensors and scratch memory"),
        Finding(f"{significant(kib[1])} KiB" if kib[1] else MISSING, "of flash", "code and constants"),
    ]
    if quality is not None:
        found.append(
            Finding(f"{significant(quality)} dB", "PSNR", f"int8 against float, SSIM {outcome.ssim:.3f}")
        )
    return found


def _shown(painting: Painting, outcome: Outcome, style: Picture | None) -> dict[str, object]:
    side = painting.content.shape[0]
    exact = {
        True: "It equals the host's reference bit for bit.",
        False: "It DIFFERS from the host's reference.",
        None: "Nothing was compared bit for bit.",
    }
    return {
        "name": painting.name,
        "caption": f"{painting.name} at {side}x{side} pixels. {exact[outcome.verified]}",
        "pictures": [(caption, _data_url(picture)) for caption, picture in painting.shown(style)],
    }


def _data_url(picture: Picture) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
