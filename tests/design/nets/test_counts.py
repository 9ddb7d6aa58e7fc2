"""Parameters and multiply-accumulates: equal to those of the reference implementations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hilbench.design.nets.network import NetworkSpec
from hilbench.design.nets.phinet import PhiNet
from hilbench.design.nets.style import StyleNet
from hilbench.design.nets.xinet import XiNet
from hilbench.errors import ModelError

NETS: dict[str, Any] = {"XiNet": XiNet, "PhiNet": PhiNet, "StyleNet": StyleNet}
COUNTS = json.loads((Path(__file__).parent / "counts.json").read_text(encoding="utf-8"))
SHARED = next(
    (found for parent in Path(__file__).parents if (found := parent / "shared" / "data").is_dir()), None
)
"""Reference material, where it lies beside the repository."""


def built(net: str, options: dict[str, Any]) -> NetworkSpec:
    tuples = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    network: NetworkSpec = NETS[net](**tuples).build()
    return network


@pytest.mark.parametrize(
    ("net", "options", "parameters", "macs"),
    COUNTS,
    ids=[f"{net}-{index}" for index, (net, *_) in enumerate(COUNTS)],
)
def test_counts_of_the_reference(net: str, options: dict[str, Any], parameters: int, macs: int) -> None:
    network = built(net, options)
    assert (network.parameters, network.macs) == (parameters, macs)


def test_every_count_of_the_shared_files_is_in_ours() -> None:
    if SHARED is None:
        pytest.skip("needs the shared data beside the repository")
    entries = [
        entry
        for name in ("reference_counts.json", "nst_counts.json")
        for entry in json.loads((SHARED / name).read_text(encoding="utf-8"))
        if "error" not in entry
    ]
    ours = [(parameters, macs) for *_, parameters, macs in COUNTS]
    assert ours == [(entry["params"], entry["macs"]) for entry in entries]


@pytest.mark.parametrize("net", [XiNet(gamma=1), XiNet(alpha=0.1), XiNet(levels=2), StyleNet(alpha=0.1)])
def test_a_network_without_channels_is_refused(net: XiNet | StyleNet) -> None:
    with pytest.raises(ModelError, match=r"channels|gamma"):
        net.build()


def test_an_image_that_is_too_small_is_refused() -> None:
    with pytest.raises(ModelError, match="larger input"):
        XiNet(input=(8, 8, 3), levels=7).build()
