"""A clerk's day at the desk, driven by keyboard and mouse in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.office import LESSONS, Office, Typist, answer_all, clear, doubtful, is_framed, open_office, visit, wait_for_frame
from tests.conftest import wait_until

PASTE = """(cell, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""

Enter = Callable[..., Page]


def begin(page: Page, office: Office) -> Typist:
    """Open the most urgent document."""
    page.goto(f"{office.url}/pruefen")
    expect(page.locator("#sheet[data-ready]")).to_be_visible()  # a key confirms no fax that nobody can have seen
    return Typist(page)


def test_what_is_still_asked_keeps_the_document_here(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(doubtful("patient.birth_date"))
    page = begin(enter("anna"), office).page
    expect(page.locator("#sheet[data-ready]")).to_be_visible()
    page.locator("[data-action=confirm]").click()
    expect(page.locator("#sheet .kern-alert")).to_contain_text("Noch offen: Geburtsdatum")
    assert not office.is_released(document)


def test_a_correction_that_was_not_taken_is_not_passed_over(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(clear())
    page = begin(enter("anna"), office).page
    expect(page.locator("#sheet[data-ready]")).to_be_visible()
    page.locator(f"{line(page, 'patient.city')} [name=text]").fill("Anderswo")
    page.locator("[data-action=confirm]").click()
    expect(page.locator("#notice")).to_contain_text("noch nicht übernommen")
    expect(page.locator(f"{line(page, 'patient.city')} [name=text]")).to_be_focused()
    assert not office.is_released(document)


def test_a_button_pressed_while_the_connection_is_lost_still_says_what_it_said(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    office.receive(doubtful("patient.city"))
    page = begin(enter("anna"), office).page
    page.context.set_offline(True)
    page.locator(line(page, "patient.city")).get_by_role("button", name="Unleserlich").click()
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(f"{line(page, 'patient.city')} .answer")).to_have_text("unleserlich")


def test_a_changed_name_brings_its_code_along(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(doubtful("disease.name", "disease.code"))
    page = begin(enter("anna"), office).page
    name = page.locator(f"{line(page, 'disease.name')} [name=text]")
    name.fill("Masern")
    name.press("Enter")
    expect(page.locator(f"{line(page, 'disease.code')} [name=text]")).to_have_value("msvd")
    expect(page.locator("#open")).to_contain_text("Nichts mehr offen")
    page.locator("[data-action=confirm]").click()
    wait_until(lambda: office.is_released(document), "the release")
    assert office.released(document)["data"]["disease"] == {"code": "msvd", "name": "Masern"}


def line(page: Page, path: str) -> str:
    return f'[data-path="{path}"]'


def test_thirty_clear_faxes_take_one_key_each(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    documents = [office.receive(clear(), hours_ago=30 - number) for number in range(30)]
    typist = begin(enter("anna"), office)
    for document in documents:
        expect(typist.page.locator(f"#sheet[data-here$='{document}']")).to_be_visible()
        expect(typist.page.locator("[data-action=confirm]")).to_be_focused()
        expect(typist.page.locator("#sheet[data-ready]")).to_be_visible()
        typist.press("Enter")
    typist.page.wait_for_url("**/eingang?fertig=1")
    assert typist.keys == 30
    assert all(office.released(document)["review"]["outcome"] == "confirmed" for document in documents)


def test_one_doubt_takes_two_keys_where_it_was_read_rightly(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(doubtful("patient.city"))
    typist = begin(enter("anna"), office)
    expect(typist.page.locator(f"{line(typist.page, 'patient.city')} [name=text]")).to_be_focused()
    wait_until(lambda: is_framed(typist.page), "the frame around the value")
    typist.press("Enter", "Enter")
    wait_until(lambda: office.is_released(document), "the release")
    assert typist.keys == 2


def test_five_doubts_take_as_many_keys_as_there_are_and_one(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    paths = ("patient.family_name", "patient.city", "patient.street", "notification_date", "notifier.name")
    document = office.receive(doubtful(*paths))
    typist = begin(enter("anna"), office)
    for place in range(5):
        expect(typist.page.locator("#open")).to_contain_text(f"{5 - place} offen")
        if typist.page.evaluate("document.activeElement.closest('form').dataset.path") == "patient.city":
            typist.type("Neustadt")  # over what is there: it is selected
        typist.press("Enter")
    expect(typist.page.locator("[data-action=confirm]")).to_be_focused()
    typist.press("Enter")
    wait_until(lambda: office.is_released(document), "the release")
    assert typist.keys == 6
    record = office.released(document)
    assert record["data"]["patient"]["city"] == "Neustadt"
    assert record["evidence"]["patient.city"]["origin"] == "corrected"
    assert record["review"]["outcome"] == "corrected"


def test_arrow_down_puts_in_the_other_reading(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(LESSONS["2-umlaute"])
    typist = begin(enter("anna"), office)
    field = typist.page.locator(f"{line(typist.page, 'notifier.name')} [name=text]")
    field.focus()
    before = field.input_value()
    typist.press("ArrowDown")
    assert field.input_value() != before
    assert field.input_value() in json.loads(field.get_attribute("data-choices") or "[]")
    chosen = field.input_value()
    typist.press("Enter")
    expect(typist.page.locator(f"{line(typist.page, 'notifier.name')} .answer")).to_be_visible()
    answer_all(typist, "F4")
    typist.page.locator("[data-action=confirm]").focus()
    typist.press("Enter")
    wait_until(lambda: office.is_released(document), "the release")
    assert office.released(document)["data"]["notifier"]["name"] == chosen


def test_what_is_not_on_the_fax_or_unreadable_is_an_answer_and_said_in_the_record(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(doubtful("patient.street", "patient.birth_date"))
    typist = begin(enter("anna"), office)
    page = typist.page
    page.locator(f"{line(page, 'patient.birth_date')} [name=text]").focus()
    typist.press("F4")
    expect(page.locator(f"{line(page, 'patient.birth_date')} .answer")).to_have_text("unleserlich")
    page.locator(f"{line(page, 'patient.street')} [name=text]").focus()
    typist.press("F2")
    expect(page.locator(f"{line(page, 'patient.street')} .answer")).to_have_text("steht nicht auf dem Fax")
    page.locator("[data-action=confirm]").click()
    wait_until(lambda: office.is_released(document), "the release")
    record = office.released(document)
    assert "birth_date" not in record["data"]["patient"]
    assert "street" not in record["data"]["patient"]
    assert record["completeness"] == "partial"
    assert [(issue["field"], issue["code"]) for issue in record["issues"]] == [("patient.birth_date", "unreadable")]


def test_a_value_that_does_not_fit_is_refused_where_it_was_typed(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(doubtful("patient.birth_date"))
    typist = begin(enter("anna"), office)
    typist.type("31.02.1990")
    typist.press("Enter")
    expect(typist.page.locator(f"{line(typist.page, 'patient.birth_date')} .line__problem")).to_contain_text("Diesen Tag gibt es nicht")
    expect(typist.page.locator(f"{line(typist.page, 'patient.birth_date')} [name=text]")).to_be_focused()
    expect(typist.page.locator(f"{line(typist.page, 'patient.birth_date')} [name=text]")).to_have_value("31.02.1990")
    typist.page.locator("[data-action=confirm]").click()
    expect(typist.page.locator("#notice")).to_contain_text("noch nicht übernommen")
    assert not office.is_released(document)


def test_every_step_can_be_taken_back(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    office.receive(doubtful("patient.city"))
    typist = begin(enter("anna"), office)
    page = typist.page
    read = page.locator(f"{line(page, 'patient.city')} [name=text]").input_value()
    typist.type("Anderswo")
    typist.press("Enter")
    expect(page.locator(f"{line(page, 'patient.city')} .answer")).to_be_visible()
    typist.press("F8")
    expect(page.locator(f"{line(page, 'patient.city')} [name=text]")).to_have_value(read)
    expect(page.locator("#open")).to_contain_text("1 offen")
    expect(page.locator("[data-action=undo]")).to_be_disabled()


def test_a_word_that_is_clicked_fills_the_field(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(doubtful("patient.city"))
    page = begin(enter("anna"), office).page
    wait_for_frame(page)
    box = page.locator(".frame").bounding_box()
    assert box is not None
    read = page.locator(f"{line(page, 'patient.city')} [name=text]").input_value()
    page.locator(f"{line(page, 'patient.city')} [name=text]").fill("")
    page.mouse.click(box["x"] + 0.85 * box["width"], box["y"] + box["height"] / 2)
    expect(page.locator(f"{line(page, 'patient.city')} [name=text]")).to_have_value(read)
    page.keyboard.press("Enter")
    expect(page.locator("[data-action=confirm]")).to_be_focused()
    page.keyboard.press("Enter")
    wait_until(lambda: office.is_released(document), "the release")
    assert office.released(document)["data"]["patient"]["city"] == read


def test_a_box_that_is_drawn_gives_its_words_and_its_place(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    office.receive(doubtful("patient.city"))
    page = begin(enter("anna"), office).page
    wait_for_frame(page)
    box = page.locator(".frame").bounding_box()
    assert box is not None
    page.locator("[data-view=box]").click()
    page.mouse.move(box["x"] - 4, box["y"] - 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 4, box["y"] + box["height"] + 4, steps=5)
    page.mouse.up()
    sent = page.locator(f"{line(page, 'patient.city')} [name=box]")
    wait_until(lambda: sent.input_value().count(",") == 3, "the place of what was drawn")


def test_a_table_is_corrected_pasted_into_and_its_rows_come_and_go(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    office.receive(LESSONS["6-liste"])
    page = begin(enter("anna"), office).page
    rows = page.locator(".grid tbody tr:not(.grid__strip)")
    count = rows.count()
    assert count > 10
    expect(page.locator("canvas.strip").first).to_be_visible()
    cell = page.locator('.cell[data-path="rows.0.family_name"] [name=text]')
    first = cell.input_value()
    cell.fill("Übermut")
    cell.press("Enter")
    expect(page.locator('.cell--typed[data-path="rows.0.family_name"]')).to_be_visible()
    page.locator('button[value="insert"]').first.click()
    expect(rows).to_have_count(count + 1)
    expect(page.locator('.cell[data-path="rows.1.family_name"] [name=text]')).to_have_value("Übermut")
    page.locator('.cell[data-path="rows.0.family_name"] [name=text]').evaluate(PASTE, "Neu\tErna")
    expect(page.locator('.cell[data-path="rows.0.family_name"] [name=text]')).to_have_value("Neu")
    expect(page.locator('.cell[data-path="rows.0.given_name"] [name=text]')).to_have_value("Erna")
    page.keyboard.press("F8")
    expect(page.locator('.cell[data-path="rows.0.family_name"] [name=text]')).to_have_value("")
    page.keyboard.press("F8")
    expect(rows).to_have_count(count)
    page.keyboard.press("F8")
    expect(page.locator('.cell[data-path="rows.0.family_name"] [name=text]')).to_have_value(first)


def test_another_type_asks_for_what_that_type_requires(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    office.receive(clear())
    page = begin(enter("anna"), office).page
    page.locator("#more summary").click()
    page.select_option("#new-type", "laboratory_notification")
    page.get_by_role("button", name="Art ändern").click()
    expect(page.locator("#sheet h1")).to_contain_text("Labor")
    expect(page.locator("#ask-missing")).to_be_visible()
    page.keyboard.press("F8")
    expect(page.locator("#open")).to_contain_text("Nichts mehr offen")


def test_a_wrong_split_is_put_right_and_the_fax_is_read_again(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(LESSONS["6-liste"])
    page = begin(enter("anna"), office).page
    page.locator("#more summary").click()
    page.select_option("#part-2", "2")
    page.get_by_role("button", name="So ordnen und neu lesen").click()
    page.wait_for_url("**/faxe/**")
    stored = office.house.store.document(document)
    assert stored.state == "replaced"
    arrangement = office.house.store.arrangement(stored.fax_id)
    assert arrangement is not None
    assert [pages for pages, _ in arrangement.parts] == [(1,), (2,)]


def test_two_people_never_hold_one_fax(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    office.hire("ben", "Ben Schulz")
    first, second = office.receive(clear(), hours_ago=2), office.receive(clear(), hours_ago=1)
    anna, ben = enter("anna"), enter("ben")
    begin(anna, office)
    begin(ben, office)
    expect(anna.locator(f"#sheet[data-here$='{first}']")).to_be_visible()
    expect(ben.locator(f"#sheet[data-here$='{second}']")).to_be_visible()
    ben.goto(f"{office.url}/pruefen/{first}")
    expect(ben.locator("#main")).to_contain_text("Anna Weber hat dieses Fax gerade geöffnet")
    ben.goto(f"{office.url}/eingang")
    expect(ben.locator(".inbox tbody tr").first).to_contain_text("Anna Weber")


def test_what_is_typed_survives_a_lost_connection_and_is_sent_afterwards(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(doubtful("patient.city"))
    page = begin(enter("anna"), office).page
    page.context.set_offline(True)
    page.keyboard.type("Wiederda")
    page.keyboard.press("Enter")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator(f"{line(page, 'patient.city')} [name=text]")).to_have_value("Wiederda")
    page.context.set_offline(False)
    expect(page.locator(f"{line(page, 'patient.city')} .answer")).to_be_visible()
    expect(page.locator("#offline")).to_be_hidden()
    page.locator("[data-action=confirm]").click()
    wait_until(lambda: office.is_released(document), "the release")
    assert office.released(document)["data"]["patient"]["city"] == "Wiederda"


def test_what_was_typed_and_not_sent_is_there_after_a_reload(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    office.receive(doubtful("patient.city"))
    page = begin(enter("anna"), office).page
    page.keyboard.type("Halbfertig")
    page.reload()
    expect(page.locator(f"{line(page, 'patient.city')} [name=text]")).to_have_value("Halbfertig")


def test_postponing_and_handing_over_take_it_out_of_ones_way(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    ben = office.hire("ben", "Ben Schulz")
    first, second = office.receive(clear(), hours_ago=3), office.receive(clear(), hours_ago=2)
    page = begin(enter("anna"), office).page
    page.locator("#more summary").click()
    page.get_by_role("button", name="Zurückstellen").click()
    expect(page.locator(f"#sheet[data-here$='{second}']")).to_be_visible()
    page.locator("#more summary").click()
    page.select_option("#to", ben.id)
    page.fill("#hand-note", "Bitte in der Praxis nachfragen.")
    page.get_by_role("button", name="Weitergeben").click()
    page.wait_for_url("**/eingang?fertig=1")
    expect(page.locator(".inbox tbody tr")).to_have_count(1)
    expect(page.locator(".inbox")).to_contain_text("für Ben Schulz")
    other = enter("ben")
    other.goto(f"{office.url}/eingang?fuer_mich=1")
    expect(other.locator(".inbox")).to_contain_text("Bitte in der Praxis nachfragen.")
    assert {first, second} == {task.document_id for task in office.house.store.open_reviews(10)}


def test_a_rejected_document_does_not_leave(office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    document = office.receive(clear())
    page = begin(enter("anna"), office).page
    page.locator("#more summary").click()
    page.fill("#reason", "Doppelt gesendet.")
    page.get_by_role("button", name="Ablehnen").click()
    page.wait_for_url("**/eingang?fertig=1")
    stored = office.house.store.document(document)
    assert (stored.state, stored.reason) == ("rejected", "Doppelt gesendet.")


@pytest.mark.parametrize("key", ["F2", "F4", "F8"])
def test_keys_do_nothing_where_there_is_nothing_to_do(key: str, office: Office, enter: Enter) -> None:
    office.hire("anna", "Anna Weber")
    office.receive(clear())
    page = begin(enter("anna"), office).page
    page.keyboard.press(key)
    expect(page.locator("#open")).to_contain_text("Nichts mehr offen")


def test_a_critical_field_is_entered_twice_and_the_first_entry_is_hidden(browser: Browser, tmp_path: Path) -> None:
    with open_office(tmp_path / "data", {"BRIDGE_WORKPLACE__DOUBLE_ENTRY": '["patient.birth_date"]'}) as office:
        office.hire("anna", "Anna Weber")
        document = office.receive(doubtful("patient.birth_date"))
        page = visit(browser, office, "anna")
        typist = begin(page, office)
        typist.type("17.07.2005")
        typist.press("Enter")
        expect(page.locator(f"{line(page, 'patient.birth_date')} [name=text]")).to_have_attribute("type", "password")
        second = page.locator("#double input")
        second.fill("16.07.2005")
        expect(page.locator("#sheet[data-ready]")).to_be_visible()
        page.locator("[data-action=confirm]").click()
        expect(page.locator("#sheet .kern-alert")).to_contain_text("Geburtsdatum")
        assert not office.is_released(document)
        second.fill("17.07.2005")
        page.locator("[data-action=confirm]").click()
        wait_until(lambda: office.is_released(document), "the release")
        assert office.released(document)["data"]["patient"]["birth_date"] == "2005-07-17"
        page.context.close()
