"""Several facts in one answer, each for its own field."""

from __future__ import annotations

import pytest

from bridge.stages.run_in import facts_in
from tests.unit.stages.printed import Page, catalog, judge, values

DISEASE = catalog().types["disease_notification"]
LABORATORY = catalog().types["laboratory_notification"]


def facts(path: str, text: str, kind=DISEASE) -> dict[str, str]:
    spec = next(spec for spec in kind.fields if spec.path == path)
    return {found.path: said for found, said in facts_in(spec, text, kind)}


@pytest.mark.parametrize(
    "text",
    [
        "Böhm, Anna, geb. am 08.03.1965, weiblich",
        "Böhm, Anna, *08.03.1965, weiblich",
        "Böhm, Anna, weiblich, Geb.-Dat. 08.03.1965",
        "Böhm, Anna / weiblich / geb. 08.03.1965",
        "Böhm, Anna, weiblich, geboren am 08.03.1965",
    ],
)
def test_name_birth_date_and_sex_in_any_order(text):
    assert facts("patient.full_name", text) == {
        "patient.full_name": "Böhm, Anna",
        "patient.birth_date": "08.03.1965",
        "patient.sex": "weiblich",
    }


def test_a_name_alone_is_a_name():
    assert facts("patient.full_name", "Böhm, Anna") == {"patient.full_name": "Böhm, Anna"}


def test_an_address_behind_a_name():
    assert facts("patient.full_name", "Böhm, Anna, Ringweg 5, 01067 Dresden") == {
        "patient.full_name": "Böhm, Anna",
        "patient.address": "Ringweg 5, 01067 Dresden",
    }


def test_a_number_behind_an_address():
    assert facts("patient.address", "Ringweg 5, 01067 Dresden, Tel. 0351 4516268") == {
        "patient.address": "Ringweg 5, 01067 Dresden",
        "patient.phone": "0351 4516268",
    }


def test_the_blanks_in_a_number_part_nothing():
    assert facts("patient.phone", "0351 / 451 62 68") == {"patient.phone": "0351 / 451 62 68"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ja, Elblandklinikum seit 29.10.2026", {"hospital.admitted": "ja", "hospital.admission_date": "29.10.2026", "hospital.name": "Elblandklinikum"}),
        ("nein", {"hospital.admitted": "nein"}),
        ("Elblandklinikum", {"hospital.name": "Elblandklinikum"}),
    ],
)  # fmt: skip
def test_yes_where_and_since_when(text, said):
    assert facts("hospital.name", text) == said


@pytest.mark.parametrize(
    ("text", "status", "disease"),
    [
        ("Verdacht auf Masern", "suspected", "Masern"),
        ("V. a. Masern", "suspected", "Masern"),
        ("Erkrankung an Masern", "ill", "Masern"),
        ("Masern, Todesfall", "deceased", "Masern"),
    ],
)
def test_what_a_disease_s_name_says_of_the_case(text, status, disease):
    page = Page()
    page.write(20, 20, f"Diagnose: {text}")
    found = values(page, "disease_notification")
    assert (found["case_status"], found["disease.name"]) == (status, disease)


def test_material_and_when_it_was_taken():
    assert facts("specimen.material", "Rachenabstrich vom 28.09.2026", LABORATORY) == {
        "specimen.material": "Rachenabstrich",
        "specimen.collected_on": "28.09.2026",
    }


def test_a_sender_with_physician_address_and_number():
    said = facts("submitter.organization", "Praxis am Markt, Dr. med. Anna Böhm, Ringweg 5, 01067 Dresden, Tel. 0351 4516268", LABORATORY)
    assert said == {
        "submitter.organization": "Praxis am Markt",
        "submitter.name": "Dr. med. Anna Böhm",
        "submitter.address": "Ringweg 5, 01067 Dresden",
        "submitter.phone": "0351 4516268",
    }


def test_a_person_checks_what_was_divided():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 28, "Name, Vorname: Böhm, Anna, *08.03.1965, weiblich")
    judged = judge(page, "disease_notification")
    divided = {field.path: field.confidence for field in judged.fields}
    assert set(divided) == {"patient.family_name", "patient.given_name", "patient.birth_date", "patient.sex"}
    assert max(divided.values()) < 0.5
    assert {issue.field for issue in judged.issues} >= set(divided)


@pytest.mark.parametrize(
    "answer",
    ["Böhm, Anna, Vorname Maria", "Böhm, Anna, Geschlecht inter", "Böhm, Anna, *08.03.1965", "Anna, weiblich"],
)
def test_no_name_leaves_from_an_answer_that_says_more(answer):
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 28, f"Name, Vorname: {answer}")
    judged = judge(page, "disease_notification")
    assert all(field.confidence < 0.5 for field in judged.fields if field.path.endswith("_name"))
    assert {"patient.family_name", "patient.given_name"} <= {issue.field for issue in judged.issues}


def test_an_initial_is_no_sex():
    assert facts("patient.full_name", "Böhm, M.") == {"patient.full_name": "Böhm, M."}
    assert facts("patient.full_name", "Böhm, M") == {"patient.full_name": "Böhm, M"}
