"""Address blocks that nothing asks for: stamps low on a form, and a sender's street and town at a letter's foot."""

from __future__ import annotations

import pytest

from bridge.stages.labels import find_labels
from bridge.stages.lines import open_sheet
from bridge.stages.paragraphs import find_foot, find_stamp
from bridge.stages.sections import ask
from tests.unit.stages.printed import Page, catalog, find, values

DISEASE = "disease_notification"
STAMP = ("Praxis Dr. Weiß", "Ringweg 5", "01067 Dresden")
LEADING = 4.5  # mm


def write_lines(page: Page, x: float, y: float, *lines: str) -> None:
    for i, line in enumerate(lines):
        page.write(x, y + LEADING * i, line)


def form(*lines: str, y: float = 230.0) -> Page:
    """A patient's name, and lines at (120, y) mm."""
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 28, "Name: Böhm")
    write_lines(page, 120, y, *lines)
    return page


def stamp(page: Page) -> list[str]:
    kind, sheet = catalog().types[DISEASE], open_sheet(1, page.layout())
    return [segment.text for segment in find_stamp(sheet, ask(sheet, find_labels(sheet, kind)))]


class TestStamps:
    def test_the_one_address_block_low_on_a_form_is_the_notifier_s(self):
        assert values(form(*STAMP), DISEASE) == {
            "patient.family_name": "Böhm",
            "notifier.organization": "Praxis Dr. Weiß",
            "notifier.street": "Ringweg 5",
            "notifier.postal_code": "01067",
            "notifier.city": "Dresden",
        }

    def test_its_lines_are_found_in_order(self):
        assert stamp(form(*STAMP)) == list(STAMP)

    def test_the_word_signature_beside_it_asks_for_nothing(self):
        page = form(*STAMP)
        page.write(70, 231, "Unterschrift")
        assert stamp(page) == list(STAMP)

    @pytest.mark.parametrize(
        ("x", "y", "label"),
        [(90, 230.5, "Stempel:"), (90, 233, "Stempel:"), (120, 224, "Name der Einrichtung"), (120, 222, "Krankenhaus:")],
    )
    def test_a_block_that_a_label_asks_for_is_that_label_s(self, x, y, label):
        page = form(*STAMP)
        page.write(x, y, label)
        assert stamp(page) == []

    def test_what_a_label_asks_for_is_not_the_notifier_s(self):
        page = form(*STAMP)
        page.write(120, 224, "Name der Einrichtung")
        found = find(page, DISEASE)
        assert "notifier.block" not in found
        assert found["facility.name"].text == "\n".join(STAMP)

    @pytest.mark.parametrize(("x", "y"), [(40, 231), (90, 245), (120, 215)])
    def test_a_label_farther_away_asks_for_something_else(self, x, y):
        page = form(*STAMP)
        page.write(x, y, "Krankheit:")
        assert stamp(page) == list(STAMP)

    def test_a_health_office_s_address_is_none(self):
        assert stamp(form("Gesundheitsamt der Stadt Dresden", *STAMP[1:])) == []

    def test_of_two_blocks_none_is(self):
        page = form(*STAMP)
        write_lines(page, 20, 230, "Labor am Ring", "Hauptstr. 7", "04109 Leipzig")
        assert stamp(page) == []

    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param(("Praxis Dr. Weiß", "01067 Dresden"), id="two lines"),
            pytest.param(("Anna Böhm", "Ringweg 5", "01067 Dresden"), id="neither an organisation nor a title"),
            pytest.param(("Praxis Dr. Weiß", "Ringweg 5", "Hinterhaus"), id="no town"),
        ],
    )
    def test_other_lines_are_none(self, lines):
        assert stamp(form(*lines)) == []

    def test_a_block_in_the_upper_part_is_none(self):
        assert stamp(form(*STAMP, y=100)) == []

    def test_where_the_form_has_a_letterhead_the_stamp_is_left_alone(self):
        page = form(*STAMP)
        page.words = [word for word in page.words if word.box.top > 500]
        write_lines(page, 20, 15, "Labor am Ring", "Hauptstr. 7", "04109 Leipzig")
        assert values(page, DISEASE)["notifier.organization"] == "Labor am Ring"


class TestFeet:
    def foot(self, *lines: tuple[float, float, str]) -> list[str]:
        page = Page()
        for x, y, text in lines:
            page.write(x, y, text)
        return [segment.text for segment in find_foot(open_sheet(1, page.layout()))]

    def test_street_and_town_one_under_the_other_at_the_foot_are_an_address(self):
        assert self.foot((20, 270, "Ringweg 5"), (20, 274.5, "30159 Hannover")) == ["Ringweg 5", "30159 Hannover"]

    def test_they_may_stand_in_a_column_beside_others(self):
        columns = ((20, 270, "Geschäftsführung"), (20, 274.5, "Anna Kühn"), (140, 270, "IBAN"), (140, 274.5, "DE02"))
        assert self.foot(*columns, (80, 270, "Ringweg 5"), (80, 274.5, "30159 Hannover")) == ["Ringweg 5", "30159 Hannover"]

    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param(((20, 240, "Ringweg 5"), (20, 244.5, "30159 Hannover")), id="higher up"),
            pytest.param(((20, 270, "Ringweg 5"), (60, 274.5, "30159 Hannover")), id="not flush"),
            pytest.param(((20, 266, "Ringweg 5"), (20, 280, "30159 Hannover")), id="far apart"),
            pytest.param(((20, 274.5, "Ringweg 5"), (20, 270, "30159 Hannover")), id="the town above the street"),
            pytest.param(((20, 270, "Anna Kühn"), (20, 274.5, "30159 Hannover")), id="no street"),
            pytest.param(((20, 270, "Ringweg 5"), (20, 274.5, "Hannover")), id="no town"),
        ],
    )
    def test_other_print_at_the_foot_is_none(self, lines):
        assert self.foot(*lines) == []
