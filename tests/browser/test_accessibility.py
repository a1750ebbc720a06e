"""Every page in both languages by axe-core (WCAG 2.2 A and AA), at 200 % zoom, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bridge.domain.people import Role
from tests.browser.office import LESSONS, Office, doubtful

Enter = Callable[..., Page]

PATHS = {
    "start of practice": "/ueben",
    "practice fax": "/ueben/fax",
    "inbox": "/eingang",
    "inbox, nothing found": "/eingang?suche=niemand",
    "paper": "/eingang/papier",
    "review": "/pruefen",
    "story": "/faxe/{fax}",
    "learned": "/gelernt",
    "settings": "/einstellungen",
    "people": "/einstellungen/personen",
    "account": "/konto",
    "log": "/protokoll",
    "not found": "/faxe/00000000-0000-7000-8000-000000000000",
}
OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong, with the places."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]


@pytest.fixture
def everybody(office: Office) -> str:
    """Hire somebody who may see every page, let faxes wait, and return the id of one."""
    person = office.hire("anna", "Anna Weber", *Role)
    document = office.receive(doubtful("patient.city", "patient.birth_date"), hours_ago=30)
    office.receive(LESSONS["6-liste"], hours_ago=2)
    office.receive(LESSONS["5-verrauscht"])
    assert person.is_active
    return office.house.store.document(document).fax_id


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_page_has_a_violation(language: str, office: Office, enter: Enter, everybody: str) -> None:
    anna = office.house.store.person_by_login("anna")
    assert anna is not None
    office.house.staff.prefer(anna, language=language, keys={})
    page = enter("anna")
    found = {}
    for name, path in PATHS.items():
        page.goto(office.url + path.format(fax=everybody))
        page.wait_for_selector("h1")
        assert page.locator("html").get_attribute("lang") == language
        if wrong := violations(page):
            found[name] = wrong
    assert found == {}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_pages_for_everybody_have_no_violation(language: str, office: Office, enter: Enter) -> None:
    page = enter()
    secret = office.house.staff.first_link()
    page.goto(f"{office.url}/sprache/{language}")
    assert violations(page) == []
    page.goto(f"{office.url}/einladung/{secret}")
    assert violations(page) == []


def test_the_overview_of_keys_and_the_menu_have_no_violation(office: Office, enter: Enter, everybody: str) -> None:
    page = enter("anna")
    page.goto(f"{office.url}/pruefen")
    page.locator("#more summary").click()
    page.locator(".sure summary").click()
    assert violations(page) == []
    page.locator("[data-action=help]").click()
    expect(page.locator("#keys")).to_be_visible()
    assert violations(page) == []


def test_at_200_percent_nothing_is_cut_off(office: Office, enter: Enter, everybody: str) -> None:
    page = enter("anna")
    page.set_viewport_size({"width": 640, "height": 400})  # 1280 by 800 at 200 %
    sideways = []
    for name, path in PATHS.items():
        page.goto(office.url + path.format(fax=everybody))
        page.wait_for_selector("h1")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            sideways.append(name)
    assert sideways == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(office: Office, enter: Enter, everybody: str) -> None:
    page = enter("anna")
    page.goto(f"{office.url}/eingang")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).boxShadow")
    assert outline != "nonenone"
    page.goto(f"{office.url}/pruefen")
    page.wait_for_selector("#sheet")
    seen = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("document.activeElement.dataset.action || document.activeElement.dataset.view || document.activeElement.tagName")
        )
    assert {"confirm", "previous", "box", "help", "SUMMARY"} <= seen


def test_a_person_who_lost_a_key_chooses_another(office: Office, enter: Enter) -> None:
    anna = office.hire("anna", "Anna Weber")
    office.house.staff.prefer(anna, language="de", keys={"unreadable": "F6"})
    document = office.receive(replace(doubtful("patient.city"), name="one doubt"))
    page = enter("anna")
    page.goto(f"{office.url}/pruefen/{document}")
    page.locator('[data-path="patient.city"] [name=text]').focus()
    page.keyboard.press("F4")
    expect(page.locator('[data-path="patient.city"] .answer')).to_have_count(0)
    page.keyboard.press("F6")
    expect(page.locator('[data-path="patient.city"] .answer')).to_have_text("unleserlich")
