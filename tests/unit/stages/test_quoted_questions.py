"""A mail that answers a quoted one: each question in words, its answer in the line below."""

from __future__ import annotations

import pytest

from bridge.stages.vocabulary import is_numbering
from tests.unit.stages.printed import Page, values

DISEASE = "disease_notification"
HEAD = (("Von:", "Praxis am Markt"), ("An:", "Gesundheitsamt Leipzig"), ("Betreff:", "Rückfrage"), ("Wichtigkeit:", "Hoch"))


def reply(*answered: tuple[str, str]) -> Page:
    """A mail's head, its facts right of their labels, and below it questions, each with its answer in the next line."""
    page = Page()
    for row, (label, fact) in enumerate(HEAD):
        page.write(20, 20 + 5 * row, label)
        page.write(75, 20 + 5 * row, fact)
    for place, (question, answer) in enumerate(answered):
        page.write(20, 60 + 12 * place, question)
        page.write(20, 64.5 + 12 * place, answer)
    return page


@pytest.mark.parametrize("sign", ["> 3. ", "> ", "3. ", ""])
def test_an_answer_stands_flush_with_the_sign_and_number_before_its_question(sign):
    assert values(reply((f"{sign}Datum der Diagnose?", "09.11.2026")), DISEASE)["diagnosis_date"] == "2026-11-09"


def test_an_answer_that_reads_like_a_label_is_one_all_the_same():
    found = values(reply(("> Verdacht, Erkrankung oder Tod?", "Erkrankung"), ("> Datum der Diagnose?", "09.11.2026")), DISEASE)
    assert (found["case_status"], found["diagnosis_date"]) == ("ill", "2026-11-09")


def test_a_question_does_not_go_on_in_its_answer():
    assert values(reply(("> Ist die Person gegen diese Krankheit geimpft?", "nein")), DISEASE)["vaccination.status"] == "unvaccinated"


def test_an_answer_that_names_what_it_is_about_tells_both():
    found = values(reply(("> Tätigkeit oder Betreuung in einer Einrichtung?", "wird dort betreut: Kita Sonnenschein")), DISEASE)
    assert (found["facility.role"], found["facility.name"]) == ("cared_for", "Kita Sonnenschein")


def test_a_count_with_its_unit_is_no_label():
    found = values(reply(("> Impfstatus?", "ja, 4 Dosen")), DISEASE)
    assert (found["vaccination.status"], found["vaccination.doses"]) == ("vaccinated", 4)


@pytest.mark.parametrize(("line", "leads"), [("> 3.", True), ("a)", True), ("", True), ("ja, 4", False), ("Nr. 4", False)])
def test_what_only_numbers_a_line(line, leads):
    page = Page()
    page.write(20, 20, line)
    assert is_numbering(page.words) is leads
