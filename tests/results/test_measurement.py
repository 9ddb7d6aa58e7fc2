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


def test_only_what_a_wire_spoiled_is_worth_another_try() -> None:
    again = {status for status in Status if not status.is_verdict}
    assert again == {Status.FLASH_FAILED, Status.BOOT_FAILED, Status.LINK_FAILED, Status.POWER_FAILED}
