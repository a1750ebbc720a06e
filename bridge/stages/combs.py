"""Combs: rows of narrow boxes for one character each. Their letters are moved together, so that they read as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.domain.findings import MIXED
from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Rule, Word

_PITCH_MM: Final = (2.4, 9.0)
_HEIGHT_MM: Final = (4.2, 12.5)  # lower ones could be stems of large print
_THICKEST_MM: Final = 0.9
_LEVEL_MM: Final = 0.7  # by which the ends of a comb's lines may differ
_EVEN: Final = 0.16  # by which its boxes may differ in width
_FEWEST_LINES: Final = 5
_EVENLY: Final = 0.6  # share of the gaps between its lines that are boxes; days, months and years stand apart
_WIDEST_GAP: Final = 1.55  # of a box's width, within a comb
_FRAMED: Final = 0.4  # share of a frame's line that is inked, as broken as coarse faxes make it
_INSET_MM: Final = 0.32  # keeps the soft edges of a comb's lines out of its letters


@dataclass(frozen=True, slots=True)
class Comb:
    """A comb's outer edges and the x of its upright lines, left to right."""

    box: Box
    lines: tuple[float, ...]

    def holds(self, box: Box) -> bool:
        """Tell whether most of a box on the page stands in the comb."""
        return self.box.overlap_x(box) >= 0.6 * box.width and self.box.overlap_y(box) >= 0.6 * min(box.height, self.box.height)


def comb_lines(mask: Pixels, per_mm: float) -> list[tuple[int, int, int, int]]:
    """Return (left, top, right, bottom) of the upright lines of combs in an ink mask (255 ink), too short to be rules of the page."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((max(3, round(0.5 * per_mm)), 1), np.uint8))
    upright = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((round(_HEIGHT_MM[0] * per_mm), 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(upright, connectivity=8)
    thin = [
        Box(left, top, left + width, top + height)
        for left, top, width, height, _ in stats[1:count].tolist()
        if width <= _THICKEST_MM * per_mm + 1 and height <= _HEIGHT_MM[1] * per_mm
    ]
    runs = [_completed(run, mask) for run in _runs(thin, per_mm) if _has_frame(run, mask)]
    return [(int(b.left), int(b.top), int(b.right), int(b.bottom)) for run in runs for b in run]


def _has_frame(run: Sequence[Box], mask: Pixels) -> bool:
    """Tell whether a line runs along the boxes' feet or heads: between the stems of large letters there is none."""
    left, right = round(run[0].left), round(run[-1].right)
    return any(_is_inked_along(mask, y, left, right, run[0].height) for y in (median(b.top for b in run), median(b.bottom for b in run)))


def _is_inked_along(mask: Pixels, y: float, left: int, right: int, height: float) -> bool:
    reach = max(2, round(0.08 * height))
    strip = mask[max(0, round(y) - reach) : round(y) + reach + 1, max(0, left) : right] > 0
    if strip.shape[0] < 2 or strip.shape[1] == 0:
        return False
    return float((strip[:-1] | strip[1:]).mean(axis=1).max()) >= _FRAMED


def _completed(run: Sequence[Box], mask: Pixels) -> list[Box]:
    """Return a comb's lines with those at its ends that the fax has broken: its frame goes on there by just a box."""
    pitch = median(_gaps(run))
    lines = list(run)
    while _goes_on(lines[-1], pitch, mask) and len(lines) < 2 * len(run):
        lines.append(_shifted(lines[-1], pitch))
    while _goes_on(lines[0], -pitch, mask) and len(lines) < 3 * len(run):
        lines.insert(0, _shifted(lines[0], -pitch))
    return lines


def _goes_on(line: Box, pitch: float, mask: Pixels) -> bool:
    """Tell whether the frame's line above or below the boxes goes on for most of a pitch beside a comb's last line."""
    near, far = line.centre[0] + 0.25 * pitch, line.centre[0] + 0.9 * pitch
    first, last = round(min(near, far)), round(max(near, far))
    if first < 0 or last >= mask.shape[1]:
        return False
    return any(_is_inked_along(mask, y, first, last, line.height) for y in (line.top, line.bottom))


def _shifted(line: Box, by: float) -> Box:
    return Box(line.left + by, line.top, line.right + by, line.bottom)


def combs_of(rules: Sequence[Rule], mm: float) -> tuple[Comb, ...]:
    """Return the combs that the short upright rules of a page form; `mm` is a millimetre in its pixels."""
    low = [rule.box for rule in rules if not rule.is_horizontal and rule.box.height <= _HEIGHT_MM[1] * mm]
    return tuple(
        Comb(Box(run[0].left, min(b.top for b in run), run[-1].right, max(b.bottom for b in run)), tuple(b.centre[0] for b in run))
        for run in _runs(low, mm)
    )


def comb_of_label(label: Box, combs: Sequence[Comb], em: float) -> Comb | None:
    """Return the comb right below a label and flush with it, or beside it; `em` is the height of print."""
    for comb in combs:
        is_below = -0.3 * em <= comb.box.top - label.bottom <= 1.6 * em and abs(comb.box.left - label.left) <= 2 * em
        is_beside = comb.box.top <= label.centre[1] <= comb.box.bottom and 0 <= comb.box.left - label.right <= 8 * em
        if is_below or is_beside:
            return comb
    return None


def in_combs(words: Sequence[Word], combs: Sequence[Comb]) -> list[Word]:
    """Return the words with those in a comb as one, as wide as the comb: page readers see only some of its letters."""
    kept = list(words)
    for comb in combs:
        inside = sorted((word for word in kept if comb.holds(word.box)), key=lambda word: word.box.left)
        text = "".join(c for word in inside for c in word.text if c.isalnum() or c in ",.-/@+")
        if not text:
            continue
        first = inside[0]
        box = Box(comb.box.left + 1, comb.box.top + 1, comb.box.right - 1, comb.box.bottom - 1)
        kept = [word for word in kept if word not in inside]
        kept.append(Word(text, min(word.confidence for word in inside), box, first.block, first.line, MIXED))
    return kept


def _runs(lines: Sequence[Box], mm: float) -> list[list[Box]]:
    """Return the lines that stand level and at an even, narrow pitch, each run left to right."""
    rows: list[list[Box]] = []
    for line in sorted(lines, key=lambda b: b.left):
        home = next(
            (row for row in rows if _is_level(row[-1], line, mm) and line.left - row[-1].left <= _WIDEST_GAP * _PITCH_MM[1] * mm), None
        )
        if home is None:
            rows.append([line])
        elif line.left - home[-1].right > 0.8 * mm:
            home.append(line)
    return [run for row in rows for run in _parted(row) if len(run) >= _FEWEST_LINES and _is_even(run, mm)]


def _is_level(one: Box, other: Box, mm: float) -> bool:
    return abs(one.top - other.top) <= _LEVEL_MM * mm and abs(one.bottom - other.bottom) <= _LEVEL_MM * mm


def _gaps(run: Sequence[Box]) -> list[float]:
    return [b.centre[0] - a.centre[0] for a, b in pairwise(run)]


def _parted(row: list[Box]) -> list[list[Box]]:
    """Return a row's lines in runs, cut where they stand too far apart to be one comb."""
    if len(row) < _FEWEST_LINES:
        return []
    pitch = median(_gaps(row))
    runs = [[row[0]]]
    for before, line in pairwise(row):
        if line.centre[0] - before.centre[0] > _WIDEST_GAP * pitch:
            runs.append([])
        runs[-1].append(line)
    return runs


def _is_even(run: Sequence[Box], mm: float) -> bool:
    gaps = _gaps(run)
    pitch = median(gaps)
    boxes = [gap for gap in gaps if abs(gap - pitch) <= _EVEN * pitch]
    return _PITCH_MM[0] * mm <= pitch <= _PITCH_MM[1] * mm and len(boxes) >= _EVENLY * len(gaps)


def moved_together(crop: Pixels, ink: NDArray[np.bool_], per_mm: float) -> tuple[Pixels | None, bool]:
    """Return the letters of a comb side by side as a line of print, and whether `crop` is a comb at all.

    None for a comb in which nothing stands. An empty box between letters becomes a blank.
    """
    mask = np.where(ink, 255, 0).astype(np.uint8)
    lines = comb_lines(mask, per_mm)
    if not lines:
        return None, False
    pitch = median(b[0] - a[0] for a, b in pairwise(lines))
    top, bottom = max(line[1] for line in lines), min(line[3] for line in lines)
    top, bottom = _within_frame(ink, top, bottom, per_mm)
    paper = int(np.percentile(crop, 95))
    blank = np.full((bottom - top, round(0.3 * (bottom - top))), paper, np.uint8)
    pieces: list[Pixels] = []
    for start, stop in _boxes(lines, pitch):
        left, right = start + round(_INSET_MM * per_mm), stop - round(_INSET_MM * per_mm)
        letter = _letter(ink[top:bottom, left:right], per_mm)
        if letter is not None:
            slack = round(0.22 * per_mm)
            pieces.append(crop[top:bottom, max(left, left + letter[0] - slack) : min(right, left + letter[1] + slack)])
        elif pieces and pieces[-1] is not blank:
            pieces.append(blank)
    if all(piece is blank for piece in pieces):
        return None, True
    return np.ascontiguousarray(np.hstack([blank, *pieces, blank])), True


def _boxes(lines: Sequence[tuple[int, int, int, int]], pitch: float) -> list[tuple[int, int]]:
    """Return from where to where each box stands; where a line between is lost, two are made of one."""
    boxes: list[tuple[int, int]] = []
    for before, after in pairwise(lines):
        count = max(1, round((after[0] - before[0]) / pitch))
        edges = [before[2] + (after[0] - before[2]) * part // count for part in range(count + 1)]
        boxes += list(pairwise(edges))
    return boxes


def _within_frame(ink: NDArray[np.bool_], top: int, bottom: int, per_mm: float) -> tuple[int, int]:
    """Return `top` and `bottom` moved inwards past the frame's own lines, which run from end to end."""
    shares, reach = ink.mean(axis=1), round(1.2 * per_mm)
    upper = [y for y in range(top, min(bottom, top + reach)) if shares[y] > 0.6]
    lower = [y for y in range(max(top, bottom - reach), bottom) if shares[y] > 0.6]
    soft = round(_INSET_MM * per_mm)
    first, last = max(upper, default=top) + soft, min(lower, default=bottom) - soft
    return (first, last) if last - first >= 1.5 * per_mm else (top, bottom)


def _letter(ink: NDArray[np.bool_], per_mm: float) -> tuple[int, int] | None:
    """Return from where to where a box is inked, None where there are specks at most."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    edge, height = 0.08 * ink.shape[0], ink.shape[0]
    large = [
        i
        for i, (_, y, width, high, _) in enumerate(stats.tolist())
        if i and max(width, high) >= 0.9 * per_mm and y + high > edge and y < height - edge  # what is left of the frame is no letter
    ]
    if not large:
        return None
    columns = np.flatnonzero(np.isin(labels, large).any(axis=0))
    return int(columns[0]), int(columns[-1]) + 1
