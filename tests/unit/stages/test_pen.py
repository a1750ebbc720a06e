"""What ink tells of who wrote it. Drawn hands lean, climb and are uneven; real ones, which differ more, were not to be had."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageFont

from bridge.domain.image import Pixels
from bridge.domain.layout import Box
from bridge.stages.clean import clean
from bridge.stages.pen import pen_score, signs_of
from bridge.stages.read_values import crop_of
from tests.unit.stages.drawn_forms import BOLD, CONDITIONS, DRAWN_DPI, LIBERATION, MONO, PX_PER_MM, SANS, SERIF, Sheet, px

VALUES = ("Böhm", "15.03.2020", "03576 / 21 84 97", "Müggelstraße 17b", "02943 Weißwasser")
UNEVEN = np.random.default_rng(5)


def faxed(sheet: Sheet, condition: str, y: float) -> Pixels:
    """Return the crop of what stands `y` mm from the top between two printed lines that keep the page straight."""
    for at in (20, 280):
        sheet.line(20, at, 190, at)
    pixels = clean(sheet.faxed(condition)).pixels
    crop = crop_of(pixels, Box(28 * PX_PER_MM, (y + 1) * PX_PER_MM, 140 * PX_PER_MM, (y + 5) * PX_PER_MM))
    assert crop is not None
    return crop


def typed(text: str, condition: str = "fine-clean", size: float = 11, font: str = LIBERATION) -> Pixels:
    sheet = Sheet()
    sheet.text(30, 50, text, size, font)
    return faxed(sheet, condition, 50)


def by_hand(text: str, condition: str = "fine-clean", lean: float = 0.2, climb: float = 0.03, size: float = 14) -> Pixels:
    """Write with letters that lean by `lean`, stand on a line that climbs by `climb`, and are each a little higher or lower."""
    sheet = Sheet()
    face = ImageFont.truetype(LIBERATION, round(size * DRAWN_DPI / 72))
    sheet.pen.text((px(30), px(50)), text, fill=0, font=face)
    width = sheet.pen.textlength(text, font=face)
    drawn = np.asarray(sheet.image).copy()
    top, left, bottom = round(px(48)), round(px(28)), round(px(60))
    writing = drawn[top:bottom, left : round(px(30) + width + px(4))].copy()
    drawn[top:bottom, left : round(px(30) + width + px(4))] = 255
    for row in range(writing.shape[0]):  # lean: the higher a row, the further to the right
        writing[row] = np.roll(writing[row], round(lean * (writing.shape[0] / 2 - row)))
    for column in range(writing.shape[1]):  # climb, and rise and fall a little as wrists do
        wave = 0.25 * np.sin(column / px(4.3))
        writing[:, column] = np.roll(writing[:, column], -round(climb * column + px(wave)))
    drawn[top:bottom, left : left + writing.shape[1]] = writing
    sheet.image.frombytes(drawn.tobytes())
    return faxed(sheet, condition, 50)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("font", [LIBERATION, SERIF, MONO, SANS, BOLD])
def test_print_is_no_handwriting(condition: str, font: str) -> None:
    for size in (9, 12):
        assert [text for text in VALUES if pen_score(typed(text, condition, size, font)) >= 0.5] == []


@pytest.mark.parametrize("condition", CONDITIONS)
def test_large_leaning_letters_on_an_uneven_line_are_written_by_hand(condition: str) -> None:
    assert [text for text in VALUES if pen_score(by_hand(text, condition)) < 0.5] == []


def test_every_sign_alone_makes_a_hand_likelier() -> None:
    even = pen_score(by_hand("15.03.2020", lean=0, climb=0, size=11))
    assert pen_score(by_hand("15.03.2020", lean=0.2, climb=0, size=11)) > even
    assert pen_score(by_hand("15.03.2020", lean=0, climb=0.03, size=11)) > even
    assert pen_score(by_hand("15.03.2020", lean=0, climb=0, size=15)) > even


def test_letters_that_lean_to_the_left_lean_too() -> None:
    right, left = signs_of(by_hand("15.03.2020", lean=0.2)), signs_of(by_hand("15.03.2020", lean=-0.2))
    assert right is not None
    assert left is not None
    assert right.lean > 5
    assert left.lean > 5


def test_a_single_seven_leans_by_itself_and_is_print() -> None:
    assert pen_score(typed("7")) < 0.5


def test_a_printed_line_below_print_is_no_joined_writing() -> None:
    sheet = Sheet()
    sheet.text(30, 50, "Weißwasser", 11, LIBERATION)
    sheet.line(28, 54.6, 60, 54.6)
    assert pen_score(faxed(sheet, "fine-clean", 50)) < 0.5


@pytest.mark.parametrize("crop", [np.full((40, 200), 255, np.uint8), np.full((1, 1), 255, np.uint8), np.zeros((40, 200), np.uint8)])
def test_where_no_letters_are_nobody_wrote(crop: Pixels) -> None:
    assert pen_score(crop) == 0.0
