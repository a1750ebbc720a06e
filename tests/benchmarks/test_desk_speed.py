"""How many keys and seconds a fax takes at the desk, and how soon the next one is shown after confirming, in a real browser."""

from __future__ import annotations

import shutil
import statistics
import time
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.office import Office, Typist, clear, doubtful, open_office, visit
from tests.conftest import wait_until

pytestmark = pytest.mark.bench
FAXES = 30
SHOWN = 0.300  # seconds from confirming until the next fax is there, with its picture
FIVE = ("patient.family_name", "patient.city", "patient.street", "notification_date", "notifier.name")


def shown(page: Page, document: str) -> bool:
    """Tell whether the document's fields and the picture of its fax are there."""
    return bool(
        page.evaluate(
            "(id) => { const sheet = document.getElementById('sheet'); return sheet?.dataset.here.endsWith(id)"
            " && document.getElementById('viewer').dataset.shown?.startsWith(sheet.dataset.pictures); }",
            document,
        )
    )


def confirm_all(page: Page, office: Office, documents: list[str], answers: int) -> tuple[float, list[float]]:
    """Work through the documents by the Enter key; return keys a fax, and the seconds until each next one was shown."""
    page.goto(f"{office.url}/pruefen/{documents[0]}")
    wait_until(lambda: shown(page, documents[0]), "the first fax")
    typist, seconds = Typist(page), []
    for document, following in pairwise(documents):
        for _ in range(answers):
            typist.press("Enter")
        page.wait_for_selector("#sheet[data-ready]")  # a key confirms no fax that nobody can have seen
        page.wait_for_function("document.activeElement.dataset.action === 'confirm'")
        began = time.perf_counter()
        typist.press("Enter")
        wait_until(lambda following=following: shown(page, following), f"the fax after {document}")
        seconds.append(time.perf_counter() - began)
    return typist.keys / (len(documents) - 1), seconds


def test_keys_and_seconds_of_a_fax(tmp_path: Path) -> None:
    with sync_playwright() as playwright, open_office(tmp_path / "data") as office:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        office.hire("anna", "Anna Weber")
        page = visit(chromium, office, "anna")
        found = {}
        for name, lesson, answers in (
            ("clear", clear(), 0),
            ("one doubt", doubtful("patient.city"), 1),
            ("five doubts", doubtful(*FIVE), 5),
        ):
            documents = [office.receive(lesson, hours_ago=FAXES - number) for number in range(FAXES)]
            keys, seconds = confirm_all(page, office, documents, answers)
            found[name] = seconds
            median, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
            print(f"{name}: {keys:.1f} keys a fax; next fax shown after {1000 * median:.0f} ms (median), {1000 * p95:.0f} ms (p95)")
            page.goto(f"{office.url}/eingang")
            office.house.review.reject(documents[-1], "Gemessen.")  # the next round begins with its own faxes
        chromium.close()
    assert statistics.median(found["clear"]) < SHOWN
