from __future__ import annotations

import pytest

from bridge.domain.layout import Box, Layout, Rule, Word
from bridge.stages.clean import clean
from bridge.stages.combs import Comb, combs_of, in_combs
from bridge.stages.lines import open_sheet
from bridge.stages.locate import locate
from bridge.stages.read_values import crop_of
from bridge.stages.rules import find_rules, ink_map
from tests.unit.stages.drawn_forms import BOLD, MONO, Sheet
from tests.unit.stages.printed import MM, Page, catalog

PX = 306 / 25.4


def draw_comb(sheet: Sheet, x: float, y: float, count: int, text: str, pitch: float = 5.5, height: float = 7.0) -> None:
    for place in range(count + 1):
        sheet.line(x + place * pitch, y, x + place * pitch, y + height, 0.2)
    for level in (y, y + height):
        sheet.line(x, level, x + count * pitch, level, 0.2)
    for place, letter in enumerate(text):
        sheet.text(x + place * pitch + 1.4, y + 1, letter, 12, MONO)


@pytest.mark.parametrize("condition", ["fine-clean", "standard-clean"])
def test_a_comb_is_found_with_all_its_boxes(condition: str) -> None:
    sheet = Sheet()
    draw_comb(sheet, 20, 50, 20, "Jörg Ulrich")
    draw_comb(sheet, 140, 50, 5, "02943")
    page = clean(sheet.faxed(condition))
    first, second = sorted(combs_of(find_rules(ink_map(page)), PX), key=lambda comb: comb.box.left)
    assert (len(first.lines), len(second.lines)) == (21, 6)
    assert abs(first.box.left - 20 * PX) < PX
    assert abs(first.box.right - 130 * PX) < PX


def test_stems_of_large_print_are_no_comb() -> None:
    sheet = Sheet()
    sheet.text(20, 50, "IfSG HIHIHIHI lllllllll", 14, BOLD)
    assert combs_of(find_rules(ink_map(clean(sheet.faxed()))), PX) == ()


def test_letters_of_a_comb_are_shown_side_by_side_without_its_lines() -> None:
    sheet = Sheet()
    draw_comb(sheet, 20, 50, 18, "Masern")
    page = clean(sheet.faxed())
    crop = crop_of(page.pixels, Box(20 * PX, 50 * PX, (20 + 18 * 5.5) * PX, 57 * PX))
    assert crop is not None
    assert crop.shape[1] < 7 * 5.5 * PX  # six letters, not eighteen boxes
    assert ((crop < 150).mean(axis=0) < 0.8).all()  # no upright line is left


def test_an_empty_comb_has_nothing_to_show() -> None:
    sheet = Sheet()
    draw_comb(sheet, 20, 50, 18, "")
    page = clean(sheet.faxed())
    assert crop_of(page.pixels, Box(20 * PX, 50 * PX, (20 + 18 * 5.5) * PX, 57 * PX)) is None


def test_what_was_read_in_a_comb_is_one_word_as_wide_as_it() -> None:
    comb = Comb(Box(100, 100, 400, 180), (100, 150, 200, 250, 300, 350, 400))
    words = [Word("B|", 0.3, Box(110, 110, 160, 170), 0, 0), Word("öhm", 0.9, Box(170, 110, 290, 170), 0, 0)]
    (word,) = in_combs(words, [comb])
    assert (word.text, word.confidence) == ("Böhm", 0.3)
    assert (word.box.left, word.box.right) == (101, 399)


def test_a_comb_answers_the_label_above_it_even_where_nothing_was_read() -> None:
    page = Page()
    page.write(20, 30, "Patient")
    page.write(20, 40, "Nachname", 2)
    page.line(20, 43, 66)
    page.line(20, 50, 66)
    rules = [Rule(Box((20 + x * 5.5) * MM, 43 * MM, (20 + x * 5.5) * MM + 3, 50 * MM)) for x in range(13)]
    layout = page.layout()
    layout = Layout(layout.width, layout.height, layout.words, (*layout.rules, *rules))
    assert len(open_sheet(1, layout).combs) == 1
    (place,) = locate({1: layout}, catalog().types["disease_notification"], catalog().codes)
    assert place.path == "patient.family_name"
    assert place.text == ""
    assert place.boxes[0].width > 65 * MM
