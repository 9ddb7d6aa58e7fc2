"""Pages in Chromium, with a console that must stay silent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser."""
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def opened(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """A page of 1280 by 900 pixels, or of what `options` say; at the end it must not have complained."""
    page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    page.close()
    assert complaints == []
