"""Whether a place for a cross has been marked, from the ink inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.domain.image import Pixels
from bridge.domain.layout import Box, MarkShape, MarkState

_FILLED: Final = 0.45  # share of ink inside from which a place counts as filled, whatever its shape
_CROSSED: Final = 0.16  # and with a stroke through the inside (measured: crosses and ticks from 0.25 on, empty ones to 0.1)
_CLEAR: Final = 0.05  # up to here nothing is inside
_TYPED: Final = 0.09  # the same between brackets, where an x in type is small (measured: from 0.125; empty to 0.02)
_LONG: Final = 0.55  # length of a stroke against the inside, from which it counts as a cross
_SHORT: Final = 0.35  # up to here it is noise or dirt
_CORE: Final = 0.02  # share of ink in the middle up to which nothing is there
_RIM: Final = 0.22  # how deep ink along the edge may reach and still be the outline


@dataclass(frozen=True, slots=True)
class Place(Box):
    """A printed place for a cross, in pixels of the ink mask, outer edges; `line` is how thick its outline is."""

    shape: MarkShape
    line: float

    def overlaps(self, other: Place) -> bool:
        """Tell whether both share more than a quarter of the smaller one."""
        smaller = min(self.width * self.height, other.width * other.height)
        return self.overlap_x(other) * self.overlap_y(other) > 0.25 * smaller


def state_of(mask: Pixels, place: Place) -> tuple[MarkState, float]:
    """Return the state of `place` on the ink `mask`, and the share (0..1) of its inside that is ink."""
    inside = inside_of(mask, place)
    if inside.size == 0:
        return MarkState.FAINT, 0.0
    fill, reach = _strokes(inside, place.shape)
    needed = _TYPED if place.shape is MarkShape.BRACKETS else _CROSSED
    if place.shape is not MarkShape.BRACKETS and fill < _FILLED and not _reaches_middle(inside):
        return MarkState.EMPTY, fill
    if fill >= _FILLED or (fill >= needed and reach >= _LONG):
        return MarkState.MARKED, fill
    if fill <= min(_CLEAR, needed / 2) or (reach <= _SHORT and fill < needed):
        return MarkState.EMPTY, fill
    return MarkState.FAINT, fill


def _reaches_middle(inside: Pixels) -> bool:
    """Tell whether there is ink away from the edges: every cross and tick has some, a ragged or double outline has none."""
    height, width = inside.shape
    y, x = round(_RIM * height), round(_RIM * width)
    middle = inside[y : height - y, x : width - x]
    return middle.size == 0 or bool(np.count_nonzero(middle) > _CORE * middle.size)


def inside_of(mask: Pixels, place: Place) -> Pixels:
    """Return the ink within the outline; a circle's corners are blanked."""
    inset = place.line + 1.0
    left, right = round(place.left + inset), round(place.right - inset)
    if place.shape is MarkShape.BRACKETS:
        top, bottom = round(place.top), round(place.bottom)
    else:
        top, bottom = round(place.top + inset), round(place.bottom - inset)
    inside = mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    if place.shape is not MarkShape.CIRCLE or inside.size == 0:
        return inside
    return np.where(_disc(*inside.shape), inside, 0).astype(np.uint8)


def _strokes(inside: Pixels, shape: MarkShape) -> tuple[float, float]:
    """Return the share of the inside that is ink, its rim and specks left out, and the longest stroke against the inside."""
    height, width = inside.shape
    joined = cv2.dilate(inside, np.ones((2, 2), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    inked, longest = 0, 0.0
    for label, (left, top, across, down, area) in enumerate(stats[1:count].tolist(), start=1):
        if area <= 6 or _is_rim(left, top, across, down, width, height):
            continue
        inked += int(np.count_nonzero(inside[labels == label]))
        # an x in type is as wide as high: a bracket's own foot is not
        reach = 1.4 * min(down, across * 1.6) / height if shape is MarkShape.BRACKETS else max(across / width, down / height)
        longest = max(longest, reach)
    return inked / inside.size, longest


def _is_rim(left: int, top: int, across: int, down: int, width: int, height: int) -> bool:
    """Tell whether joined ink lies flat along one edge of the inside: the outline, thicker than it seemed."""
    beside = (left == 0 or left + across >= width) and across <= max(2.0, _RIM * width)
    along = (top == 0 or top + down >= height) and down <= max(2.0, _RIM * height)
    return beside or along


def _disc(height: int, width: int) -> NDArray[np.bool_]:
    ys, xs = np.mgrid[0:height, 0:width]
    radius = min(height, width) / 2
    found: NDArray[np.bool_] = (ys - (height - 1) / 2) ** 2 + (xs - (width - 1) / 2) ** 2 <= radius * radius
    return found
