"""Check boxes crossed so heavily that none of their sides is left to see: blots of their size, in line with other boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from bridge.domain.layout import Box, MarkShape
from bridge.stages.crosses import Place
from bridge.stages.rules import InkMap

_SIZES: Final = (1.1, 1.9)  # of the other boxes' size: the cross reaches out of its box, or its sides would be seen; letters are lower
_IN_LINE: Final = 0.3  # of their size: how far its middle may be out of line
_INKED: Final = 0.4  # share of a blot's box that is ink: letters have less
_APART: Final = 1.2  # of their size: how near to another box a blot is part of it


def find_overdrawn(ink: InkMap, squares: Sequence[Place], words: Sequence[Box]) -> list[Place]:
    """Return the places of blots that can only be crossed boxes, in pixels of the ink mask.

    `squares` are the boxes that were found, `words` the boxes of longer words that were surely read, in the same pixels.
    """
    if len(squares) < 2:
        return []
    size = float(np.median([(place.width + place.height) / 2 for place in squares]))
    line = float(np.median([place.line for place in squares]))
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8)
    found: list[Place] = []
    for left, top, width, height, area in stats[1:count].tolist():
        if not (_SIZES[0] * size <= width <= _SIZES[1] * size and _SIZES[0] * size <= height <= _SIZES[1] * size):
            continue
        blot = Box(left, top, left + width, top + height)
        if area < _INKED * width * height or any(word.holds(blot) for word in words):
            continue
        if _is_in_line(blot, squares, size) and not any(_is_near(blot, other, size) for other in [*squares, *found]):
            x, y = blot.centre
            found.append(Place(x - size / 2, y - size / 2, x + size / 2, y + size / 2, MarkShape.SQUARE, line))
    return found


def _is_in_line(blot: Box, squares: Sequence[Place], size: float) -> bool:
    """Tell whether a box stands in the blot's row, or two stand in its column."""
    x, y = blot.centre
    row = sum(abs(other.centre[1] - y) <= _IN_LINE * size for other in squares)
    column = sum(abs(other.centre[0] - x) <= _IN_LINE * size for other in squares)
    return row >= 1 or column >= 2


def _is_near(blot: Box, other: Place, size: float) -> bool:
    return abs(blot.centre[0] - other.centre[0]) < _APART * size and abs(blot.centre[1] - other.centre[1]) < _APART * size
