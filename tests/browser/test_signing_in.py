"""The first link, passwords, sessions, and what each role sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bridge.domain.lifecycle import DeliveryState
from bridge.domain.people import Role
from tests.browser.office import PASSWORD, Office, Typist, answer_all, clear

Enter = Callable[..., Page]


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.fill("#login", login)
    page.fill("#password", password)
    page.keyboard.press("Enter")


def test_the_first_link_opens_the_first_account_once(office: Office, enter: Enter) -> None:
    secret = office.house.staff.first_link()
    page = enter()
    page.goto(f"{office.url}/einladung/{secret}")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/anmelden")
    sign_in(page, "admin")
    expect(page.locator(".top__person")).to_contain_text("Verwaltung")
    assert office.house.staff.first_link() is None
    page.goto(f"{office.url}/einladung/{secret}")
    expect(page.locator("main [role=alert]")).to_contain_text("abgelaufen oder wurde schon benutzt")


def test_a_new_clerk_sees_practice_first_and_later_the_inbox(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    page = enter("anna")
    expect(page.locator("h1")).to_have_text("Üben")
    page.get_by_role("link", name="Mit dem ersten Übungsfax beginnen").click()
    expect(page.locator(".practice")).to_contain_text("verlässt nichts das Haus")
    document = office.receive(clear())
    page.goto(f"{office.url}/pruefen/{document}")
    expect(page.locator("#sheet")).to_be_visible()
    page.goto(f"{office.url}/")
    expect(page.locator("h1")).to_have_text("Eingang")


def test_practice_answers_kindly_and_nothing_of_it_leaves(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    page = enter("anna")
    page.goto(f"{office.url}/ueben/fax")
    answer_all(Typist(page), "F2")
    expect(page.locator("#open")).to_contain_text("Nichts mehr offen")
    expect(page.locator("#sheet[data-ready]")).to_be_visible()
    page.locator("[data-action=confirm]").click()
    expect(page.locator(".remark")).to_be_visible()
    page.goto(f"{office.url}/ueben")
    expect(page.locator(".results li")).to_have_count(1)
    assert office.house.store.waiting().documents == 0
    assert list(office.house.store.deliveries_in(DeliveryState.PENDING, 10)) == []


@pytest.mark.parametrize(("login", "password"), [("anna", "falsch falsch falsch"), ("niemand", PASSWORD)])
def test_wrong_name_and_wrong_password_are_answered_alike(login: str, password: str, office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    page = enter()
    page.goto(f"{office.url}/anmelden")
    sign_in(page, login, password)
    expect(page.locator("main [role=alert]")).to_have_text("Anmeldename oder Kennwort stimmen nicht. Bitte noch einmal versuchen.")


def test_guessing_is_slowed_down(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    page = enter()
    page.goto(f"{office.url}/anmelden")
    for number in range(5):
        sign_in(page, "anna", f"geraten geraten {number}")
        page.wait_for_selector("main [role=alert]")
    sign_in(page, "anna")
    expect(page.locator("main [role=alert]")).to_contain_text("Zu viele Fehlversuche")


def test_after_signing_out_no_page_opens(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    page = enter("anna")
    page.get_by_role("button", name="Abmelden").click()
    page.goto(f"{office.url}/eingang")
    expect(page.locator("h1")).to_have_text("Anmelden")
    assert "weiter=" in page.url


def test_who_was_signed_out_in_mid_edit_loses_nothing(office: Office, enter: Enter) -> None:
    anna = office.hire("anna", "Anna Weber")
    document = office.receive(clear())
    page = enter("anna")
    page.goto(f"{office.url}/pruefen/{document}")
    office.house.store.end_sessions(person_id=anna.id)
    page.locator(".sure [name=text]").first.fill("Noch da")
    page.keyboard.press("Enter")
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator(".sure [name=text]").first).to_have_value("Noch da")


@pytest.mark.parametrize(
    ("role", "sees", "lacks"),
    [
        (Role.CLERK, "Eingang", "Protokoll"),
        (Role.OPERATIONS, "Einstellungen", "Eingang"),
        (Role.AUDITOR, "Protokoll", "Üben"),
    ],
)
def test_each_role_sees_its_own_pages(role: Role, sees: str, lacks: str, office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber", role)
    page = enter("anna")
    expect(page.locator(".top__nav")).to_contain_text(sees)
    expect(page.locator(".top__nav")).not_to_contain_text(lacks)


def test_faxes_of_other_mailboxes_do_not_exist(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber", Role.CLERK, mailboxes=())
    document = office.receive(clear())
    fax = office.house.store.document(document).fax_id
    page = enter("anna")
    for path in (f"pruefen/{document}", f"faxe/{fax}", f"pruefen/bild/{fax}/1.png"):
        answer = page.goto(f"{office.url}/{path}")
        assert answer is not None
        assert answer.status == 404, path


def test_what_another_site_sends_changes_nothing(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(clear())
    page = enter("anna")
    forged = page.request.post(f"{office.url}/pruefen/{document}/bestaetigen", form={"revision": "0"})
    assert forged.status == 403
    assert not office.is_released(document)


def test_the_session_cookie_is_out_of_reach_of_scripts(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    page = enter("anna")
    assert page.evaluate("document.cookie") == ""
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in page.context.cookies())
