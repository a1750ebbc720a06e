"""A disease that a page names where no label asks for it."""

from __future__ import annotations

import pytest

from bridge.domain.model import IssueCode
from bridge.stages.named import NAMED_ALONE
from tests.unit.stages.printed import Page, find, judge, values

DISEASE = "disease_notification"


def form(*lines: str) -> Page:
    """A patient's name, and further lines below it."""
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 28, "Name: Böhm")
    for i, line in enumerate(lines):
        page.write(20, 120 + 6 * i, line)
    return page


@pytest.mark.parametrize("line", ["Wir sahen heute Keuchhusten!", "Keuchhusten", "Wir sahen heute einen Fall (Keuchhusten)."])
def test_a_disease_named_without_a_label_is_offered(line):
    assert values(form(line), DISEASE)["disease.code"] == "bpsd"


def test_it_is_doubted():
    assert find(form("Wir sahen heute Keuchhusten!"), DISEASE)["disease"].doubt == NAMED_ALONE


def test_a_person_is_asked_about_it():
    judged = judge(form("Wir sahen heute Keuchhusten!"), DISEASE)
    assert {field.path: field.confidence for field in judged.fields}["disease.code"] < 0.5
    assert [issue.code for issue in judged.issues if issue.field == "disease.name"] == [IssueCode.CONFLICT]


@pytest.mark.parametrize("second", ["Keuchhusten", "Pertussis"])
def test_named_twice_it_is_still_one(second):
    assert values(form("Wir sahen heute Keuchhusten!", f"Auch gestern: {second}"), DISEASE)["disease.code"] == "bpsd"


@pytest.mark.parametrize("lines", [("Wir sahen Keuchhusten sowie Masern",), ("Keuchhusten", "Masern")])
def test_of_two_different_ones_none_is_offered(lines):
    assert "disease" not in find(form(*lines), DISEASE)


def test_what_only_resembles_a_name_is_none():
    assert "disease" not in find(form("Die Hustenkeuche geht um"), DISEASE)


def test_what_is_printed_beside_a_check_box_is_none():
    page = form()
    page.tick(20, 120, "Keuchhusten")
    page.tick(20, 126, "sonstige")
    assert "disease" not in find(page, DISEASE)


@pytest.mark.parametrize("answer", ["Masern", "Quarkfieber"])
def test_a_name_elsewhere_leaves_an_answered_field_alone(answer):
    place = find(form(f"Krankheit: {answer}", "Nicht gemeldet wird heute Keuchhusten!"), DISEASE)["disease"]
    assert (place.text, place.doubt) == (answer, None)
