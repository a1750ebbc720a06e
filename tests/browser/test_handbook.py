"""The handbook's pictures: taken from the pages as they are. HANDBOOK=write takes them anew; otherwise each only has to be there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from bridge.domain.desk import WaitingFilter
from bridge.domain.people import Role
from tests.browser.office import LESSONS, Office, doubtful, wait_for_frame
from tests.conftest import REPOSITORY

Enter = Callable[..., Page]
FOLDER = REPOSITORY / "docs" / "bilder"
COLOURS = 64  # enough for pages of text, and a third of the bytes


def keep(page: Page, name: str, folder: Path) -> None:
    """Take a picture; into the handbook where that is wanted."""
    taken = folder / f"{name}.png"
    page.screenshot(path=taken)
    if os.environ.get("HANDBOOK") == "write":
        FOLDER.mkdir(exist_ok=True)
        Image.open(taken).convert("RGB").quantize(COLOURS).save(FOLDER / taken.name, optimize=True)
    with Image.open(FOLDER / taken.name) as kept, Image.open(taken) as now:
        assert kept.size == now.size, f"{name} looks otherwise now: HANDBOOK=write ./run test tests/browser/test_handbook.py"


@pytest.fixture
def at_work(office: Office) -> Office:
    """An office with people and faxes of all kinds."""
    office.hire("anna", "Anna Weber", Role.LEAD, Role.AUDITOR)
    office.hire("ben", "Ben Schulz")
    office.receive(doubtful("patient.city", "patient.birth_date"), hours_ago=26)
    office.receive(LESSONS["2-umlaute"], hours_ago=22)
    office.receive(LESSONS["6-liste"], hours_ago=5)
    office.receive(LESSONS["5-verrauscht"], hours_ago=3)
    office.receive(LESSONS["3-labor"], hours_ago=1)
    return office


def test_pictures_of_every_page_that_the_handbook_shows(at_work: Office, enter: Enter, tmp_path: Path) -> None:
    page = enter("anna")
    url = at_work.url
    page.goto(f"{url}/ueben")
    keep(page, "ueben", tmp_path)
    page.goto(f"{url}/pruefen")
    expect(page.locator("#sheet")).to_be_visible()
    wait_for_frame(page)
    keep(page, "pruefen", tmp_path)
    fax = page.locator("#sheet").get_attribute("data-pictures").rpartition("/")[2]
    [listed] = [
        line.task
        for line in at_work.house.desk.waiting(at_work.house.store.person_by_login("anna"), WaitingFilter())[0]
        if line.type == "case_list"
    ]
    page.goto(f"{url}/pruefen/{listed.document_id}")
    expect(page.locator("canvas.strip").first).to_be_visible()
    wait_for_frame(page)
    keep(page, "liste", tmp_path)
    for name, path in {
        "eingang": "eingang",
        "fax": f"faxe/{fax}",
        "gelernt": "gelernt",
        "einstellungen": "einstellungen",
        "konto": "konto",
        "protokoll": "protokoll",
        "papier": "eingang/papier",
    }.items():
        page.goto(f"{url}/{path}")
        page.wait_for_selector("h1")
        keep(page, name, tmp_path)
    page.goto(f"{url}/eingang")
    page.locator("[data-action=help]").click()
    keep(page, "tasten", tmp_path)


def test_the_handbook_shows_each_of_them() -> None:
    handbook = (REPOSITORY / "docs" / "handbuch.md").read_text("utf-8")
    shown = set(re.findall(r"\]\(bilder/(\w+)\.png\)", handbook))
    assert shown
    assert shown <= {path.stem for path in FOLDER.glob("*.png")}
