from __future__ import annotations

import cv2
import numpy as np
import pytest

from bridge.domain.layout import Box, MarkShape, MarkState
from bridge.stages.crosses import Place
from bridge.stages.overdrawn import find_overdrawn
from bridge.stages.rules import InkMap
from tests.unit.stages.drawn_forms import PX_PER_MM, Sheet
from tests.unit.stages.test_marks import marks_of

SIZE = 20  # pixels of the mask: a box of 3.3 mm


class Ink:
    """The ink mask of a page, drawn by hand."""

    def __init__(self) -> None:
        self.mask = np.zeros((300, 300), np.uint8)
        self.squares: list[Place] = []

    def box(self, x: int, y: int) -> None:
        """Draw an empty check box around (x, y), one that was found."""
        half = SIZE // 2
        cv2.rectangle(self.mask, (x - half, y - half), (x + half, y + half), 255, 2)
        self.squares.append(Place(x - half, y - half, x + half, y + half, MarkShape.SQUARE, 2.0))

    def blot(self, x: int, y: int, size: float = 1.4, stroke: int = 9) -> None:
        """Draw a heavy cross around (x, y), `size` times as large as a box."""
        half = round(size * SIZE / 2) - stroke // 2
        cv2.line(self.mask, (x - half, y - half), (x + half, y + half), 255, stroke)
        cv2.line(self.mask, (x + half, y - half), (x - half, y + half), 255, stroke)

    def found(self, *words: Box) -> list[tuple[float, float]]:
        """Return the middles of the boxes told from their blots."""
        ink = InkMap(self.mask, self.mask, PX_PER_MM / 2)
        return [place.centre for place in find_overdrawn(ink, self.squares, words)]


@pytest.fixture
def column() -> Ink:
    ink = Ink()
    for y in (50, 100, 200):
        ink.box(50, y)
    return ink


def test_a_blot_in_a_column_of_boxes_is_a_box(column):
    column.blot(50, 150)
    assert column.found() == [pytest.approx((50.5, 150.5), abs=1)]


def test_it_is_as_large_as_the_others_and_as_thick_in_outline(column):
    column.blot(50, 150)
    (place,) = find_overdrawn(InkMap(column.mask, column.mask, PX_PER_MM / 2), column.squares, ())
    assert (place.width, place.height, place.line, place.shape) == (SIZE, SIZE, 2.0, MarkShape.SQUARE)


def test_a_blot_in_the_row_of_a_single_box_is_a_box(column):
    column.blot(180, 100)
    assert column.found() == [pytest.approx((180.5, 100.5), abs=1)]


def test_a_blot_out_of_line_is_none(column):
    column.blot(180, 150)
    assert column.found() == []


def test_one_box_in_its_column_is_not_enough():
    ink = Ink()
    ink.box(50, 50)
    ink.box(200, 100)
    ink.blot(50, 150)
    assert ink.found() == []


@pytest.mark.parametrize("size", [0.8, 2.3])
def test_a_blot_smaller_than_a_box_or_much_larger_is_none(column, size):
    column.blot(50, 150, size)
    assert column.found() == []


def test_thin_strokes_are_no_blot(column):
    column.blot(50, 150, stroke=2)
    assert column.found() == []


def test_a_blot_inside_a_surely_read_word_is_none(column):
    column.blot(50, 150)
    assert column.found(Box(20, 130, 120, 170)) == []


def test_a_cross_that_leaves_a_found_box_is_part_of_it(column):
    column.blot(50, 112)
    assert column.found() == []


def test_without_other_boxes_nothing_is_told():
    ink = Ink()
    ink.box(50, 50)
    ink.blot(120, 50)
    assert ink.found() == []


def test_on_a_page_the_crossed_box_is_marked_and_the_others_are_empty():
    sheet = Sheet()
    for i in range(5):
        sheet.square(20, 60 + 9 * i, 3.5)
        sheet.text(26, 59.7 + 9 * i, "Masern", 10)
    for tilt in (0.0, 0.4):
        sheet.line(19.2, 77.2 + tilt, 24.3, 82.3 - tilt, 1.9)
        sheet.line(24.3, 77.2 + tilt, 19.2, 82.3 - tilt, 1.9)
    found, _, _ = marks_of(sheet, "fine-clean")
    assert [mark.state for mark in found] == [MarkState.EMPTY, MarkState.EMPTY, MarkState.MARKED, MarkState.EMPTY, MarkState.EMPTY]
