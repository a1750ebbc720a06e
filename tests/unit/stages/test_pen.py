"""What ink tells of who wrote it. Drawn hands lean, climb and are uneven; real ones, which differ more, were not to be had."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from PIL import Image

from bridge.domain.image import Pixels
from bridge.domain.layout import Box
from bridge.stages.clean import clean
from bridge.stages.pen import pen_score, signs_of
from bridge.stages.read_values import crop_of
from tests.unit.stages.drawn_forms import BOLD, CONDITIONS, LIBERATION, MONO, PX_PER_MM, SANS, SERIF, Sheet, px

VALUES = ("Böhm", "15.03.2020", "03576 / 21 84 97", "Müggelstraße 17b", "02943 Weißwasser")
FONTS = (LIBERATION, SERIF, MONO, SANS, BOLD)
LINE_MM = 9.0


def crops_of(sheet: Sheet, count: int, condition: str = "fine-clean") -> list[Pixels]:
    """Return the crops of `count` lines of a sheet, faxed with print below that keeps the page straight."""
    for line in range(12):
        sheet.text(20, 210 + 6 * line, "Bitte in Druckschrift ausfüllen und unverzüglich an das Gesundheitsamt faxen", 10)
    pixels = clean(sheet.faxed(condition)).pixels
    tops = [(12 + line * LINE_MM) * PX_PER_MM for line in range(count)]
    crops = [crop_of(pixels, Box(28 * PX_PER_MM, top + PX_PER_MM, 140 * PX_PER_MM, top + 4 * PX_PER_MM)) for top in tops]
    return [crop for crop in crops if crop is not None]


def typed(texts: Sequence[str], condition: str = "fine-clean", size: float = 11, fonts: Sequence[str] = (LIBERATION,)) -> list[Pixels]:
    sheet = Sheet()
    for line, (text, font) in enumerate(product(texts, fonts)):
        sheet.text(30, 12 + line * LINE_MM, text, size, font)
    return crops_of(sheet, len(texts) * len(fonts), condition)


def by_hand(texts: Sequence[str], condition: str = "fine-clean", lean: float = 0.2, climb: float = 0.03, size: float = 14) -> list[Pixels]:
    """Write with letters that lean by `lean`, stand on a line that climbs by `climb` and is a little uneven."""
    sheet = Sheet()
    for line, text in enumerate(texts):
        alone = Sheet()
        alone.text(30, 12, text, size)
        writing = np.asarray(alone.image)[round(px(10)) : round(px(24)), round(px(28)) : round(px(120))].copy()
        middle = writing.shape[0] / 2
        for row in range(writing.shape[0]):  # lean: the higher a row, the further to the right
            writing[row] = np.roll(writing[row], round(lean * (middle - row)))
        for column in range(writing.shape[1]):  # climb, and rise and fall a little as wrists do
            writing[:, column] = np.roll(writing[:, column], -round(climb * column + px(0.15) * math.sin(column / px(4.3))))
        sheet.image.paste(Image.fromarray(writing), (round(px(28)), round(px(10 + line * LINE_MM))), Image.fromarray(255 - writing))
    return crops_of(sheet, len(texts), condition)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_print_is_hardly_ever_taken_for_handwriting(condition: str) -> None:
    scores = [pen_score(crop) for crop in typed(VALUES, condition, fonts=FONTS)]
    assert len(scores) == len(VALUES) * len(FONTS)
    assert sum(score >= 0.5 for score in scores) <= 1


@pytest.mark.parametrize("condition", CONDITIONS)
def test_large_leaning_letters_on_an_uneven_line_are_written_by_hand(condition: str) -> None:
    scores = [pen_score(crop) for crop in by_hand(VALUES, condition)]
    assert len(scores) == len(VALUES)
    assert min(scores) >= 0.5


def test_leaning_and_large_letters_each_make_a_hand_likelier() -> None:
    def score(lean: float = 0.0, size: float = 10) -> float:
        return pen_score(by_hand(["15.03.2020"], lean=lean, size=size)[0])

    even = score()
    assert score(lean=0.15) > even
    assert score(size=15) > even


def test_the_line_that_letters_stand_on_may_climb() -> None:
    level, climbing = (signs_of(by_hand(["Müggelstraße 17b"], lean=0, climb=climb)[0]) for climb in (0.0, 0.05))
    assert level is not None
    assert climbing is not None
    assert climbing.climb > level.climb + 0.02


def test_letters_that_lean_to_the_left_lean_too() -> None:
    for lean in (0.3, -0.3):
        signs = signs_of(by_hand(["15.03.2020"], lean=lean)[0])
        assert signs is not None
        assert signs.lean > 4


def test_a_single_seven_leans_by_itself_and_is_print() -> None:
    assert pen_score(typed(["7"])[0]) < 0.5


def test_a_printed_line_below_print_is_no_joined_writing() -> None:
    sheet = Sheet()
    sheet.text(30, 12, "Weißwasser", 11)
    sheet.line(28, 16.6, 60, 16.6)
    assert pen_score(crops_of(sheet, 1)[0]) < 0.5


@pytest.mark.parametrize("crop", [np.full((40, 200), 255, np.uint8), np.full((1, 1), 255, np.uint8), np.zeros((40, 200), np.uint8)])
def test_where_no_letters_are_nobody_wrote(crop: Pixels) -> None:
    assert pen_score(crop) == 0.0
