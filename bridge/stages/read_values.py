"""Read single values again, each as a crop: only where there is ink, and with nothing of its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Reading
from bridge.ports import ValueReader
from bridge.stages.rules import INK_LEVEL

_MM: Final = 306 / 25.4  # pixels of the upright page in a millimetre
_LETTER: Final = 1.0 * _MM  # one joined stroke this high is writing
_PIECE: Final = 0.7 * _MM  # or two this high: letters fall apart on noisy faxes
_RULE: Final = 0.8  # share of a row or column that is inked along a printed line
_THICKEST_RULE: Final = round(1.1 * _MM)


def read_values(pixels: Pixels, boxes: Sequence[Box], readers: Sequence[ValueReader]) -> tuple[tuple[Reading, ...], ...]:
    """Return for each box what every reader makes of it, in the readers' order; an empty tuple where there is no ink.

    `pixels` are the upright page, `boxes` one printed line each. Readers never see an empty crop: they would invent text.
    """
    crops = [crop_of(pixels, box) for box in boxes]
    filled = [index for index, crop in enumerate(crops) if crop is not None]
    shown = [crop for crop in crops if crop is not None]
    readings: list[list[Reading]] = [[] for _ in boxes]
    if shown:
        for reader in readers:
            for index, reading in zip(filled, reader.read_values(shown), strict=True):
                readings[index].append(reading)
    return tuple(tuple(of_box) for of_box in readings)


def crop_of(pixels: Pixels, box: Box) -> Pixels | None:
    """Return the part of the page to show to a reader, None where there is no writing in the box.

    It grows past the box to the next white, where letters are cut, and shrinks to leave out printed lines and dust beside.
    """
    height, width = pixels.shape
    reach_x, reach_y = round(max(0.6 * box.height, 0.8 * _MM)), round(max(0.35 * box.height, 0.4 * _MM))
    left, top = max(0, round(box.left) - reach_x), max(0, round(box.top) - reach_y)
    right, bottom = min(width, round(box.right) + reach_x), min(height, round(box.bottom) + reach_y)
    if right - left < 3 or bottom - top < 3:
        return None
    around = pixels[top:bottom, left:right]
    ink = _ink(around)
    first, last = _up_to_white(ink.sum(axis=1), round(box.top) - top, round(box.bottom) - top, at_most=1)
    first, last = _without_rules(ink[first:last].mean(axis=1), first)
    if last - first < 3:
        return None
    start, end = _up_to_white(ink[first:last].sum(axis=0), round(box.left) - left, round(box.right) - left, at_most=0)
    start, end = _without_rules(ink[first:last, start:end].mean(axis=0), start)
    if end - start < 3:
        return None
    extent = _writing(ink[first:last, start:end])
    if extent is None:
        return None
    # dust far beside the writing reads as text: leave it out, but never a point or hyphen
    slack = round(max(0.8 * (last - first), 1.5 * _MM))
    start, end = max(start, start + extent[0] - slack), min(end, start + extent[1] + slack)
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


def _without_rules(shares: NDArray[np.float64], offset: int) -> tuple[int, int]:
    """Return the range (moved by `offset`) without printed lines along both ends, given each row's share of ink."""
    size = len(shares)
    third = max(1, size // 3)
    lines = np.flatnonzero(shares >= _RULE)
    before, after = lines[lines < third], lines[lines >= size - third]
    # only thin ones: a row of bold capitals is no line
    first = int(before[-1]) + 2 if 0 < len(before) <= _THICKEST_RULE else 0
    last = int(after[0]) - 1 if 0 < len(after) <= _THICKEST_RULE else size
    return (offset + first, offset + last) if last > first else (offset, offset)


def _writing(ink: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return the first and last column of what is writing, None where there are only specks, dots and lines."""
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    height, width = ink.shape
    pieces: list[tuple[int, int, int]] = []
    for left, top, across, down, area in stats[1:count].tolist():
        is_upright_line = across <= 0.5 * _MM and (down > 0.85 * height and (left <= 2 or left + across >= width - 2))
        is_level_line = down <= 0.6 * _MM or (across > 12 * down and area > 0.6 * across * down)
        if not is_upright_line and not is_level_line and area >= 12 and top < height:
            pieces.append((left, left + across, down))
    if not any(down >= _LETTER for _, _, down in pieces) and sum(down >= _PIECE for _, _, down in pieces) < 2:
        return None
    # low strokes count for the extent too, such as a comma or an equals sign, but specks do not
    letters = [(start, end) for start, end, down in pieces if down >= _PIECE]
    return min(start for start, _ in letters), max(end for _, end in letters)
