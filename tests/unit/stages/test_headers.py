"""Which printed words are the header row of a list, and which are the labels of a form."""

from __future__ import annotations

import pytest

from bridge.stages.headers import Header, find_header
from bridge.stages.lines import open_sheet
from tests.unit.stages.printed import Page, catalog

LIST = catalog().types["case_list"]


def header(*titles: tuple[float, float, str]) -> Header | None:
    page = Page()
    for x, y, text in titles:
        page.write(x, y, text)
    return find_header(open_sheet(1, page.layout()), LIST, 0.0)


def asked(found: Header | None) -> list[str]:
    return [title.spec.path for title in found.titles if title.spec] if found else []


def test_three_titles_side_by_side_are_a_header_row():
    assert asked(header((20, 30, "Nachname"), (60, 30, "Vorname"), (100, 30, "Geburtsdatum"))) == [
        "family_name",
        "given_name",
        "birth_date",
    ]


def test_titles_may_stand_a_little_higher_or_lower_than_their_neighbours():
    assert asked(header((20, 30, "Nachname"), (60, 32, "Vorname"), (100, 33.5, "Geburtsdatum"))) == [
        "family_name",
        "given_name",
        "birth_date",
    ]


@pytest.mark.parametrize(
    "titles",
    [
        pytest.param(((20, 30, "Nachname"), (20, 33.5, "Geburtsdatum"), (20, 37, "Telefon")), id="flush"),
        pytest.param(((20, 30, "Nachname"), (25, 33.5, "Geburtsdatum"), (30, 37, "Telefon")), id="each further in"),
        pytest.param(((20, 30, "Nachname"), (20, 33.5, "Geburtsdatum"), (60, 30, "Telefon")), id="with one beside them"),
    ],
)
def test_titles_one_under_another_are_none(titles):
    assert header(*titles) is None


def test_titles_in_one_line_are_a_header_row():
    assert asked(header((20, 30, "Nachname Geburtsdatum Telefon"))) == ["family_name", "birth_date", "phone"]


def test_several_things_asked_for_in_one_line_are_none():
    assert header((20, 30, "Nachname, Geburtsdatum, Telefon")) is None


def test_a_comma_at_the_end_of_a_column_s_title_does_not_matter():
    assert asked(header((20, 30, "Nachname,"), (60, 30, "Vorname,"), (100, 30, "Geburtsdatum"))) == [
        "family_name",
        "given_name",
        "birth_date",
    ]


class TestMisreadTitles:
    ROW = ((20.0, 30.0, "Nachname"), (60.0, 30.0, "Vorname"), (90.0, 30.0, "Geburtsdatum"))

    def last(self, text: str) -> tuple[str | None, bool]:
        """Return what a further column's title asks for, and whether it is one that nobody asks for."""
        found = header(*self.ROW, (130, 30, text))
        assert found is not None
        title = found.titles[-1]
        return (title.spec.path if title.spec else None), title.is_ignored

    def test_a_column_is_left_out_where_its_title_is_surely_one_nobody_asks_for(self):
        assert self.last("Krankenkase") == (None, True)

    def test_it_is_not_where_the_title_only_resembles_one(self):
        assert self.last("Lamdkreis") == (None, False)

    def test_a_title_that_is_asked_for_may_be_misread_as_much(self):
        assert self.last("Bemerkun9") == ("note", False)


def test_titles_may_stand_in_two_storeys():
    found = header(
        (20, 30, "Nr."), (40, 27, "Stammdaten"), (100, 30, "Telefon"), (140, 30, "Wohnbereich"), (35, 36, "Nachname"), (65, 36, "Vorname")
    )  # fmt: skip
    assert set(asked(found)) == {"number", "phone", "group", "family_name", "given_name"}


def test_a_richer_row_close_below_is_the_header():
    found = header(
        (20, 30, "Vorname"), (60, 30, "Telefon"), (100, 30, "Vermerk"),
        (20, 50, "Nr."), (35, 50, "Nachname"), (65, 50, "Vorname"), (95, 50, "Geburtsdatum"), (130, 50, "Telefon"),
    )  # fmt: skip
    assert asked(found) == ["number", "family_name", "given_name", "birth_date", "phone"]


def test_a_row_no_richer_than_the_one_above_is_not():
    found = header(
        (20, 30, "Nachname"), (60, 30, "Vorname"), (100, 30, "Telefon"), (20, 50, "Nachname"), (60, 50, "Vorname"), (100, 50, "Geburtsdatum")
    )  # fmt: skip
    assert asked(found) == ["family_name", "given_name", "phone"]


@pytest.mark.parametrize("entry", ["Kind", "Schüler", "Patient"])
def test_an_entry_that_is_called_like_a_title_is_no_storey(entry):
    found = header(
        (20, 30, "Nr."), (40, 30, "Name"), (65, 30, "Vorname"), (90, 30, "geb. am"), (120, 30, "Verhältnis"),
        (20, 36, "1"), (40, 36, "Böhm"), (65, 36, "Anna"), (90, 36, "08.03.1965"), (120, 36, entry),
    )  # fmt: skip
    assert asked(found) == ["number", "family_name", "given_name", "birth_date"]


def test_a_richer_list_below_does_not_hide_the_one_above():
    found = header(
        (20, 30, "Name"), (60, 30, "Vorname"), (100, 30, "geb. am"), (20, 36, "Böhm"), (60, 36, "Anna"), (100, 36, "08.03.1965"),
        (20, 48, "Nr."), (30, 48, "Name"), (60, 48, "Vorname"), (90, 48, "geb. am"), (120, 48, "Telefon"), (150, 48, "Ort"),
    )  # fmt: skip
    assert asked(found) == ["family_name", "given_name", "birth_date"]
