"""A share of current fitted to what networks draw on one part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.network_shares import SHARES, held_out, main, spreads
from benchmarks.published_power import Compared, Row, compare, load_description

DESCRIPTION = load_description()
PART = next(part for part in DESCRIPTION.parts if part.core == "cortex-m7")
FLOWS = DESCRIPTION.flows[PART.core]
PACES = np.array([flow / PART.typical for flow in FLOWS.values()] * 2)


def submitted(share: float, *levels: float) -> Compared:
    """Submissions of all networks, each on its own level, that follow the model with this share."""
    asleep, typical = PART.asleep(3.0), PART.predict(3.0, PART.typical)
    rows = [
        Row(f"v{number}", "somebody", "NUCLEO-H7A3ZI-Q", network, 3.0, level * watts, 0.07)
        for number, level in enumerate(levels)
        for network, flow in FLOWS.items()
        for watts in [asleep + (1 + share * (flow / PART.typical - 1)) * (typical - asleep)]
    ]
    return compare(PART, FLOWS, rows)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_share_is_found_whatever_each_board_draws_beside(share: float) -> None:
    compared = submitted(share, 0.8, 1.3)
    errors = spreads(compared, PACES)
    assert errors.shape == (len(SHARES), len(compared.rows))
    shares, error = held_out(errors, compared.submissions)
    assert shares == pytest.approx(share)
    assert error == pytest.approx(0, abs=1e-9)


def test_parts_that_one_submission_is_of_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    lines = [f"v1.0,somebody,NUCLEO-U575ZI-Q,{network},1800,26,18" for network in FLOWS]
    twice = [f"v{n},somebody,NUCLEO-H7A3ZI-Q,{network},3000,150,90" for network in FLOWS for n in (0, 1)]
    path.write_text("\n".join(("ver,org,system,bench,mV,mW,gap_mW", *lines, *twice)))
    main([str(path)])
    printed = capsys.readouterr().out
    assert "H7A3" in printed
    assert "U575" not in printed


def test_a_table_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path / "rows.csv")])
    assert "Cannot read" in capsys.readouterr().err
