from __future__ import annotations

import pytest

from hilbench.results import Status, reason


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


def test_all_but_what_went_well_or_was_skipped_is_a_failure() -> None:
    assert {status for status in Status if not status.is_failure} == {Status.OK, Status.SKIPPED}
