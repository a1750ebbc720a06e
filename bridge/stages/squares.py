"""Check boxes with straight sides, found by their outer edges: a cross in them or out of them does no harm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.domain.image import Pixels
from bridge.domain.layout import MarkShape
from bridge.stages.crosses import Place, inside_of
from bridge.stages.rules import InkMap

_SMALLEST_MM: Final = 2.2
_LARGEST_MM: Final = 6.5
_SIDE: Final = 0.75  # share of each side that must be inked
_SIDES: Final = 0.88  # and of all four on average
_ALIKE_SIDE: Final = 0.25  # the same in the rows and columns of sure ones of that size: faxes break thin lines
_ALIKE_SIDES: Final = 0.72
_ALIKE_MOST: Final = 0.7  # of the three better sides
_SIDE_ROOM: Final = 0.34  # share of ink just outside one side, and of all: a tick needs little
_ROOM: Final = 0.12
_STRAIGHT: Final = 0.72  # share of each side, and of all, that is straight seen from outside: of an O two thirds are
_STRAIGHTS: Final = 0.88
_ROUNDED_ENDS: Final = 2  # of the eight ends of four sides; a D has four
_CROWDED: Final = 0.55
_SOLID: Final = 0.8  # share of ink inside from which a square could as well be a bullet


class _Edge(NamedTuple):
    """A straight horizontal edge between white and ink."""

    left: int
    right: int
    y: int


def find_squares(ink: InkMap) -> list[Place]:
    """Return squares (sides 0.75 to 1.35 of one another) from 2.2 to 6.5 mm that stand alone, not as cells of a grid."""
    uppers, lowers = _edges(ink, ink.mask), _edges(ink, ink.mask[::-1])
    height = ink.mask.shape[0]
    lowers = sorted((edge._replace(y=height - 1 - edge.y) for edge in lowers), key=lambda edge: edge.y)
    found: list[Place] = []
    start = 0
    for upper in uppers:
        while start < len(lowers) and lowers[start].y < upper.y:
            start += 1
        for lower in _within_reach(lowers, start, upper, ink):
            place = _square(ink, upper, lower)
            if place is not None and not any(place.overlaps(other) for other in found):
                found.append(place)
    open_ones = [place for place in found if not _is_solid(ink, place)]
    found = open_ones + [place for place in found if place not in open_ones and any(_is_alike(place, other) for other in open_ones)]
    return found + [place for place in _broken(ink, open_ones) if not any(place.overlaps(other) for other in found)]


def _within_reach(lowers: Sequence[_Edge], start: int, upper: _Edge, ink: InkMap) -> Iterator[_Edge]:
    for lower in lowers[start:]:
        height = lower.y - upper.y + 1
        if height > ink.per_mm * _LARGEST_MM:
            return
        if height >= ink.per_mm * _SMALLEST_MM:
            yield lower


def _edges(ink: InkMap, mask: Pixels) -> list[_Edge]:
    """Return the upper edges of flat ink at least 1.3 mm long, by y; ragged ones may waver by a pixel."""
    edges = mask.copy()
    edges[1:] &= ~mask[:-1]
    tied = cv2.dilate(edges, np.ones((3, 1), np.uint8))
    tied = cv2.morphologyEx(tied, cv2.MORPH_CLOSE, np.ones((1, ink.length(0.8)), np.uint8))
    tied = cv2.morphologyEx(tied, cv2.MORPH_OPEN, np.ones((1, ink.length(1.3)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(tied, connectivity=4)
    found = [
        _Edge(left, left + width, top + height // 2)
        for left, top, width, height, _ in stats[1:count].tolist()
        if width <= ink.per_mm * (_LARGEST_MM + 3) and height <= ink.per_mm * 1.2
    ]
    return sorted(found, key=lambda edge: edge.y)


def _square(ink: InkMap, upper: _Edge, lower: _Edge) -> Place | None:
    """Return the square between two edges, None where they do not belong together or its upright sides are missing."""
    left, right = max(upper.left, lower.left), min(upper.right, lower.right)
    height, width = lower.y - upper.y + 1, right - left
    if not 0.5 * height <= width <= 1.6 * height:
        return None
    reach = ink.length(0.6)
    # the upright sides may lie a little outside of what both edges share, as strokes leave by the corners
    left_at, left_cover = _best_column(ink.mask, left - reach, left + reach // 2, upper.y, lower.y + 1)
    right_at, right_cover = _best_column(ink.mask, right - reach // 2 - 1, right + reach, upper.y, lower.y + 1)
    width = right_at - left_at + 1
    if not 0.75 * height <= width <= 1.35 * height or not _SMALLEST_MM <= width / ink.per_mm <= _LARGEST_MM:
        return None
    covers = (left_cover, right_cover, _row_cover(ink.mask, upper.y, left_at, right_at), _row_cover(ink.mask, lower.y, left_at, right_at))
    if min(covers) < _SIDE or sum(covers) / 4 < _SIDES or _goes_on(ink, upper, lower, left_at, right_at):
        return None
    place = Place(left_at, upper.y, right_at + 1, lower.y + 1, MarkShape.SQUARE, _line_width(ink, upper.y, lower.y, left_at, right_at))
    return place if _has_room(ink, place) and _is_straight(ink, place, is_broken=False) and not _is_crowded(ink, place) else None


def _is_straight(ink: InkMap, place: Place, *, is_broken: bool) -> bool:
    """Tell at full size whether the outline is four straight sides with corners, where letters are round or open."""
    left, top, right, bottom = (2 * round(v) for v in (place.left, place.top, place.right, place.bottom))
    reach = 4
    if min(left, top) < reach + 2 or right + reach + 2 > ink.fine.shape[1] or bottom + reach + 2 > ink.fine.shape[0]:
        return False
    depth = (bottom - top) // 3
    rows = ink.fine[top - reach : bottom + reach, left:right] > 0
    columns = (ink.fine[top:bottom, left - reach : right + reach] > 0).T
    sides = [_straightness(side[: reach + depth]) for side in (rows, rows[::-1], columns, columns[::-1])]
    covers = sorted(cover for cover, _ in sides)
    mean = sum(covers) / 4
    if sum(rounded for _, rounded in sides) > _ROUNDED_ENDS:
        return False
    if is_broken:
        return covers[0] >= _ALIKE_SIDE and covers[1] >= _ALIKE_MOST and mean >= _ALIKE_SIDES
    return covers[0] >= _STRAIGHT and mean >= _STRAIGHTS


def _straightness(band: NDArray[np.bool_]) -> tuple[float, int]:
    """Return the share of a side, seen from outside, whose first ink lies at the typical depth, give or take two pixels.

    Also how many of its two ends are rounded off: their ink lies deeper.
    """
    inked = band.any(axis=0)
    if not inked.any():
        return 0.0, 2
    first = np.where(inked, band.argmax(axis=0), len(band))
    typical = np.median(first[inked])
    end = max(3, len(first) // 8)
    rounded = sum(float((part > typical + 2).mean()) > 0.6 for part in (first[:end], first[-end:]))
    return float((np.abs(first - typical) <= 2).mean()), rounded


def _is_crowded(ink: InkMap, place: Place) -> bool:
    """Tell whether the inside is fuller than a cross and emptier than a blackened box: letters."""
    inside = inside_of(ink.mask, place)
    return inside.size == 0 or _CROWDED < float(np.count_nonzero(inside)) / inside.size <= _SOLID


def _has_room(ink: InkMap, place: Place) -> bool:
    """Tell whether the outline stands by itself; strokes may leave it, best by its corners. Letters have neighbours."""
    near, far = 2, 2 + ink.length(0.5)
    left, top, right, bottom = (round(v) for v in (place.left, place.top, place.right, place.bottom))
    x, y = round(place.width * 0.15), round(place.height * 0.15)
    outside = (
        ink.mask[top + y : bottom - y, max(0, left - far) : max(0, left - near)],
        ink.mask[top + y : bottom - y, right + near : right + far],
        ink.mask[max(0, top - far) : max(0, top - near), left + x : right - x],
        ink.mask[bottom + near : bottom + far, left + x : right - x],
    )
    shares = [float(np.count_nonzero(side)) / side.size if side.size else 0.0 for side in outside]
    return max(shares) < _SIDE_ROOM and sum(shares) / 4 < _ROOM


def _best_column(mask: Pixels, first: int, last: int, top: int, bottom: int) -> tuple[int, float]:
    """Return the column from `first` to `last` with most ink between `top` and `bottom`, and the share inked there.

    A side may waver by a pixel: each column counts together with its better neighbour.
    """
    first, last = max(1, first), min(mask.shape[1] - 2, last)
    if last < first:
        return first, 0.0
    strip = mask[top:bottom, first - 1 : last + 2] > 0
    pairs = np.maximum((strip[:, :-2] | strip[:, 1:-1]).mean(axis=0), (strip[:, 1:-1] | strip[:, 2:]).mean(axis=0))
    best = int((pairs + 0.5 * strip[:, 1:-1].mean(axis=0)).argmax())
    return first + best, float(pairs[best])


def _row_cover(mask: Pixels, y: int, left: int, right: int) -> float:
    strip = mask[max(0, y - 1) : y + 2, left : right + 1] > 0
    return float(strip.max(axis=0).mean())


def _line_width(ink: InkMap, top: int, bottom: int, left: int, right: int) -> float:
    """Return how thick the outline is: the thinner end of the runs of ink that begin at its four edges."""
    inner = ink.mask[top : bottom + 1, left : right + 1] > 0
    most = max(2, min(inner.shape) // 3)
    runs = []
    for side in (inner, inner[::-1], inner.T, inner.T[::-1]):
        depth = side[:most].astype(bool)
        depth[1] |= depth[0]  # a ragged edge may begin a pixel later
        runs.append(np.where(depth[1:].all(axis=0), most, np.argmin(depth[1:], axis=0) + 1))
    return float(max(1.0, np.percentile(np.concatenate(runs), 30)))


def _goes_on(ink: InkMap, upper: _Edge, lower: _Edge, left: int, right: int) -> bool:
    """Tell whether the outline is part of a grid: two of its lines go on beyond a corner in the same direction."""
    far = ink.length(1.2)
    if max(upper.left, lower.left) < left - far or min(upper.right, lower.right) > right + far:
        return True
    for first, last in ((upper.y - far - 2, upper.y - 2), (lower.y + 3, lower.y + 3 + far)):
        beyond = [ink.mask[max(0, first) : max(0, last), max(0, at - 1) : at + 2] for at in (left, right)]
        if all(strip.size and float((strip > 0).max(axis=1).mean()) > 0.8 for strip in beyond):
            return True
    return False


def _is_solid(ink: InkMap, place: Place) -> bool:
    inside = inside_of(ink.mask, place)
    return inside.size == 0 or float(np.count_nonzero(inside)) / inside.size > _SOLID


def _is_alike(place: Place, other: Place) -> bool:
    return 0.8 < place.width / other.width < 1.25 and 0.8 < place.height / other.height < 1.25


def _broken(ink: InkMap, sure: Sequence[Place]) -> list[Place]:
    """Return squares of the same size as sure ones, in their rows and columns, whose thin outline the fax has broken."""
    found: list[Place] = []
    for pattern in _distinct(sure):
        width, height = round(pattern.width), round(pattern.height)
        for top, bottom, left, right in _strips(ink, [place for place in sure if _is_alike(place, pattern)], width, height):
            sides = _sides(ink.mask[top:bottom, left:right], width, height)
            if sides is None:
                continue
            mean = sides.mean(axis=0)
            likely = np.argwhere((mean >= _ALIKE_SIDES) & (sides.min(axis=0) >= _ALIKE_SIDE))
            at_likely = np.sort(sides[:, likely[:, 0], likely[:, 1]], axis=0)
            good = likely[at_likely[1] >= _ALIKE_MOST]
            for y, x in sorted(good.tolist(), key=lambda at: -mean[at[0], at[1]]):
                place = Place(left + x, top + y, left + x + width, top + y + height, MarkShape.SQUARE, pattern.line)
                if any(place.overlaps(other) for other in (*sure, *found)):
                    continue
                if _has_room(ink, place) and _is_straight(ink, place, is_broken=True):
                    found.append(place)
    return found


def _sides(mask: Pixels, width: int, height: int) -> NDArray[np.float32] | None:
    """Return for each top left corner how much of the four sides of a box of that size is inked; None if it cannot fit."""
    if mask.shape[0] <= height + 2 or mask.shape[1] <= width + 2:
        return None
    inked = (mask > 0).astype(np.float32)
    # a side may waver by a pixel, across itself only
    rows = cv2.dilate(inked, np.ones((2, 1), np.uint8))
    columns = cv2.dilate(inked, np.ones((1, 2), np.uint8))
    across = cv2.boxFilter(rows, -1, (width, 1), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    down = cv2.boxFilter(columns, -1, (1, height), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    high, wide = mask.shape[0] - height, mask.shape[1] - width
    return np.stack([
        across[:high, :wide], across[height - 1 : height - 1 + high, :wide],
        down[:high, :wide], down[:high, width - 1 : width - 1 + wide],
    ])  # fmt: skip


def _distinct(places: Sequence[Place]) -> list[Place]:
    patterns: list[Place] = []
    for place in places:
        if not any(abs(place.width - other.width) <= 1 and abs(place.height - other.height) <= 1 for other in patterns):
            patterns.append(place)
    return patterns


def _strips(ink: InkMap, places: Sequence[Place], width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Return (top, bottom, left, right) of the rows and columns in which `places` stand, each once."""
    page_height, page_width = ink.mask.shape
    slack = ink.length(0.7)
    strips: dict[tuple[str, int], tuple[int, int, int, int]] = {}
    for place in places:
        y, x = round(place.top), round(place.left)
        strips.setdefault(("row", y // (2 * slack)), (max(0, y - 2 * slack), min(page_height, y + height + 2 * slack), 0, page_width))
        strips.setdefault(("column", x // (2 * slack)), (0, page_height, max(0, x - 2 * slack), min(page_width, x + width + 2 * slack)))
    return list(strips.values())
