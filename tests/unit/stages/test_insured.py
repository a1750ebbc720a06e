"""The insured person's field on top of medical forms: one caption, and name and address line by line below it."""

from __future__ import annotations

import pytest

from tests.unit.stages.printed import Page, find, values

DISEASE = "disease_notification"
CAPTION = "Name, Vorname des Versicherten"
LINES = ("Böhm", "Anna", "Ringweg 5", "D 30159 Hannover")
LEADING = 4.5  # mm
FIRST = 35.0  # mm: where the first line stands


def form(*lines: str, caption: str = CAPTION) -> Page:
    page = Page()
    page.write(20, 14, "Krankenkasse bzw. Kostenträger")
    page.write(20, 19, "AOK Sachsen")
    page.write(20, 30, caption)
    page.write(75, 33, "geb. am")
    page.write(75, 38, "15.03.2020")
    for i, line in enumerate(lines):
        page.write(20, FIRST + LEADING * i, line)
    page.write(20, 80, "Diagnose: Masern")
    return page


def patient(page: Page) -> dict[str, object]:
    return {path.removeprefix("patient."): value for path, value in values(page, DISEASE).items() if path.startswith("patient.")}


BOEHM = {
    "family_name": "Böhm",
    "given_name": "Anna",
    "street": "Ringweg 5",
    "postal_code": "30159",
    "city": "Hannover",
    "birth_date": "2020-03-15",
}


def test_name_given_name_street_and_town_stand_line_by_line():
    assert patient(form(*LINES)) == BOEHM


@pytest.mark.parametrize("town", ["30159 Hannover", "D 30159 Hannover", "DE 30159 Hannover", "D- 30159 Hannover"])
def test_the_country_s_letter_is_no_part_of_the_address(town):
    assert find(form(*LINES[:3], town), DISEASE)["patient.address"].text == "Ringweg 5\n30159 Hannover"


def test_the_country_s_letter_may_stand_apart():
    page = form(*LINES[:3], "D")
    page.write(28, FIRST + 3 * LEADING, "30159 Hannover")
    assert patient(page) == BOEHM


def test_another_letter_that_stands_apart_is_no_country_s():
    page = form(*LINES[:3], "X")
    page.write(28, FIRST + 3 * LEADING, "30159 Hannover")
    assert "patient.address" not in find(page, DISEASE)


def test_three_lines_hold_the_full_name_in_one():
    page = form("Böhm, Anna", *LINES[2:])
    assert find(page, DISEASE)["patient.full_name"].text == "Böhm, Anna"
    assert patient(page) == BOEHM


def test_nobody_else_gets_what_stands_there():
    assert all(path.startswith(("patient.", "disease")) for path in find(form(*LINES), DISEASE))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("Böhm", "Anna", "zuhause", "D 30159 Hannover"), id="the line above the town is no street"),
        pytest.param(("Ringweg 5", "D 30159 Hannover"), id="no name"),
        pytest.param(("Böhm", "Anna", "Eva", "Ringweg 5", "D 30159 Hannover"), id="more lines than names"),
        pytest.param(("Böhm", "Anna", "Ringweg 5"), id="no town"),
    ],
)
def test_other_lines_are_not_taken_for_it(lines):
    assert "patient.address" not in find(form(*lines), DISEASE)


def test_a_caption_that_asks_for_something_else_is_none():
    assert "patient.address" not in find(form(*LINES, caption="Familienname"), DISEASE)
