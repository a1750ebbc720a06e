from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import ImageFont

from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Reading, Word
from bridge.ports import PageReading
from bridge.stages.bars import find_bars
from bridge.stages.clean import clean
from bridge.stages.rules import ink_map
from bridge.stages.unread import find_unread, read_again
from tests.unit.stages.drawn_forms import BOLD, Sheet, px

PX = 306 / 25.4


def with_bar(text: str, height: float = 7.0) -> Sheet:
    sheet = Sheet()
    sheet.pen.rectangle([px(20), px(50), px(190), px(50 + height)], fill=0)
    sheet.pen.text((px(23), px(51)), text, fill=255, font=ImageFont.truetype(BOLD, 50))
    return sheet


class Reader:
    """Reads lines, and keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[Pixels] = []

    def read_page(self, pixels: Pixels, dpi: float) -> PageReading:
        return PageReading(())

    def orientation(self, pixels: Pixels, dpi: float) -> tuple[int, float]:
        return 0, 0.0

    def read_lines(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        self.shown += crops
        return [Reading("ppocr", "Angaben zur Person", 0.95) for _ in crops]


@pytest.mark.parametrize("condition", ["fine-clean", "standard-clean"])
def test_white_print_on_a_bar_is_read_as_dark_print(condition: str) -> None:
    page = clean(with_bar("Angaben zur Person").faxed(condition))
    ink, reader = ink_map(page), Reader()
    words, unread = read_again(page, find_unread(ink, (), (), (), ()), reader)
    assert [word.text for word in words] == ["Angaben", "zur", "Person"]
    assert abs(words[0].box.left - 23 * PX) < 2 * PX
    assert unread == ()
    assert np.median(reader.shown[0]) > 200


def test_bars_without_print_and_print_that_was_read_are_none() -> None:
    page = clean(with_bar("").faxed())
    assert find_bars(ink_map(page), ()) == ()
    page = clean(with_bar("Angaben zur Person").faxed())
    word = Word("Angaben zur Person", 0.9, Box(23 * PX, 51 * PX, 75 * PX, 56 * PX), 0, 0)
    assert find_bars(ink_map(page), [word]) == ()


def test_pictures_are_no_bars() -> None:
    sheet = Sheet()
    sheet.pen.rectangle([px(20), px(50), px(80), px(110)], fill=0)
    assert find_bars(ink_map(clean(sheet.faxed())), ()) == ()
