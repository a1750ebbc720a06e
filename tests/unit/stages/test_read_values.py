from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bridge.domain.findings import CropReadings
from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Reading
from bridge.stages.clean import clean
from bridge.stages.read_values import crop_of, read_values
from tests.unit.stages.drawn_forms import CONDITIONS, HEIGHT_MM, LIBERATION, PX_PER_MM, WIDTH_MM, Sheet


class CountingReader:
    """Answers with the number of crops it has seen."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: list[Pixels] = []

    def read_values(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        self.seen += crops
        return tuple(Reading(self.name, str(index), 0.5) for index in range(len(crops)))


def upright(sheet: Sheet, condition: str = "fine-clean") -> Pixels:
    return clean(sheet.faxed(condition)).pixels


def box(pixels: Pixels, left: float, top: float, right: float, bottom: float) -> Box:
    """Return millimetres of the sheet in pixels of the unskewed page."""
    x, y = pixels.shape[1] / 2 - WIDTH_MM / 2 * PX_PER_MM, pixels.shape[0] / 2 - HEIGHT_MM / 2 * PX_PER_MM
    return Box(x + left * PX_PER_MM, y + top * PX_PER_MM, x + right * PX_PER_MM, y + bottom * PX_PER_MM)


def test_every_reader_sees_every_box_with_ink_and_no_other() -> None:
    sheet = Sheet()
    sheet.text(30, 50, "Böhm")
    sheet.text(30, 70, "02943")
    pixels = upright(sheet)
    boxes = [box(pixels, 28, 49, 60, 56), box(pixels, 28, 90, 60, 97), box(pixels, 28, 69, 60, 76)]
    one, two = CountingReader("one"), CountingReader("two")
    crops = read_values(pixels, boxes, [one, two])
    assert [crop.index for crop in crops] == [0, 1, 2]
    assert tuple(crop.readings for crop in crops) == (
        (Reading("one", "0", 0.5), Reading("two", "0", 0.5)),
        (),
        (Reading("one", "1", 0.5), Reading("two", "1", 0.5)),
    )
    assert len(one.seen) == 2


def test_no_reader_is_called_for_nothing() -> None:
    pixels = np.full((300, 300), 255, np.uint8)
    reader = CountingReader("one")
    assert read_values(pixels, [Box(10, 10, 200, 60)], [reader]) == (CropReadings(0, ()),)
    assert read_values(pixels, [], [reader]) == ()
    assert reader.seen == []


@pytest.mark.parametrize("condition", CONDITIONS)
class TestEmptiness:
    def test_white_paper_is_empty(self, condition: str) -> None:
        pixels = upright(Sheet(), condition)
        assert crop_of(pixels, box(pixels, 50, 50, 120, 58)) is None

    def test_frames_and_dotted_lines_are_no_ink(self, condition: str) -> None:
        sheet = Sheet()
        sheet.frame(50, 50, 120, 58)
        sheet.text(50, 80, "." * 60, 10, LIBERATION)
        pixels = upright(sheet, condition)
        assert crop_of(pixels, box(pixels, 50.3, 50.3, 119.7, 57.7)) is None
        assert crop_of(pixels, box(pixels, 49.5, 49.5, 120.5, 58.5)) is None
        # where dust joins dots on the noisiest pages, showing them to a reader is the safe side
        assert crop_of(pixels, box(pixels, 50, 79, 120, 86)) is None or condition == "standard-noisy"

    def test_a_single_digit_is_ink(self, condition: str) -> None:
        sheet = Sheet()
        sheet.frame(50, 50, 120, 58)
        sheet.text(60, 52, "1", 11, LIBERATION)
        pixels = upright(sheet, condition)
        assert crop_of(pixels, box(pixels, 50.3, 50.3, 119.7, 57.7)) is not None


def inked_rows(crop: Pixels) -> int:
    return int(((crop < 150).sum(axis=1) > 0).sum())


def test_a_crop_leaves_out_printed_lines_and_the_lines_above_and_below() -> None:
    sheet = Sheet()
    for i, text in enumerate(("Hgjpq Obere", "Mustermann", "Ägypten Untere")):
        sheet.text(30, 50 + i * 4.6, text, 12)
    sheet.line(20, 48, 180, 48)
    pixels = upright(sheet)
    crop = crop_of(pixels, box(pixels, 29, 55.2, 60, 59.0))
    assert crop is not None
    assert crop.shape[0] < 4.6 * PX_PER_MM
    assert inked_rows(crop) < 3.6 * PX_PER_MM


def test_letters_cut_by_the_box_are_made_whole() -> None:
    sheet = Sheet()
    sheet.text(30, 50, "Ägypten", 14)
    pixels = upright(sheet)
    whole = crop_of(pixels, box(pixels, 25, 46, 70, 60))
    tight = crop_of(pixels, box(pixels, 31, 51.0, 50, 54.5))
    assert whole is not None
    assert tight is not None
    assert inked_rows(tight) == inked_rows(whole)
    assert ((tight < 150).sum(axis=0) > 0).sum() == ((whole < 150).sum(axis=0) > 0).sum()


def test_dust_far_beside_the_value_is_left_out() -> None:
    sheet = Sheet()
    sheet.text(30, 50, "Berlin.", 11)
    sheet.pen.ellipse([round(v * 408 / 25.4) for v in (100, 51, 100.5, 51.5)], fill=0)
    pixels = upright(sheet)
    crop = crop_of(pixels, box(pixels, 28, 49, 150, 56))
    assert crop is not None
    assert crop.shape[1] < 20 * PX_PER_MM


@pytest.mark.parametrize("place", [Box(-50, -50, -10, -10), Box(290, 290, 500, 500), Box(100, 100, 101, 101)])
def test_a_box_beside_the_page_is_empty(place: Box) -> None:
    assert crop_of(np.full((300, 300), 255, np.uint8), place) is None
