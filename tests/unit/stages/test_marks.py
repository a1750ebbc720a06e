from __future__ import annotations

from collections import Counter

import pytest

from bridge.domain.layout import Box, Mark, MarkShape, MarkState, Word
from bridge.stages.clean import clean
from bridge.stages.marks import find_marks, without_marks
from bridge.stages.rules import find_rules, ink_map
from tests.unit.stages.drawn_forms import (
    BOLD,
    CONDITIONS,
    HEIGHT_MM,
    LIBERATION,
    MONO,
    PX_PER_MM,
    SANS,
    SERIF,
    WIDTH_MM,
    Sheet,
    form,
    letter,
)

STATES = {True: MarkState.MARKED, False: MarkState.EMPTY}


def marks_of(sheet: Sheet, condition: str, skew: float = 0.0, words: tuple[Word, ...] = ()) -> tuple[tuple[Mark, ...], int, int]:
    page = clean(sheet.faxed(condition, skew=skew))
    ink = ink_map(page)
    return find_marks(ink, words, find_rules(ink)), page.pixels.shape[1], page.pixels.shape[0]


def words_of(sheet: Sheet, width: int, height: int) -> tuple[Word, ...]:
    """Return what a good reader reads on an unskewed page."""
    x, y = width / 2 - WIDTH_MM / 2 * PX_PER_MM, height / 2 - HEIGHT_MM / 2 * PX_PER_MM
    boxes = [(text, [v * PX_PER_MM for v in box]) for text, box in sheet.words]
    return tuple(Word(text, 0.9, Box(x + b[0], y + b[1], x + b[2], y + b[3]), 0, 0) for text, b in boxes)


def outcome(sheet: Sheet, condition: str, skew: float) -> Counter[tuple[str, str]]:
    """Count right, doubtful, wrong, missed and false marks by shape. The middle of the page stays the middle."""
    found, width, height = marks_of(sheet, condition, skew)
    left = list(found)
    count: Counter[tuple[str, str]] = Counter()
    for drawn in sheet.marks:
        x = width / 2 + ((drawn.box[0] + drawn.box[2]) / 2 - WIDTH_MM / 2) * PX_PER_MM
        y = height / 2 + ((drawn.box[1] + drawn.box[3]) / 2 - HEIGHT_MM / 2) * PX_PER_MM
        here = [mark for mark in left if abs(mark.box.centre[0] - x) < 15 and abs(mark.box.centre[1] - y) < 15]
        if not here:
            count[drawn.shape, "missed"] += 1
            continue
        left.remove(here[0])
        state = here[0].state
        count[drawn.shape, "faint" if state is MarkState.FAINT else "right" if state is STATES[drawn.is_marked] else "wrong"] += 1
    for mark in left:
        count[mark.shape.value, "false"] += 1
    return count


@pytest.mark.parametrize(
    ("condition", "least"),
    [("fine-clean", 0.95), ("fine-noisy", 0.9), ("standard-clean", 0.85), ("standard-noisy", 0.8)],
)  # fmt: skip
def test_marks_are_found_with_their_state_and_never_taken_for_the_contrary(condition: str, least: float) -> None:
    total: Counter[tuple[str, str]] = Counter()
    for seed, skew in ((1, 0.0), (2, 0.8), (3, -1.4)):
        total += outcome(form(seed), condition, skew)
    boxes = {how: total["square", how] + total["circle", how] for how in ("right", "faint", "wrong", "missed", "false")}
    assert boxes["wrong"] == 0
    assert boxes["right"] / (boxes["right"] + boxes["faint"] + boxes["missed"]) >= least
    assert boxes["false"] <= 2
    brackets = {how: total["brackets", how] for how in ("right", "wrong", "missed", "false")}
    assert brackets["wrong"] == brackets["false"] == 0
    assert brackets["right"] / (brackets["right"] + brackets["missed"]) >= 0.7


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(("size", "font"), [(9, MONO), (11, SERIF), (11, LIBERATION), (13, BOLD), (10, SANS)])
def test_letters_that_look_like_boxes_are_none(condition: str, size: float, font: str) -> None:
    sheet = letter(size, font)
    _, width, height = marks_of(sheet, condition)
    read, _, _ = marks_of(sheet, condition, words=words_of(sheet, width, height))
    assert len(read) <= 1


@pytest.mark.parametrize("condition", CONDITIONS)
def test_cells_of_a_grid_are_no_check_boxes(condition: str) -> None:
    sheet = Sheet()
    for i in range(10):
        sheet.line(40 + i * 5, 80, 40 + i * 5, 86)
    sheet.line(40, 80, 85, 80)
    sheet.line(40, 86, 85, 86)
    for i, digit in enumerate("123456789"):
        sheet.text(41.3 + i * 5, 80.8, digit, 12)
    found, _, _ = marks_of(sheet, condition)
    assert found == ()


def test_a_bullet_is_no_blackened_box() -> None:
    sheet = Sheet()
    for i in range(5):
        sheet.pen.rectangle([round(v * 408 / 25.4) for v in (20, 50 + i * 8, 22.6, 52.6 + i * 8)], fill=0)
        sheet.text(26, 49.5 + i * 8, "Punkt der Liste", 10)
    found, _, _ = marks_of(sheet, "fine-clean")
    assert found == ()


def test_a_stroke_that_only_scratches_the_box_is_doubtful() -> None:
    sheet = Sheet()
    for i in range(4):
        sheet.square(20 + i * 15, 60, 4.5)
    sheet.line(21.0, 60.9, 22.6, 63.2, 0.35)
    found, _, _ = marks_of(sheet, "fine-clean")
    assert [mark.state for mark in found] == [MarkState.FAINT, MarkState.EMPTY, MarkState.EMPTY, MarkState.EMPTY]


def test_a_typed_word_in_brackets_is_no_mark() -> None:
    sheet = Sheet()
    sheet.text(20, 60, "siehe [ab] und (cd), (a) oder (b)", 12, LIBERATION)
    found, _, _ = marks_of(sheet, "fine-clean")
    assert found == ()


class TestWordsBesideMarks:
    mark = Mark(Box(100, 100, 150, 150), MarkShape.SQUARE, MarkState.MARKED, 0.3)

    def word(self, text: str, left: float, right: float, top: float = 105, bottom: float = 145) -> Word:
        return Word(text, 0.9, Box(left, top, right, bottom), 1, 1)

    @pytest.mark.parametrize("text", ["X", "[X]", "O", "E", "□", "DX", "[]"])
    def test_the_box_read_as_letters_is_taken_out(self, text: str) -> None:
        assert without_marks([self.word(text, 98, 152)], [self.mark]) == ()

    def test_its_label_stays(self) -> None:
        label = self.word("männlich", 160, 300)
        assert without_marks([label], [self.mark]) == (label,)

    def test_a_label_glued_to_its_box_is_cut_free(self) -> None:
        (cut,) = without_marks([self.word("[Xmännlich", 100, 330)], [self.mark])
        assert cut.text == "männlich"
        assert cut.box.left == 150

    def test_a_word_with_none_of_its_letters_like_a_box_is_left_whole(self) -> None:
        word = self.word("Dresden", 120, 400)
        assert without_marks([word], [self.mark]) == (word,)

    def test_a_word_through_which_the_stroke_runs_is_left(self) -> None:
        word = self.word("weiblich", 90, 160)
        assert without_marks([word], [self.mark]) == (word,)

    def test_a_word_in_another_line_is_left(self) -> None:
        word = self.word("X", 100, 150, top=148, bottom=190)
        assert without_marks([word], [self.mark]) == (word,)

    def test_a_word_ending_at_the_box_is_left(self) -> None:
        word = self.word("Geschlecht", 0, 120)
        assert without_marks([word], [self.mark]) == (word,)


def test_a_confident_word_keeps_its_letters_from_being_boxes() -> None:
    sheet = Sheet()
    for i in range(3):
        sheet.square(20 + i * 15, 60, 4.0)
    word = Word("Wohnort", 0.95, Box(10 * PX_PER_MM, 59 * PX_PER_MM, 27 * PX_PER_MM, 65 * PX_PER_MM), 0, 0)
    found, _, _ = marks_of(sheet, "fine-clean", words=(word,))
    assert len(found) == 2
