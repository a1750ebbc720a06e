"""Chromium, an office, and what a browser says of our pages when something in them is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.office import Office, open_office, visit


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for one module: while Playwright is at work, no other event loop can run in this process."""
    path = shutil.which("chromium")
    assert path is not None, "chromium is missing: ./run setup --dev"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office in which nobody works yet."""
    with open_office(tmp_path / "data") as office:
        yield office


@pytest.fixture
def enter(browser: Browser, office: Office) -> Iterator[Callable[..., Page]]:
    """Open the office's pages as somebody; a script that fails, or a style that the page's policy refuses, fails the test."""
    pages: list[Page] = []
    troubles: list[str] = []

    def open_as(login: str | None = None, **options: object) -> Page:
        page = visit(browser, office, login, **options)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None)
        pages.append(page)
        return page

    yield open_as
    for page in pages:
        page.context.close()
    assert troubles == []
