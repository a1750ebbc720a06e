"""Which label a value answers in a form of two columns."""

from __future__ import annotations

import pytest

from tests.unit.stages.printed import Page, find

DISEASE = "disease_notification"
RIGHT = (("Geburtsdatum", "15.03.2020"), ("Geschlecht", "w"), ("Telefon", "0351 8563790"), ("Wohnort", "Dresden"))


def form(labels: int, column: float = 110.0, value: float = 110.0) -> Page:
    """ "Anna" at `value` in the row of "Vorname", over the first `labels` of a column of labels; all in mm."""
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Nachname")
    page.write(50, 30, "Böhm")
    page.write(20, 36, "Vorname")
    page.write(value, 36, "Anna")
    for i, (label, answer) in enumerate(RIGHT[:labels]):
        page.write(column, 42 + 6 * i, label)
        page.write(column + 40, 42 + 6 * i, answer)
    return page


@pytest.mark.parametrize("shift", [-2.0, 0.0, 2.0])
def test_a_value_that_begins_where_a_column_of_labels_does_answers_no_label_far_left(shift):
    assert "patient.given_name" not in find(form(4, value=110 + shift), DISEASE)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(form(3), id="three labels are no column"),
        pytest.param(form(4, value=96), id="the value begins elsewhere"),
        pytest.param(form(4, column=50, value=50), id="the label stands close"),
    ],
)
def test_else_it_answers_the_label_left_of_it(page):
    assert find(page, DISEASE)["patient.given_name"].text == "Anna"


def test_the_column_s_own_labels_keep_their_answers():
    found = find(form(4), DISEASE)
    assert [found[f"patient.{part}"].text for part in ("birth_date", "sex", "phone", "city")] == [answer for _, answer in RIGHT]
