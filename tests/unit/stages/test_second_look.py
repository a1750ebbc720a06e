from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bridge.domain.findings import MIXED, Located
from bridge.domain.forms import FieldKind
from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Layout, Mark, MarkShape, MarkState, Reading, Word
from bridge.readers.second_look import SecondLookPageReader
from bridge.stages.second_look import DoubtfulLine, cut_out, find_doubtful, replaced, with_reader, words_of


def word(text: str, left: float, confidence: float = 0.95, width: float = 100, reader: str | None = None, line: int = 0) -> Word:
    return Word(text, confidence, Box(left, 100 + 50 * line, left + width, 130 + 50 * line), 0, line, reader)


def mark(left: float) -> Mark:
    return Mark(Box(left, 98, left + 34, 132), MarkShape.SQUARE, MarkState.EMPTY, 0.0)


def box_of(words: Sequence[Word], marks: Sequence[Mark] = ()) -> list[Box]:
    return [line.box for line in find_doubtful(words, marks)]


def test_what_was_read_well_is_not_read_again() -> None:
    assert find_doubtful([word("Geburtsdatum", 100), word("Name", 300, line=1)], ()) == ()


def test_a_doubtful_label_is_read_again_whole() -> None:
    (box,) = box_of([word("Bermm", 100, 0.4), word("den", 210, 0.6), word("Symptome", 320, 0.97)])
    assert (box.left, box.right) == (100, 420)


def test_a_wide_gap_and_a_check_box_end_what_is_read_again() -> None:
    (box,) = box_of([word("Geimff", 100, 0.4), word("unbekannt", 400)])
    assert box.right == 200
    (box,) = box_of([word("nein", 100, 0.4, width=60), word("unbekannt", 210)], [mark(168)])
    assert box.right == 160


def test_a_word_glued_to_its_check_box_is_read_again_without_it() -> None:
    (line,) = find_doubtful([word("Dnein", 100, 0.93), word("Name", 300, line=1)], [mark(98)])
    assert line.box.left > 130
    assert line.marks == (mark(98).box,)
    page = np.full((300, 300), 255, np.uint8)
    page[100:130, 100:134] = 0
    strip, _ = cut_out(page, line)
    assert (strip == 255).all()


def test_prose_and_leaders_are_left_alone() -> None:
    prose = [word("Wort", 100 + 110 * i, 0.5) for i in range(9)]
    leader = Word("eee", 0.1, Box(100, 400, 300, 405), 0, 9)
    assert find_doubtful([*prose, leader], ()) == ()


def test_words_read_again_stand_where_the_gaps_are_and_name_their_reader() -> None:
    strip = np.full((30, 200), 255, np.uint8)
    strip[10:20, 20:60] = strip[10:20, 100:180] = 0
    line = DoubtfulLine(Box(50, 10, 250, 40), (), 3, 4)
    first, second = words_of(line, Reading("ppocr", "□ nicht geimpft", 0.97), strip, 40)
    assert [first.text, second.text] == ["nicht", "geimpft"]
    assert (first.box.left, first.box.right, second.box.left, second.box.right) == (60, 100, 140, 220)
    assert (first.reader, first.block, first.line) == ("ppocr", 3, 4)
    assert first.confidence <= 0.7
    assert words_of(line, Reading("ppocr", "nicht", 0.2), strip, 40) == ()
    assert words_of(line, Reading("ppocr", "□", 0.9), strip, 40) == ()


def test_words_read_again_replace_those_under_them_and_of_two_the_better_stays() -> None:
    again = word("nein", 110, 0.7, reader="ppocr")
    assert replaced([word("Dnein", 100, 0.9), word("ja", 400), again]) == (word("ja", 400), again)
    assert replaced([word("Katarrn", 100, 0.3), word("Katarrh", 102, 0.8)]) == (word("Katarrh", 102, 0.8),)


def test_a_place_names_the_engine_that_read_it_and_two_in_parts_bear_no_witness() -> None:
    layout = Layout(1000, 1000, (word("Anna", 100, reader="ppocr"), word("Maria", 220)))
    place = Located("x", FieldKind.NAME, 1, Box(95, 95, 205, 135), "Anna", 0.7)
    assert with_reader(place, layout, ()).reader == "ppocr"
    both = Located("x", FieldKind.NAME, 1, Box(95, 95, 330, 135), "Anna Maria", 0.7)
    assert with_reader(both, layout, ()).reader == MIXED
    alone = Located("x", FieldKind.NAME, 1, Box(215, 95, 330, 135), "Maria", 0.7)
    assert with_reader(alone, layout, ()).reader is None


def test_on_a_page_read_whole_by_another_engine_no_place_counts_as_the_page_readers_own() -> None:
    layout = Layout(1000, 1000, (word("Anna", 100, reader="ppocr"), word("Maria", 220, reader="ppocr")))
    between = Located("x", FieldKind.NAME, 1, Box(170, 95, 215, 135), "na", 0.7)
    assert with_reader(between, layout, ()).reader == "ppocr"


class Lines:
    name = "ppocr"

    def read_values(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        return [Reading("ppocr", "nein", 0.9) for _ in crops]


def test_lines_are_read_by_the_second_engine() -> None:
    reader = SecondLookPageReader(None, Lines(), None)  # type: ignore[arg-type]
    assert [reading.text for reading in reader.read_lines([np.zeros((3, 3), np.uint8)])] == ["nein"]
