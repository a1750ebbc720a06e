"""Lists that are counted on paper: columns with numbers, cases with numbers."""

from __future__ import annotations

from tests.unit.stages.printed import Page, values
from tests.unit.stages.test_tables import PEOPLE, TITLES, write_row

LIST = "case_list"


def listed(titles: tuple[str, ...], *rows: tuple[str, ...]) -> Page:
    page = Page()
    page.write(12, 15, "Liste der erkrankten Personen")
    write_row(page, 32, titles)
    for index, row in enumerate(rows, start=1):
        write_row(page, 32 + 7 * index, row)
    return page


def test_a_row_that_numbers_the_columns_is_none():
    numbers = tuple(map(str, range(1, len(TITLES) + 1)))
    assert values(listed(TITLES, numbers, *PEOPLE), LIST) == values(listed(TITLES, *PEOPLE), LIST)


def test_it_is_known_though_a_figure_was_misread():
    numbers = ("1", "2", "B", "4", "5", "8", "7")
    found = values(listed(TITLES, numbers, *PEOPLE), LIST)
    assert found["rows.0.family_name"] == "Böhm"
    assert "rows.5.family_name" not in found


def test_case_numbers_that_count_the_rows_are_their_numbers():
    found = values(listed(("Fall-Nr.", *TITLES[1:]), *PEOPLE), LIST)
    assert [found[f"rows.{row}.number"] for row in range(len(PEOPLE))] == [1, 2, 3, 4, 5]


def test_case_numbers_that_do_not_are_nobody_s_business():
    people = [(number, *row[1:]) for number, row in zip(("4711", "4712", "4720", "4733", "4734"), PEOPLE, strict=True)]
    assert not any(path.endswith(".number") for path in values(listed(("Fall-Nr.", *TITLES[1:]), *people), LIST))


def test_an_unread_title_before_the_family_names_is_the_given_names():
    order = (0, 2, 1, 3, 4, 5, 6)
    titles = ("Nr.", "xxqz", "Nachname", *TITLES[3:])
    found = values(listed(titles, *[tuple(row[i] for i in order) for row in PEOPLE]), LIST)
    assert (found["rows.0.given_name"], found["rows.0.family_name"]) == ("Anna", "Böhm")


def test_rows_of_short_names_are_rows():
    titles = ("Nr.", "Name", "Vorname", "Alter", "Klasse", "Zimmer", "Bett")
    people = (("1", "Li", "Bo", "7", "8", "12", "32"), ("2", "Wolf", "Ida", "7", "8", "12", "33"), ("3", "Vu", "An", "8", "9", "12", "34"))
    found = values(listed(titles, *people), LIST)
    assert [found.get(f"rows.{row}.family_name") for row in range(3)] == ["Li", "Wolf", "Vu"]


def test_a_last_column_may_count_the_rows_too():
    titles, people = (*TITLES[1:], "Fall"), [(*row[1:], row[0]) for row in PEOPLE]
    found = values(listed(titles, *people), LIST)
    assert [found[f"rows.{row}.number"] for row in range(len(PEOPLE))] == [1, 2, 3, 4, 5]


def test_a_count_of_columns_that_lost_half_its_figures_is_none():
    found = values(listed(TITLES, ("1", "", "3", "", "5", "6", ""), *PEOPLE), LIST)
    assert found["rows.0.family_name"] == "Böhm"
    assert "rows.5.family_name" not in found


def test_places_are_known_without_a_title():
    titles = tuple("" if title == "Ort" else "Unfug" if title == "PLZ" else title for title in TITLES)
    people = [(*row[:4], "x", *row[5:]) for row in PEOPLE]
    assert values(listed(titles, *people), LIST)["rows.1.city"] == "Leipzig"
