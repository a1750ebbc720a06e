from __future__ import annotations

import pytest

from bridge.domain.layout import Box, Word
from bridge.stages.clean import clean
from bridge.stages.handwriting import find_handwriting
from bridge.stages.marks import find_marks
from bridge.stages.rules import find_rules, ink_map
from tests.unit.stages.drawn_forms import BOLD, CONDITIONS, MONO, PX_PER_MM, SANS, Sheet, form, letter


def handwriting_of(sheet: Sheet, condition: str, words: tuple[Word, ...] = ()) -> tuple[Box, ...]:
    ink = ink_map(clean(sheet.faxed(condition, skew=0.5)))
    rules = find_rules(ink)
    return find_handwriting(ink, words, rules, find_marks(ink, words, rules))


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("seed", [1, 2])
def test_print_is_never_handwriting_even_if_no_word_was_read(condition: str, seed: int) -> None:
    assert handwriting_of(form(seed), condition) == ()
    for font in (MONO, SANS, BOLD):
        assert handwriting_of(letter(9 + 2 * seed, font), condition) == ()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_large_joined_stroke_is(condition: str) -> None:
    sheet = letter()
    sheet.scribble(60, 230, 45, 12)
    sheet.line(55, 236, 120, 236)  # the line it is signed on
    boxes = handwriting_of(sheet, condition)
    around = boxes[0]
    for box in boxes:
        around = around.union(box)
    assert around.left / PX_PER_MM < 65
    assert around.right / PX_PER_MM > 100
    assert around.top / PX_PER_MM > 220


def test_what_was_read_well_is_print() -> None:
    sheet = Sheet()
    sheet.scribble(60, 100, 45, 12)
    word = Word("Müller", 0.9, Box(59 * PX_PER_MM, 98 * PX_PER_MM, 110 * PX_PER_MM, 114 * PX_PER_MM), 0, 0)
    assert handwriting_of(sheet, "fine-clean", (word,)) == ()
    assert len(handwriting_of(sheet, "fine-clean")) == 1


def test_frames_and_pictures_are_none() -> None:
    sheet = Sheet()
    sheet.frame(20, 40, 60, 60, 0.8)
    sheet.pen.rectangle([round(v * 408 / 25.4) for v in (80, 40, 110, 60)], fill=0)
    sheet.line(20, 100, 60, 120, 0.5)
    assert [box for box in handwriting_of(sheet, "fine-clean") if box.top < 90 * PX_PER_MM] == []
