"""Read single values again, each as a crop: only where there is ink, and with nothing of its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.domain.findings import CropReadings
from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Reading
from bridge.ports import ValueReader
from bridge.stages.combs import moved_together
from bridge.stages.pen import pen_score
from bridge.stages.rules import INK_LEVEL

_MM: Final = 306 / 25.4  # pixels of the upright page in a millimetre
_LETTER: Final = 1.2 * _MM  # one joined stroke this high is writing
_PIECE: Final = 0.9 * _MM  # or two this high: letters fall apart on noisy faxes
_TALLER_THAN_LETTERS: Final = 5.5 * _MM
_RULE: Final = 0.8  # share of a row or column that is inked along a printed line
_THICKEST_RULE: Final = round(1.1 * _MM)


def read_values(pixels: Pixels, boxes: Sequence[Box], readers: Sequence[ValueReader]) -> tuple[CropReadings, ...]:
    """Return for each box what every reader makes of it, in the readers' order, and how like a pen's its ink is.

    `pixels` are the upright page, `boxes` one printed line each. Where there is no ink there are no readings: readers never see
    an empty crop, they would invent text.
    All read at the same time: one waits for its own process, another computes outside the interpreter's lock.
    """
    crops = [crop_of(pixels, box) for box in boxes]
    shown = {index: crop for index, crop in enumerate(crops) if crop is not None}
    readings: list[list[Reading]] = [[] for _ in boxes]
    if shown:
        with ThreadPoolExecutor(len(readers)) as pool:
            by_reader = list(pool.map(lambda reader: reader.read_values(list(shown.values())), readers))
        for read in by_reader:
            for index, reading in zip(shown, read, strict=True):
                readings[index].append(reading)
    return tuple(
        CropReadings(index, tuple(of_box), pen_score(shown[index]) if index in shown else 0.0) for index, of_box in enumerate(readings)
    )


def crop_of(pixels: Pixels, box: Box) -> Pixels | None:
    """Return the part of the page to show to a reader, None where there is no writing in the box.

    It grows past the box to the next white, where letters are cut, and shrinks to leave out printed lines and dust beside.
    """
    height, width = pixels.shape
    reach_x, reach_y = round(max(0.6 * box.height, 0.8 * _MM)), round(max(0.5 * box.height, 0.8 * _MM))
    left, top = max(0, round(box.left) - reach_x), max(0, round(box.top) - reach_y)
    right, bottom = min(width, round(box.right) + reach_x), min(height, round(box.bottom) + reach_y)
    if min(right, round(box.right)) - max(left, round(box.left)) < 3 or min(bottom, round(box.bottom)) - max(top, round(box.top)) < 3:
        return None
    around = pixels[top:bottom, left:right]
    ink = _ink(around)
    comb, is_comb = moved_together(around, ink, _MM)
    if is_comb:
        return comb
    # over all there is around: a printed line goes on where the stem of a letter ends
    rows, columns = _lines(ink.mean(axis=1)), _lines(_tallest_shares(ink))
    ink[rows, :] = False
    ink[:, columns] = False
    profile = ink.sum(axis=1)
    first, last = _up_to_white(profile, round(box.top) - top, round(box.bottom) - top, at_most=1)
    first = _above_dots(profile, first)
    start, end = _up_to_white(ink[first:last].sum(axis=0), round(box.left) - left, round(box.right) - left, at_most=0)
    writing = _writing(ink[first:last, start:end])
    if writing is None:
        return None
    # dust and lines far beside the writing read as text: leave them out, but never a point, a comma or an umlaut's dots
    slack = round(max(0.6 * (writing.bottom - writing.top), 0.8 * _MM))
    start, end = _trimmed(start, end, start + round(writing.left), start + round(writing.right), slack, columns)
    slack = round(max(0.45 * (writing.bottom - writing.top), 0.5 * _MM))
    first, last = _trimmed(first, last, first + round(writing.top), first + round(writing.bottom), slack, rows)
    return np.ascontiguousarray(around[first:last, start:end])


def _ink(crop: Pixels) -> NDArray[np.bool_]:
    paper = float(np.percentile(crop, 95))
    found: NDArray[np.bool_] = crop < INK_LEVEL * max(paper, 80.0)
    return found


def _up_to_white(profile: NDArray[np.intp], first: int, last: int, at_most: int) -> tuple[int, int]:
    """Return `first` and `last` moved outwards to the next white rows (or columns), where ink is cut by them."""
    first, last = max(0, first), min(len(profile), last)
    while first > 0 and profile[first] > at_most:
        first -= 1
    while last < len(profile) and profile[last - 1] > at_most:
        last += 1
    return first, last


def _above_dots(profile: NDArray[np.intp], first: int) -> int:
    """Return `first` moved up past the dots of umlauts that the box left out: a low run of ink close above, then white."""
    gap, low = round(0.7 * _MM), round(1.0 * _MM)
    above = np.flatnonzero(profile[max(0, first - gap) : first] > 1)
    if len(above) == 0:
        return first
    bottom = max(0, first - gap) + int(above[-1])
    at = bottom
    while at >= 0 and profile[at] > 1:
        at -= 1
    return at + 1 if at >= 0 and bottom - at <= low else first


def _tallest_shares(ink: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return each column's share of ink over the stretch, as high as no letter, where it has most."""
    stretch = min(ink.shape[0], round(_TALLER_THAN_LETTERS))
    # white beyond the crop must not count, nor ink be mirrored into it: only whole stretches do
    sums = np.cumsum(np.vstack([np.zeros((1, ink.shape[1])), ink]), axis=0)
    shares: NDArray[np.float64] = (sums[stretch:] - sums[:-stretch]).max(axis=0) / stretch
    return shares


def _lines(shares: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the rows (or columns) along which printed lines run, given each one's share of ink, with their soft edges."""
    at = np.flatnonzero(shares >= _RULE)
    thin = [run for run in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1) if 0 < len(run) <= _THICKEST_RULE]
    if not thin:
        return np.zeros(0, np.intp)
    wide = np.unique(np.concatenate([run + shift for run in thin for shift in (-2, -1, 0, 1, 2)]))
    return wide[(wide >= 0) & (wide < len(shares))]


def _trimmed(first: int, last: int, begin: int, end: int, slack: int, lines: NDArray[np.intp]) -> tuple[int, int]:
    """Return `first` and `last` moved towards `begin` and `end`, `slack` left, past any printed line in between."""
    before, after = lines[lines < begin], lines[lines >= end]
    first = max(first, begin - slack, int(before[-1]) + 1 if len(before) else 0)
    last = min(last, end + slack, int(after[0]) if len(after) else last)
    return first, last


def _writing(ink: NDArray[np.bool_]) -> Box | None:
    """Return the extent of what is writing, None where there are only specks, dots and dashes."""
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    height = ink.shape[0]
    pieces: list[Box] = []
    for left, top, across, down, area in stats[1:count].tolist():
        # what is left of a frame's line: thin, from end to end
        is_rest = across <= 0.6 * _MM and down > 0.95 * height and height > 5 * _MM
        if down >= _PIECE and area >= 12 and not is_rest and not (across > 12 * down and area > 0.6 * across * down):
            pieces.append(Box(left, top, left + across, top + down))
    if len(pieces) < 2 and not any(piece.height >= _LETTER for piece in pieces):
        return None
    return reduce(Box.union, pieces)
