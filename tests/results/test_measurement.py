from __future__ import annotations

import pytest

from hilbench.results import reason


@pytest.mark.parametrize(
    ("cause", "label", "expected"),
    [
        ("add 16x16x16 needs 6.2 KiB of RAM", "add 16x16x16", "Needs 6.2 KiB of RAM"),
        ("silence on the line", "add 16x16x16", "silence on the line"),
        ("silence on the line", "", "silence on the line"),
    ],
)
def test_a_reason_does_not_name_its_case_twice(cause: str, label: str, expected: str) -> None:
    assert reason(cause, label) == expected
