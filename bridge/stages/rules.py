"""Printed lines of an upright page. Works on its ink at half size, where a broken fax line still holds together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from bridge.domain.image import Pixels, UprightPage
from bridge.domain.layout import Box, Rule, Word
from bridge.stages.combs import comb_lines
from bridge.stages.ink import resized

INK_LEVEL: Final = 0.7  # of the paper's brightness: a line of one blurred fax pixel is darker, a single dot is not
_THICKEST_MM: Final = 1.1
_SHORTEST_MM: Final = 10.0
_SHORTEST_DIVIDER_MM: Final = 5.5  # between two printed lines: more than a check box, less than the row of a form
_TORN_MM: Final = 4.0  # of a line: a gap that is bridged
_TORN_DIVIDER_MM: Final = 1.0
_JOINED_MM: Final = 1.3  # how far a divider may end from the line it stands on: fax lines break at their joints
_SOLID: Final = 0.85  # of a bar's box that is black
_BAR_MM: Final = (2.6, 14.0)  # the height of a black bar behind white print
_SURELY_LONG_MM: Final = 30.0
_THICK_MM: Final = 0.65  # from here on a line is as high as the small letters of small print
_EVEN: Final = 0.97  # measured: small print to 0.96, thick lines from 0.99 on
_PIECE_MM: Final = 5.0
_READ: Final = 0.5  # confidence from which a word is believed to stand where it was read
_INSIDE: Final = 0.2  # of a word's width: what is nearer to its end may be a box grown over a line
_PIERCED: Final = 3  # words that a streak runs through


@dataclass(frozen=True, slots=True, eq=False)
class InkMap:
    """Where an upright page is inked: `mask` (255 ink) at half its size, `per_mm` pixels of the mask in a millimetre.

    `fine` is the same at full size, for judging single places.
    """

    mask: Pixels
    fine: Pixels
    per_mm: float

    def length(self, mm: float) -> int:
        """Return a length in pixels of the mask, at least 1."""
        return max(1, round(mm * self.per_mm))

    def page_box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return a box of the mask in pixels of the upright page."""
        return Box(left * 2.0, top * 2.0, right * 2.0, bottom * 2.0)


def ink_map(page: UprightPage) -> InkMap:
    """Return the page's ink, compared with the paper around it."""
    half = resized(page.pixels, 0.5, 0.5)
    small = resized(half, 0.125, 0.125)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    level = cv2.convertScaleAbs(paper, alpha=INK_LEVEL)
    masks = [cv2.compare(at, cv2.resize(level, at.shape[::-1], interpolation=cv2.INTER_LINEAR), cv2.CMP_LT) for at in (half, page.pixels)]
    return InkMap(masks[0], masks[1], page.dpi / 2 / 25.4)  # type: ignore[arg-type]


def find_rules(ink: InkMap) -> tuple[Rule, ...]:
    """Return the horizontal and vertical printed lines, from 10 mm on, gaps of a few millimetres bridged; those of combs from 4 mm on.

    An upright line between two horizontal ones, as between the cells of a form's row, counts from 5.5 mm on. The edges of black
    bars are lines too.
    """
    across = _lines(ink.mask, ink)
    bars = _bars(ink)
    edges = [edge for bar in bars for edge in _edges(bar, ink)]
    across += [edge for edge in edges if not any(_is_along(edge, line, ink) for line in across)]
    down = [_without_overshoot(_turned(box), across, ink) for box in _lines(np.ascontiguousarray(ink.mask.T), ink)]
    dividers = [_turned(box) for box in _lines(_dividers(ink, bars), ink, _SHORTEST_DIVIDER_MM, _TORN_DIVIDER_MM)]
    down += [line for line in dividers if _divides(line, across, ink) and not _is_known(line, down)]
    short = [ink.page_box(*line) for line in comb_lines(ink.mask, ink.per_mm)]
    down += [line for line in short if not _is_known(line, down)]
    return tuple(Rule(box) for box in (*sorted(across, key=lambda b: b.top), *sorted(down, key=lambda b: b.left)))


def without_streaks(rules: Sequence[Rule], words: Sequence[Word]) -> tuple[Rule, ...]:
    """Return the rules without the streaks that dirt in a scanner draws down a page: they run through words, as no printed line does."""
    read = [word.box for word in words if word.confidence >= _READ]

    def is_streak(rule: Rule) -> bool:
        x = rule.box.centre[0]
        crossed = [box for box in read if rule.box.overlap_y(box) > 0.5 * box.height]
        return sum(box.left + _INSIDE * box.width < x < box.right - _INSIDE * box.width for box in crossed) >= _PIERCED

    return tuple(rule for rule in rules if rule.is_horizontal or not is_streak(rule))


def _without_overshoot(line: Box, across: Sequence[Box], ink: InkMap) -> Box:
    """Return an upright line cut where it reaches less than a row past a horizontal one: it was joined to the stem of a letter there."""
    reach = 2 * ink.length(_SHORTEST_DIVIDER_MM)
    crossing = [rule for rule in across if rule.left <= line.centre[0] <= rule.right]
    top = max((rule.top for rule in crossing if 0 < rule.top - line.top < reach), default=line.top)
    bottom = min((rule.bottom for rule in crossing if 0 < line.bottom - rule.bottom < reach), default=line.bottom)
    return Box(line.left, top, line.right, bottom) if bottom - top >= reach else line


def _divides(line: Box, across: Sequence[Box], ink: InkMap) -> bool:
    """Tell whether an upright line stands between two horizontal ones, from the one to the other."""
    slack, x = 2 * ink.length(_JOINED_MM), line.centre[0]
    crossing = [rule for rule in across if rule.left - slack <= x <= rule.right + slack]
    return all(any(rule.top - slack <= end <= rule.bottom + slack for rule in crossing) for end in (line.top, line.bottom))


def _is_along(edge: Box, line: Box, ink: InkMap) -> bool:
    """Tell whether a bar's edge has been found as a line already."""
    return abs(edge.centre[1] - line.centre[1]) <= 2 * ink.length(_THICKEST_MM) and edge.overlap_x(line) >= 0.5 * edge.width


def _bars(ink: InkMap) -> list[tuple[int, int, int, int]]:
    """Return (left, top, right, bottom) of black bars behind white print, in pixels of the mask."""
    low, high = (ink.length(mm) for mm in _BAR_MM)
    # what is white in a bar is print: closed over, a bar is one black piece
    closed = cv2.morphologyEx(ink.mask, cv2.MORPH_CLOSE, np.ones((_odd(ink.length(0.7)), _odd(ink.length(0.7))), np.uint8))
    solid = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((_odd(low), _odd(ink.length(_SHORTEST_MM))), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    return [
        (left, top, left + width, top + height)
        for left, top, width, height, area in stats[1:count].tolist()
        if low <= height <= high and width >= ink.length(_SURELY_LONG_MM) and area >= _SOLID * width * height
    ]


def _edges(bar: tuple[int, int, int, int], ink: InkMap) -> tuple[Box, Box]:
    left, top, right, bottom = bar
    return ink.page_box(left, top, right, top + 1), ink.page_box(left, bottom - 1, right, bottom)


def _dividers(ink: InkMap, bars: Sequence[tuple[int, int, int, int]]) -> Pixels:
    """Return the mask turned round, without its bars, which would pass for upright lines as high as they are."""
    rest = ink.mask.copy()
    for left, top, right, bottom in bars:
        rest[top:bottom, left:right] = 0
    return np.ascontiguousarray(rest.T)


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)


def _is_known(line: Box, lines: Sequence[Box]) -> bool:
    return any(other.overlap_x(line) > 0 and other.overlap_y(line) > 0 for other in lines)


def _lines(mask: Pixels, ink: InkMap, shortest_mm: float = _SHORTEST_MM, torn_mm: float = _TORN_MM) -> list[Box]:
    """Return the horizontal lines of `mask` from `shortest_mm` on, gaps up to `torn_mm` bridged, in page pixels."""

    def flat(mm: float) -> Pixels:
        return np.ones((1, _odd(ink.length(mm))), np.uint8)

    runs = cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, flat(0.5)), cv2.MORPH_OPEN, flat(2.8))
    # ragged fax lines jump by a pixel: pieces one row apart belong together
    tied = cv2.dilate(runs, np.ones((3, 1), np.uint8))
    long = cv2.morphologyEx(cv2.morphologyEx(tied, cv2.MORPH_CLOSE, flat(torn_mm)), cv2.MORPH_OPEN, flat(shortest_mm))
    count, _, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    boxes = []
    for left, top, width, height, _ in stats[1:count].tolist():
        if height - 2 > ink.length(_THICKEST_MM) or width < 6 * height:
            continue
        strip = mask[max(0, top) : top + height, left : left + width]
        covered = float(np.count_nonzero(strip.max(axis=0))) / width
        if height - 2 >= ink.length(_THICK_MM) and _evenness(strip, ink) < _EVEN:
            continue  # small print, whose letters nearly touch
        if covered > _needed(mask, left, top, width, height, ink):
            boxes.append(ink.page_box(left, top + 1, left + width, max(top + 2, top + height - 1)))
    return boxes


def _odd(length: int) -> int:
    """Return the odd length nearest above: kernels of even size shift what they open and close by a pixel."""
    return length | 1


def _evenness(strip: Pixels, ink: InkMap) -> float:
    """Return how much of a band's inked columns two rows next to each other ink, piece by piece: 1 for a thick line, less for letters."""
    step = ink.length(_PIECE_MM)
    inked = strip[:, strip.any(axis=0)] > 0
    pieces = [inked[:, at : at + step] for at in range(0, max(1, inked.shape[1] - step // 2), step)]
    return float(np.mean([(piece[:-1] | piece[1:]).mean(axis=1).max() for piece in pieces]))


def _needed(mask: Pixels, left: int, top: int, width: int, height: int, ink: InkMap) -> float:
    """Return how much of a line must be inked to be believed: letters in a row nearly touch, at their feet and middles.

    Long lines with white along them may be as broken as faxes are; with ink along one side, or short, they may not.
    """
    near = ink.length(0.5)
    above = mask[max(0, top - near) : top, left : left + width]
    below = mask[top + height : top + height + near, left : left + width]
    crowds = sorted(float(side.mean()) / 255 if side.size else 0.0 for side in (above, below))
    if crowds[0] > 0.15:
        return 1.0
    if crowds[1] > 0.15:
        return 0.95
    return 0.8 if width > ink.length(_SURELY_LONG_MM) else 0.9
