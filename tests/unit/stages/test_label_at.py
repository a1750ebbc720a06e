"""Which printed words ask for what stands at a place, and which can be no label."""

from __future__ import annotations

import pytest

from bridge.domain.layout import Box
from bridge.stages.label_at import is_known_label, label_at
from tests.unit.stages.printed import MM, Page, catalog

DISEASE = catalog().types["disease_notification"]


def at(page: Page, x: float, y: float, width: float = 30.0, height: float = 2.7) -> str | None:
    return label_at(page.layout(), Box(x * MM, y * MM, (x + width) * MM, (y + height) * MM))


def line(label: str, value: str = "Böhm") -> tuple[Page, float]:
    """A page with a label, and where its value begins on the same line."""
    page = Page()
    x = page.write(20, 60, label) + 4
    page.write(x, 60, value)
    return page, x


def labelled(label: str) -> str | None:
    page, x = line(label)
    return at(page, x, 60)


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("Rufname:", "Rufname"),
        ("Name d. Betroffenen", "Name d. Betroffenen"),
        ("Tel. / privat (Mobil):", "Tel. / privat (Mobil)"),
        ("E-Mail-Kontakt ?", "E-Mail-Kontakt"),
        ("3. Rufname:", "Rufname"),
        ("Rufname ......", "Rufname"),
    ],
)
def test_the_words_left_of_it_on_the_same_line(printed, label):
    assert labelled(printed) == label


@pytest.mark.parametrize(
    "printed", ["Haus 12", "Nr", "Tel. 0351", "a, b und c", "Wert = x", "Angabe der Person, um die es geht", "Wort " * 13]
)
def test_what_holds_figures_other_signs_or_is_too_short_or_long_is_no_label(printed):
    assert labelled(printed) is None


def test_a_box_drawn_by_hand_may_be_higher_than_the_line_and_reach_a_little_too_far():
    page, x = line("Rufname:")
    assert at(page, x - 1.2, 58.5, height=6) == "Rufname"


def test_without_print_on_the_line_it_is_what_stands_right_above():
    page = Page()
    page.write(20, 56, "Rufname des Kindes", 1.8)
    page.write(20, 60, "Böhm")
    assert at(page, 20, 60) == "Rufname des Kindes"


def test_what_stands_far_above_or_far_left_is_none():
    page = Page()
    page.write(20, 40, "Rufname")
    page.write(5, 60, "Ort")
    page.write(120, 60, "Böhm")
    assert at(page, 120, 60) is None


def test_the_caption_in_its_own_cell_goes_before_the_neighbour():
    page = Page()
    page.cell(20, 60, 60, "Rufname", "Anna")
    page.cell(80, 60, 60, "Kosename", "Böhm")
    assert at(page, 82, 65.5) == "Kosename"


def test_a_cell_of_its_own_beside_it_goes_before_the_row_above():
    page = Page()
    for y in (60, 66):
        page.box(20, y, 50, 6)
        page.box(70, y, 50, 6)
    page.write(22, 61.5, "Rufname")
    page.write(72, 61.5, "Anna")
    page.write(22, 67.5, "Kosename")
    page.write(72, 67.5, "Böhm")
    assert at(page, 72, 67.5) == "Kosename"


def test_on_an_empty_page_there_is_none():
    assert at(Page(), 20, 60) is None


@pytest.mark.parametrize("label", ["Vorname", "VORNAME", "Geburtsdatum", DISEASE.ignored[0], next(iter(DISEASE.sections.values()))[0]])
def test_a_type_knows_its_own_labels_headings_and_those_it_ignores(label):
    assert is_known_label(label, DISEASE)


def test_a_type_does_not_know_what_nobody_has_listed():
    assert not is_known_label("Rufname lt. Ausweis", DISEASE)
