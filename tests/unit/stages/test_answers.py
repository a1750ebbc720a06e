"""Answers to choose from: what is denied or said twice is never taken for the answer."""

from __future__ import annotations

import pytest

from bridge.domain.evidence import Agreement
from bridge.domain.forms import FieldSpec
from bridge.stages.agreement import Version, agree
from bridge.stages.answers import SEVERAL, misread_choice, parse_choice
from tests.unit.stages.printed import catalog


def answer(kind: str, path: str, text: str):
    spec = next(spec for spec in catalog().types[kind].fields if spec.path == path)
    parsed = parse_choice(spec, text)
    return None if parsed is None else (parsed.value, parsed.problem)


@pytest.mark.parametrize(
    "text",
    [
        "Erreger nicht nachgewiesen",
        "kein Erreger nachgewiesen",
        "kein Nachweis erbracht",
        "Nachweis nicht erbracht",
        "DNA nicht nachgewiesen",
    ],
)
def test_a_denied_finding_is_negative(text):
    assert answer("laboratory_notification", "result", text) == ("negative", None)


@pytest.mark.parametrize(
    ("kind", "path", "text"),
    [
        ("laboratory_notification", "result", "Erreger bisher nicht nachgewiesen"),
        ("disease_notification", "vaccination.status", "nicht vollständig geimpft"),
        ("disease_notification", "vaccination.status", "unvollständig geimpft"),
        ("disease_notification", "case_status", "nicht gesicherte Erkrankung"),
        ("disease_notification", "case_status", "unbestätigte Erkrankung"),
    ],
)
def test_a_word_of_denial_is_no_misread_letter(kind, path, text):
    assert answer(kind, path, text) is None


@pytest.mark.parametrize(("text", "value"), [("Erreger nachgewicsen", "positive"), ("nicht nachgewlesen", "negative")])
def test_a_letter_misread_is(text, value):
    assert answer("laboratory_notification", "result", text) == (value, None)


@pytest.mark.parametrize(("text", "value"), [("geimpft", "vaccinated"), ("ungeimpft", "unvaccinated"), ("Geimpft.", "vaccinated")])
def test_what_is_printed_just_so_is_that_answer_however_like_another(text, value):
    assert answer("disease_notification", "vaccination.status", text) == (value, None)


@pytest.mark.parametrize(
    ("kind", "path", "text", "value"),
    [
        ("laboratory_notification", "result", "positiv, negativ", "positive"),
        ("disease_notification", "vaccination.status", "geimpft: nein", "vaccinated"),
        ("disease_notification", "case_status", "Verdacht: nein", "suspected"),
        ("disease_notification", "hospital.admitted", "ja (nicht bekannt)", True),
    ],
)
def test_an_answer_that_the_rest_denies_is_doubtful(kind, path, text, value):
    assert answer(kind, path, text) == (value, SEVERAL)


@pytest.mark.parametrize("text", ["ja, vollständig geimpft", "ja (geimpft)", "geimpft, zuletzt 2020"])
def test_one_that_the_rest_repeats_or_goes_on_from_is_not(text):
    assert answer("disease_notification", "vaccination.status", text) == ("vaccinated", None)


def sex() -> FieldSpec:
    return next(spec for spec in catalog().types["case_list"].columns if spec.path == "sex")


@pytest.mark.parametrize(("text", "meant"), [("werbl", "female"), ("webl.", "female"), ("mannt", "male")])
def test_an_answer_but_for_one_letter_is_proposed_and_doubtful(text, meant):
    assert parse_choice(sex(), text) is None
    parsed = misread_choice(sex(), text)
    assert (parsed.value, parsed.problem is None) == (meant, False)


@pytest.mark.parametrize("text", ["x", "n", "wedt", "Magdalena", ""])
def test_what_is_further_from_every_answer_is_none(text):
    assert misread_choice(sex(), text) is None


def test_a_misread_answer_is_no_witness_for_a_read_one():
    versions = [
        Version("ppocr", "weibl", 0.9, parse_choice(sex(), "weibl")),
        Version("tesseract", "werbl", 0.9, misread_choice(sex(), "werbl")),
    ]
    verdict = agree(versions, sex().kind)
    assert verdict is not None
    assert (verdict.agreement, verdict.chosen.text) == (Agreement.CONFLICT, "weibl")
