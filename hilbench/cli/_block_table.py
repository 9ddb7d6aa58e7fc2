"""Ranking that `hilbench design blocks` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table

from hilbench.cli._console import print_table, table_console

if TYPE_CHECKING:
    from hilbench.design.blocks import RankedBlock


@dataclass(frozen=True)
class Training:
    """Trainability of a block.

    Attributes:
        images: name of the images.
        naswot: score without training.
        accuracy: on images that were not trained with; None where nothing was trained.
    """

    images: str
    naswot: float
    accuracy: float | None


def block_document(ranked: RankedBlock) -> dict[str, Any]:
    """Plain data for JSON."""
    block = ranked.block
    return {
        "structure": block.structure,
        "inner_channels": block.width,
        "macs": block.network.macs,
        "parameters": block.network.parameters,
        "ram_bytes": block.cost.least_ram_bytes,
        "receptive_field": block.receptive_field,
        "provenance": str(ranked.provenance),
        "latency_us": ranked.latency_us,
        "energy_uj": ranked.energy_uj,
        "eta_latency": ranked.eta_latency,
        "eta_energy": ranked.eta_energy,
        "on_front": ranked.on_front,
    }


def print_blocks(
    ranked: Sequence[RankedBlock], board: str, equal: str, training: Mapping[str, Training]
) -> None:
    """Print the ranking, which block the board wants, and what the scores of trainability are worth."""
    console = table_console()
    table = Table("block", box=None, pad_edge=False, header_style="dim")
    headings = (
        "inner",
        "MMAC",
        "parameters",
        "RAM B",
        "sees",
        "µs",
        "µJ",
        "η time",
        "η energy",
        "front",
        "how",
    )
    for heading in (*headings, *(("NASWOT", "accuracy") if training else ())):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in ranked:
        block = each.block
        table.add_row(
            block.structure,
            str(block.width),
            f"{block.network.macs / 1e6:,.2f}",
            f"{block.network.parameters:,}",
            f"{block.cost.least_ram_bytes:,}",
            str(block.receptive_field),
            f"{each.latency_us:,.0f}",
            "–" if each.energy_uj is None else f"{each.energy_uj:,.0f}",
            f"{each.eta_latency:.2f}",
            "–" if each.eta_energy is None else f"{each.eta_energy:.2f}",
            "●" if each.on_front else "",
            str(each.provenance),
            *_training_cells(training.get(block.structure)),
        )
    print_table(console, table)
    console.print(f"\n{_sentence(ranked, board, equal)}", highlight=False, soft_wrap=True)
    trained = [each for each in training.values() if each.accuracy is not None]
    if trained:
        from hilbench.design.trainability import rank_correlation

        found = rank_correlation(
            [each.naswot for each in trained], [each.accuracy or 0.0 for each in trained]
        )
        console.print(
            f"NASWOT's rank correlation with the accuracy on {trained[0].images}: {found:+.2f} "
            f"({len(trained)} blocks).",
            highlight=False,
            soft_wrap=True,
        )


def _training_cells(training: Training | None) -> tuple[str, ...]:
    if training is None:
        return ()
    accuracy = "–" if training.accuracy is None else f"{training.accuracy:.1%}"
    return f"{training.naswot:.1f}", accuracy


def _sentence(ranked: Sequence[RankedBlock], board: str, equal: str) -> str:
    """Which block the board wants, and why."""
    best, *others = ranked
    first = best.block
    rate = first.network.macs / best.latency_us
    standard = next(each for each in ranked if each.block.structure == "standard")
    against = (
        f"{others[0].latency_us / best.latency_us - 1:.0%} faster than {others[0].block.structure}, the next"
        if best is standard
        else f"{standard.latency_us / best.latency_us:.2f} times as fast as standard convolutions"
    )
    how = sorted({str(each.provenance) for each in ranked})
    return (
        f"{board} wants {first.structure}: at equal {equal} it computes {rate:,.1f} MMAC/s, {against} "
        f"({' and '.join(how)} figures)."
    )
