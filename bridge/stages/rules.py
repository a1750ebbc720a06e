"""Printed lines of an upright page. Works on its ink at half size, where a broken fax line still holds together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from bridge.domain.image import Pixels, UprightPage
from bridge.domain.layout import Box, Rule
from bridge.stages.combs import comb_lines
from bridge.stages.ink import resized

INK_LEVEL: Final = 0.7  # of the paper's brightness: a line of one blurred fax pixel is darker, a single dot is not
_THICKEST_MM: Final = 1.1
_SHORTEST_MM: Final = 10.0
_SURELY_LONG_MM: Final = 30.0
_THICK_MM: Final = 0.65  # from here on a line is as high as the small letters of small print
_EVEN: Final = 0.97  # measured: small print to 0.96, thick lines from 0.99 on
_PIECE_MM: Final = 5.0


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
    """Return the horizontal and vertical printed lines, from 10 mm on, gaps of a few millimetres bridged; those of combs from 4 mm on."""
    across = _lines(ink.mask, ink)
    down = [Box(box.top, box.left, box.bottom, box.right) for box in _lines(np.ascontiguousarray(ink.mask.T), ink)]
    short = [ink.page_box(*line) for line in comb_lines(ink.mask, ink.per_mm)]
    down += [line for line in short if not any(box.overlap_x(line) > 0 and box.overlap_y(line) > 0 for box in down)]
    return tuple(Rule(box) for box in (*sorted(across, key=lambda b: b.top), *sorted(down, key=lambda b: b.left)))


def _lines(mask: Pixels, ink: InkMap) -> list[Box]:
    """Return the horizontal lines of `mask` in page pixels."""

    def flat(mm: float) -> Pixels:
        return np.ones((1, ink.length(mm)), np.uint8)

    runs = cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, flat(0.5)), cv2.MORPH_OPEN, flat(2.8))
    # ragged fax lines jump by a pixel: pieces one row apart belong together
    tied = cv2.dilate(runs, np.ones((3, 1), np.uint8))
    long = cv2.morphologyEx(cv2.morphologyEx(tied, cv2.MORPH_CLOSE, flat(4.0)), cv2.MORPH_OPEN, flat(_SHORTEST_MM))
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
