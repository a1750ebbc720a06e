"""Print in white on black bars, as headings of sections often stand: readers of whole pages pass it over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Word
from bridge.stages.rules import InkMap

_HEIGHT_MM: Final = (3.2, 14.0)
_NARROWEST_MM: Final = 15.0
_DARK: Final = 0.55  # share of a bar that is ink, its letters left out
_STROKE_MM: Final = 1.3  # letters' strokes are closed over
_LETTER_MM: Final = 1.2
_FEWEST: Final = 3  # letters that make a bar worth reading
_COVERED: Final = 0.3  # share of its print's width from which a word was read there already


def find_bars(ink: InkMap, words: Sequence[Word]) -> tuple[Box, ...]:
    """Return the dark bars with white letters that no word covers, top to bottom, in pixels of the upright page."""
    stroke = np.ones((ink.length(_STROKE_MM), ink.length(_STROKE_MM)), np.uint8)
    solid = cv2.morphologyEx(ink.mask, cv2.MORPH_CLOSE, stroke)
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((ink.length(_HEIGHT_MM[0]), ink.length(_NARROWEST_MM)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    bars = []
    for left, top, width, height, _ in stats[1:count].tolist():
        inside = ink.mask[top : top + height, left : left + width]
        if height > ink.length(_HEIGHT_MM[1]) or np.count_nonzero(inside) < _DARK * inside.size:
            continue
        first, last = _letters(inside, ink)
        if last > first and not _is_read(ink.page_box(left + first, top, left + last, top + height), words):
            bars.append(ink.page_box(left, top, left + width, top + height))
    return tuple(sorted(bars, key=lambda bar: bar.top))


def turned_light(strip: Pixels) -> Pixels:
    """Return a bar as dark print on white."""
    return np.asarray(255 - strip, np.uint8)


def _letters(inside: Pixels, ink: InkMap) -> tuple[int, int]:
    """Return from where to where white letters stand in a bar, (0, 0) where there are too few to be print."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(inside), connectivity=8)
    height, width = inside.shape
    spans = [
        (left, left + across)
        for left, top, across, down, _ in stats[1:count].tolist()
        if down >= ink.length(_LETTER_MM) and top > 0 and top + down < height and left > 0 and left + across < width
    ]
    if len(spans) < _FEWEST:
        return 0, 0
    return min(left for left, _ in spans), max(right for _, right in spans)


def _is_read(letters: Box, words: Sequence[Word]) -> bool:
    mine = [word for word in words if word.confidence >= 0.5 and word.box.overlap_y(letters) >= 0.5 * word.box.height]
    return sum(word.box.overlap_x(letters) for word in mine) >= _COVERED * letters.width
