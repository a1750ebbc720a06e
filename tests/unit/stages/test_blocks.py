from __future__ import annotations

import pytest

from bridge.domain.forms import FieldKind
from bridge.stages.blocks import with_blocks
from bridge.stages.labels import find_labels
from bridge.stages.lines import open_sheet
from bridge.stages.sections import ask
from tests.unit.stages.printed import Page, catalog, find, values

DISEASE = "disease_notification"
STAMP = "Meldende Ärztin (Stempel oder Druckschrift)"
BLOCK = ("Dr. med. Ute Weiß", "Praxis am Markt", "Ringweg 5", "01067 Dresden")
LEADING = 4.5  # mm


def form(*lines: str, caption: str = STAMP, white: float = 3.0, indent: float = 0.0, leading: float = LEADING) -> Page:
    """A patient's name, and below it lines under a caption; `white` and `leading` in mm."""
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 26, "Name: Böhm")
    page.write(20, 50, caption)
    for i, line in enumerate(lines):
        page.write(20 + indent, 52.7 + white + leading * i, line)
    return page


def asks_for_party(page: Page) -> bool:
    kind, sheet = catalog().types[DISEASE], open_sheet(1, page.layout())
    questions = with_blocks(ask(sheet, find_labels(sheet, kind)), kind, sheet)
    return any(question.spec is not None and question.spec.kind is FieldKind.PARTY for question in questions)


@pytest.mark.parametrize("caption", [STAMP, "Meldende Person", "Meldender Arzt", "Meldende Praxis"])
def test_a_caption_over_an_address_block_asks_for_the_whole_party(caption):
    found = values(form(*BLOCK, caption=caption), DISEASE)
    assert found == {
        "patient.family_name": "Böhm",
        "notifier.name": "Dr. med. Ute Weiß",
        "notifier.organization": "Praxis am Markt",
        "notifier.street": "Ringweg 5",
        "notifier.postal_code": "01067",
        "notifier.city": "Dresden",
    }


def test_the_block_is_one_place_on_the_page():
    assert find(form(*BLOCK), DISEASE)["notifier.block"].text == "\n".join(BLOCK)


def test_three_lines_are_a_block():
    assert asks_for_party(form("Dr. med. Ute Weiß", "Ringweg 5", "01067 Dresden"))


def test_two_lines_are_none():
    assert not asks_for_party(form("Dr. med. Ute Weiß", "01067 Dresden"))


def test_lines_without_a_town_are_none():
    page = form(*BLOCK[:3])
    assert not asks_for_party(page)
    assert values(page, DISEASE)["notifier.name"] == "Dr. med. Ute Weiß"


def test_a_block_a_little_off_its_caption_is_one():
    assert asks_for_party(form(*BLOCK, indent=4))


def test_lines_standing_elsewhere_are_none():
    assert not asks_for_party(form(*BLOCK, indent=40))


def test_room_for_a_stamp_may_be_left_over_the_block():
    assert asks_for_party(form(*BLOCK, white=9))


def test_far_below_its_caption_it_is_none():
    assert not asks_for_party(form(*BLOCK, white=20))


def test_lines_far_from_one_another_are_none():
    assert not asks_for_party(form(*BLOCK, leading=10))


def test_a_printed_line_ends_the_block():
    page = form(*BLOCK)
    page.line(20, 55.7 + 2 * LEADING - 0.9, 100)
    assert not asks_for_party(page)


def test_a_line_that_asks_something_ends_the_block():
    assert not asks_for_party(form("Dr. med. Ute Weiß", "Straße: Ringweg 5", "01067 Dresden", "Gebäude C"))


def test_a_caption_about_nobody_stays_what_it_is():
    assert not asks_for_party(form(*BLOCK, caption="Erkrankungsbeginn"))
