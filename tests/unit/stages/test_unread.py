from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bridge.domain.errors import ReaderError
from bridge.domain.image import Pixels, UprightPage
from bridge.domain.layout import Box, Rule, Word
from bridge.ports import PageReading
from bridge.stages.rules import ink_map
from bridge.stages.unread import find_unread, read_again
from tests.unit.stages.drawn_forms import LIBERATION

DPI = 300.0
MM = DPI / 25.4


def drawn(*lines: tuple[float, float, str]) -> UprightPage:
    image = Image.new("L", (round(210 * MM), round(297 * MM)), 255)
    pen = ImageDraw.Draw(image)
    for x, y, text in lines:
        pen.text((x * MM, y * MM), text, fill=0, font=ImageFont.truetype(LIBERATION, 44))
    return UprightPage(np.asarray(image), DPI, 0, 0.0, 0.01, is_blank=False)


class Reader:
    """Reads every sheet as one word at `at`, or gives up."""

    def __init__(self, words: Sequence[Word] = (), *, fails: bool = False) -> None:
        self.words, self.fails, self.sheets = tuple(words), fails, list[Pixels]()

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        self.sheets.append(pixels)
        if self.fails:
            raise ReaderError("no")
        return PageReading(self.words)

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        return 0, 0.0


def unread(page: UprightPage, words: Sequence[Word] = (), rules: Sequence[Rule] = ()) -> tuple[Box, ...]:
    return find_unread(ink_map(page), words, rules, (), ())


def word_over(x: float, y: float, width: float) -> Word:
    return Word("Wort", 0.9, Box(x * MM, y * MM, (x + width) * MM, (y + 5) * MM), 0, 0)


def test_a_printed_line_that_no_word_covers_is_found():
    (box,) = unread(drawn((30, 100, "Symptome: Fieber"), (30, 150, "Name: Anna")), [word_over(28, 149, 40)])
    assert 99 * MM < box.top < box.bottom < 107 * MM


def test_lines_that_were_read_leaders_and_dirt_are_not():
    page = drawn((30, 100, "Symptome: Fieber"), (30, 150, "." * 60), (90, 200, "i"))
    assert unread(page, [word_over(28, 99, 60)]) == ()


def test_a_line_read_again_comes_back_at_its_place_on_the_page():
    page = drawn((30, 100, "Symptome: Fieber"))
    lines = unread(page)
    sheet_word = Word("Fieber", 0.9, Box(4 * MM + 100, 4 * MM + 20, 4 * MM + 200, 4 * MM + 50), 0, 0)
    words, left = read_again(page, lines, Reader([sheet_word]))
    assert left == ()
    assert words[0].text == "Fieber"
    assert lines[0].left < words[0].box.left < lines[0].right
    assert abs(words[0].box.centre[1] - lines[0].centre[1]) < 4 * MM


def test_what_stays_unread_is_reported():
    page = drawn((30, 100, "Symptome: Fieber"))
    lines = unread(page)
    doubtful = Word("xx", 0.1, Box(4 * MM, 4 * MM, 5 * MM, 5 * MM), 0, 0)
    assert read_again(page, lines, Reader([doubtful])) == ((), lines)
    assert read_again(page, lines, Reader(fails=True)) == ((), lines)


def test_leaders_are_painted_over_before_a_line_is_read_again():
    page = drawn((30, 100, "Ortsteil" + "." * 30 + "Hamm"))
    reader = Reader()
    read_again(page, unread(page), reader)
    (sheet,) = reader.sheets
    shapes, _ = cv2.connectedComponents((sheet < 100).astype(np.uint8))
    assert 8 <= shapes - 1 <= 24  # twelve letters with their points, not the thirty dots between them


def test_nothing_is_read_where_nothing_was_missed():
    reader = Reader()
    assert read_again(drawn(), (), reader) == ((), ())
    assert reader.sheets == []
