from __future__ import annotations

import cv2
import numpy as np
import pytest

from bridge.domain.layout import Box, MarkShape, MarkState
from bridge.stages.crosses import Place
from bridge.stages.encircled import is_encircled
from tests.unit.stages.drawn_forms import Sheet, px
from tests.unit.stages.test_marks import marks_of

PLACE = Place(90, 90, 110, 110, MarkShape.SQUARE, 2.0)


class Ink:
    """An ink mask with one empty check box in its middle."""

    def __init__(self) -> None:
        self.mask = np.zeros((200, 200), np.uint8)
        cv2.rectangle(self.mask, (90, 90), (109, 109), 255, 2)
        self.rules: list[Box] = []

    def ring(self, across: int = 19, down: int = 18, start: float = 0, end: float = 360) -> None:
        """Draw a ring around the box; angles clockwise from the right."""
        cv2.ellipse(self.mask, (100, 100), (across, down), 0, start, end, 255, 2)

    def words(self, x: int = 120) -> None:
        """Print words in the box's line."""
        cv2.putText(self.mask, "Masern", (x, 108), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 2)

    def cell(self) -> None:
        """Rule a cell closely around the box."""
        for left, top, right, bottom in ((82, 82, 118, 83), (82, 117, 118, 118), (82, 82, 83, 118), (117, 82, 118, 118)):
            self.mask[top : bottom + 1, left : right + 1] = 255
            self.rules.append(Box(left, top, right, bottom))

    @property
    def is_encircled(self) -> bool:
        return is_encircled(self.mask, PLACE, self.rules)


@pytest.fixture
def ink() -> Ink:
    return Ink()


def test_a_ring_round_the_box_is_one(ink):
    ink.ring()
    assert ink.is_encircled


def test_a_ring_through_the_words_beside_the_box_is_one(ink):
    ink.ring()
    ink.words(112)
    assert ink.is_encircled


def test_a_ring_not_wholly_closed_is_one(ink):
    ink.ring(start=300, end=630)
    assert ink.is_encircled


def test_a_plain_box_is_none(ink):
    assert not ink.is_encircled


def test_a_plain_box_beside_words_is_none(ink):
    ink.words()
    assert not ink.is_encircled


def test_a_box_in_a_ruled_cell_is_none(ink):
    ink.cell()
    assert not ink.is_encircled


def test_a_ring_inside_a_ruled_cell_is_one(ink):
    ink.cell()
    ink.ring(16, 16)
    assert ink.is_encircled


def test_an_arc_round_half_the_box_is_none(ink):
    ink.ring(start=90, end=270)
    assert not ink.is_encircled


def test_a_ring_open_on_the_side_away_from_the_words_is_none(ink):
    ink.ring(start=-145, end=145)
    assert not ink.is_encircled


def test_a_wide_ring_that_holds_more_than_the_box_is_none(ink):
    ink.ring(60, 50)
    assert not ink.is_encircled


def test_on_a_page_the_ringed_box_is_marked_and_the_others_are_empty():
    sheet = Sheet()
    for i in range(4):
        sheet.square(20, 60 + 10 * i, 3.5)
        sheet.text(27, 59.7 + 10 * i, "Masern", 10)
    sheet.pen.ellipse([px(v) for v in (18.6, 68.6, 24.9, 74.9)], outline=0, width=round(px(0.4)))
    found, _, _ = marks_of(sheet, "fine-clean")
    assert [mark.state for mark in found if mark.shape is MarkShape.SQUARE] == [
        MarkState.EMPTY, MarkState.MARKED, MarkState.EMPTY, MarkState.EMPTY,
    ]  # fmt: skip
