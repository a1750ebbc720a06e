"""A patient named with a birth date, where no label asks for either."""

from __future__ import annotations

import pytest

from bridge.stages.people import NAMED_WITHOUT_LABEL
from tests.unit.stages.printed import Page, find, values

DISEASE = "disease_notification"


def note(*lines: str) -> Page:
    page = Page()
    page.write(20, 20, "Meldung gemäß § 6 IfSG")
    for i, line in enumerate(lines):
        page.write(20, 60 + 5 * i, line)
    return page


@pytest.mark.parametrize(
    "line",
    ["Wir sahen Böhm, Anna, geb. am 08.03.1965, weiblich", "es geht um Frau Böhm, Anna (weiblich), geboren am 08.03.1965", "Böhm, Anna, *08.03.1965, weiblich"],
)  # fmt: skip
def test_the_birth_date_tells_whose_name_it_is(line):
    found = values(note(line), DISEASE)
    assert (found["patient.family_name"], found["patient.given_name"]) == ("Böhm", "Anna")
    assert found["patient.birth_date"] == "1965-03-08"


def test_it_is_doubted():
    assert find(note("Böhm, Anna, geb. am 08.03.1965"), DISEASE)["patient.full_name"].doubt == NAMED_WITHOUT_LABEL


def test_the_address_below_goes_along():
    found = values(note("Böhm, Anna, geb. am 08.03.1965", "Ringweg 5, 01067 Dresden"), DISEASE)
    assert (found["patient.street"], found["patient.postal_code"]) == ("Ringweg 5", "01067")


def test_of_two_people_neither_is_offered():
    assert "patient.full_name" not in find(note("Böhm, Anna, geb. am 08.03.1965", "Graf, Uwe, geb. am 01.02.1970"), DISEASE)


def test_a_physician_is_no_patient():
    assert "patient.full_name" not in find(note("Dr. med. Anna Böhm, geb. am 08.03.1965"), DISEASE)


def test_a_label_goes_first():
    page = note("Böhm, Anna, geb. am 08.03.1965")
    page.write(20, 120, "Patient: Graf, Uwe")
    assert values(page, DISEASE)["patient.family_name"] == "Graf"
