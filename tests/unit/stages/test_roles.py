"""What a piece of print is to its form: a question in words, an answer that reads like a label."""

from __future__ import annotations

import pytest

from bridge.stages.labels import find_labels
from bridge.stages.lines import open_sheet
from bridge.stages.vocabulary import LabelKind
from tests.unit.stages.printed import Page, catalog, find, values

DISEASE, LETTER = "disease_notification", "letter"
QUESTION = "Sind ungeimpfte Kinder in der Gruppe?"


def labels(page: Page, kind: str = DISEASE) -> dict[str, LabelKind]:
    found = find_labels(open_sheet(1, page.layout()), catalog().types[kind])
    return {label.segment.cut(label.start, label.stop).text: label.kind for label in found}


class TestQuestionsInWords:
    def form(self, question: str) -> Page:
        """A patient's name, and "Quark" right of what is asked."""
        page = Page()
        page.write(20, 20, "Patient")
        page.write(20, 28, "Name: Böhm")
        page.write(20, 60, question)
        page.write(110, 60, "Quark")
        return page

    def test_they_are_labels_nobody_knows(self):
        assert labels(self.form(QUESTION))[QUESTION] is LabelKind.UNKNOWN

    def test_what_answers_one_is_told_and_not_dropped(self):
        found = find(self.form(QUESTION), DISEASE)
        assert [place.text for path, place in found.items() if path.startswith("unassigned")] == ["Quark"]

    @pytest.mark.parametrize("text", ["Gibt es?", "Ungeimpft?", "Sind ungeimpfte Kinder in der Gruppe"])
    def test_other_print_is_no_question(self, text):
        assert text not in labels(self.form(text))

    def test_nor_is_what_stands_beside_a_check_box(self):
        page = self.form("Bitte ankreuzen")
        page.tick(20, 80, QUESTION)
        page.tick(20, 86, "unbekannt")
        assert QUESTION not in labels(page)


class TestColonsInAnswers:
    def subject(self, line: str) -> object:
        page = Page()
        page.write(20, 60, line)
        page.write(20, 80, "Sehr geehrte Damen und Herren,")
        return values(page, LETTER).get("subject")

    @pytest.mark.parametrize("answer", ["Einladung: Termin", "Einladung: Termin am Montag", "Anfrage: Masern"])
    def test_the_first_word_behind_a_label_s_colon_is_its_answer_though_it_ends_in_one_too(self, answer):
        assert self.subject(f"Betreff: {answer}") == answer

    def test_a_word_with_a_colon_behind_a_label_without_one_is_a_label(self):
        page = Page()
        end = page.write(20, 28, "Wohnort")
        page.write(end + 1.2, 28, "Quarkfaktor: 17 von 20")
        assert labels(page)["Quarkfaktor:"] is LabelKind.UNKNOWN

    def test_a_second_label_of_the_line_is_still_one(self):
        page = Page()
        page.write(20, 20, "Patient")
        page.write(20, 28, "Telefon: 0351 8563790 Quarkfaktor: 17")
        assert LabelKind.UNKNOWN in labels(page).values()


class TestAnswersThatReadLikeLabels:
    ROWS = (("Vorname", "Anna"), ("Straße", "Ringweg 5"), ("Wohnort", "Dresden"), ("Telefon", "0351 8563790"))

    def form(self, *, asked: int) -> Page:
        """ "Kreis" right of "Nachname", over four values of which the first `asked` have their questions left of them."""
        page = Page()
        page.write(20, 20, "Patient")
        page.write(20, 30, "Nachname")
        page.write(80, 30, "Kreis")
        for i, (question, answer) in enumerate(self.ROWS):
            if i < asked:
                page.write(20, 36 + 6 * i, question)
            page.write(80, 36 + 6 * i, answer)
        return page

    def test_in_a_column_of_answers_each_with_its_question_one_is_an_answer(self):
        assert values(self.form(asked=4), DISEASE)["patient.family_name"] == "Kreis"

    @pytest.mark.parametrize("asked", [0, 3])
    def test_in_a_column_of_print_that_nobody_asks_for_it_is_a_label(self, asked):
        assert labels(self.form(asked=asked))["Kreis"] is LabelKind.IGNORED
