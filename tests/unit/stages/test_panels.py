"""Pages with a side panel: nothing in it has to do with what stands beside it."""

from __future__ import annotations

from bridge.domain.layout import Box, Rule
from bridge.stages.lines import open_sheet
from bridge.stages.panels import find_panels
from tests.unit.stages.printed import MM, Page, find

LABORATORY = "laboratory_notification"
EM = 30.0
HEIGHT = 3000.0
PATIENT = ("NAME", "Fischer", "VORNAME", "Hans", "GEB.-DATUM", "13.02.1944", "STRASSE", "Ahornweg 129", "WOHNORT", "04860 Torgau")


def column(left: float, right: float, *, pitch: float, count: int, top: float = 200) -> list[Box]:
    return [Box(left, top + n * pitch, right, top + n * pitch + EM) for n in range(count)]


def beside(*, left: int = 600, pitch: float = 107, right: int = 2200) -> list[Box]:
    """A narrow column left of a gutter, and a wide one whose lines stand at other heights."""
    return [*column(100, left, pitch=pitch, count=20), *column(700, right, pitch=70, count=30, top=211)]


def upright(top: float = 100, bottom: float = 2900) -> Rule:
    return Rule(Box(649, top, 652, bottom))


def test_a_narrow_column_beside_a_wide_one_is_a_panel_for_the_white_between_them():
    assert [(panel.left, panel.right) for panel in find_panels(beside(), [], HEIGHT, EM)] == [(100, 667), (667, 2200)]


def test_an_upright_rule_parts_panels_that_stand_too_close_for_a_gutter():
    lines = beside(left=640)
    assert find_panels(lines, [], HEIGHT, EM) == ()
    assert [panel.right for panel in find_panels(lines, [upright()], HEIGHT, EM)] == [650.5, 2200]


def test_a_rule_that_the_fax_has_broken_parts_them_all_the_same():
    lines = beside(left=640)
    assert len(find_panels(lines, [upright(bottom=1200), upright(top=1210)], HEIGHT, EM)) == 2


def test_lines_that_go_on_across_are_the_rows_of_a_form():
    labels_and_answers = [*column(100, 600, pitch=80, count=20), *column(700, 2200, pitch=80, count=20)]
    assert find_panels(labels_and_answers, [upright()], HEIGHT, EM) == ()


def test_rules_that_cross_it_make_a_gutter_a_table_s():
    level = [Rule(Box(100, y, 2200, y + 3)) for y in range(150, 2900, 300)]
    assert find_panels(beside(), [upright(), *level], HEIGHT, EM) == ()


def test_rules_under_headings_of_one_panel_cross_nothing():
    level = [Rule(Box(100, y, 560, y + 3)) for y in range(150, 2900, 300)]
    assert len(find_panels(beside(), level, HEIGHT, EM)) == 2


def test_two_columns_as_wide_as_each_other_are_one_form():
    assert find_panels(beside(right=1200), [], HEIGHT, EM) == ()


def test_a_block_of_details_beside_the_head_of_a_letter_alone_is_no_panel():
    lines = [*column(100, 600, pitch=57, count=8), *column(700, 2200, pitch=70, count=30, top=211)]
    assert find_panels(lines, [], HEIGHT, EM) == ()


def test_what_stands_across_the_page_over_the_panels_belongs_to_neither():
    title = Box(100, 100, 2200, 140)
    assert find_panels([title, *beside()], [], HEIGHT, EM)[0].top == 140


def side_panel() -> Page:
    """A patient's details, each below its small caption, beside a laboratory's letterhead and finding."""
    page = Page()
    page.rules.append(Rule(Box(66 * MM, 8 * MM, 66 * MM + 4, 289 * MM)))
    page.write(12, 20, "Patient")
    for n, text in enumerate(PATIENT):
        page.write(12, 31 + n * 9.7 - (n % 2) * 4.2, text, 1.8 if n % 2 == 0 else 2.7)
    for n, text in enumerate(("MVZ Labor Horn & Partner", "Sonnenhalde 2, 04860 Torgau")):
        page.write(73, 16.8 + n * 4.8, text)
    for n in range(9):
        page.write(73, 33.5 + n * 9.7, "Weitere Untersuchungen im selben Material blieben ohne Befund")
    return page


def test_a_label_in_a_panel_finds_its_answer_below_and_none_across():
    found = find(side_panel(), LABORATORY)
    told = {"patient.family_name": "Fischer", "patient.given_name": "Hans", "patient.birth_date": "13.02.1944"}
    assert {path: found[path].text for path in told} == told


def test_a_letterhead_in_one_panel_is_not_asked_for_by_labels_in_the_other():
    assert find(side_panel(), LABORATORY)["laboratory.block"].text.startswith("MVZ Labor Horn & Partner")


def test_boxes_are_apart_in_different_panels_only():
    sheet = open_sheet(1, side_panel().layout())
    left, right = Box(200, 600, 300, 630), Box(1000, 600, 1100, 630)
    assert sheet.are_apart(left, right)
    assert not sheet.are_apart(left, Box(300, 700, 400, 730))


def test_a_letterhead_with_a_date_and_a_stray_word_below_it_is_no_panel():
    few = [*column(100, 600, pitch=50, count=5), Box(100, 1000, 600, 1030), Box(100, 1500, 300, 1530)]
    assert find_panels([*few, *column(700, 2200, pitch=70, count=30, top=211)], [], HEIGHT, EM) == ()
