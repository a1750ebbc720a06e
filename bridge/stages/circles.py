"""Round places for a cross (radio buttons), told from the letter O by the room around them and by their being alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.domain.image import Pixels
from bridge.domain.layout import MarkShape
from bridge.stages.crosses import Place
from bridge.stages.rules import InkMap

_SMALLEST_MM: Final = 2.3
_LARGEST_MM: Final = 6.5
_SURE_MM: Final = 3.3  # a single circle must be larger than a letter
_ROUNDNESS: Final = 0.075  # deviation of the radius against the radius
_SECTORS: Final = 16


def find_circles(ink: InkMap, is_letter: Callable[[Place], bool]) -> list[Place]:
    """Return circles: round outlines first, then rings of the same size in their rows and columns that a cross spoils.

    `is_letter` tells what the page reader took for a letter.
    """
    outlines = [place for place in _round_outlines(ink) if _has_room(ink, place) and not is_letter(place)]
    found = [place for place in outlines if place.width >= ink.per_mm * _SURE_MM or sum(_is_alike(place, other) for other in outlines) >= 2]
    twins = [place for place in found if sum(_is_alike(place, other) for other in found) >= 2]
    spoiled = [ring for radius in _radii(twins) for ring in _rings(ink, twins, radius)]
    for ring in spoiled:
        if not any(ring.overlaps(other) for other in found):
            found.append(ring)
    return found


def _round_outlines(ink: InkMap) -> list[Place]:
    """Return closed outlines whose every point is equally far from their middle, with white or a mark inside."""
    contours, _ = cv2.findContours(ink.mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    places: list[Place] = []
    for contour in contours:
        left, top, width, height = cv2.boundingRect(contour)
        if not ink.per_mm * _SMALLEST_MM * 0.75 <= width <= ink.per_mm * _LARGEST_MM or not 0.83 < width / height < 1.2:
            continue
        points = contour[:, 0, :].astype(np.float64)
        middle = np.array([left + (width - 1) / 2, top + (height - 1) / 2])
        radii = np.hypot(*(points - middle).T)
        if radii.std() > _ROUNDNESS * radii.mean() or len(contour) < 2.2 * width:
            continue
        place = _ring_place(ink, middle[0], middle[1], float(radii.mean()))
        if place is not None and not any(place.overlaps(other) for other in places):
            places.append(place)
    return places


def _ring_place(ink: InkMap, x: float, y: float, radius: float) -> Place | None:
    """Return the ring around an inner or outer edge: its outline all around, None where there is no thin outline."""
    best = max((radius + step for step in (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)), key=lambda r: _cover(ink.mask, x, y, r))
    if _cover(ink.mask, x, y, best) < 0.85 or 2 * best < ink.per_mm * _SMALLEST_MM:
        return None
    return Place(x - best - 1, y - best - 1, x + best + 2, y + best + 2, MarkShape.CIRCLE, 2.0)


def _cover(mask: Pixels, x: float, y: float, radius: float) -> float:
    """Return the share of a circle's circumference that is inked."""
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    xs = np.clip(np.round(x + radius * np.cos(angles)).astype(int), 0, mask.shape[1] - 1)
    ys = np.clip(np.round(y + radius * np.sin(angles)).astype(int), 0, mask.shape[0] - 1)
    return float((mask[ys, xs] > 0).mean())


def _has_room(ink: InkMap, place: Place) -> bool:
    """Tell whether it stands by itself: letters have neighbours, or a point, within a millimetre."""
    before, after = ink.length(0.75), ink.length(1.0)
    top, bottom = round(place.top + 1), round(place.bottom - 1)
    left, right = round(place.left), round(place.right)
    sides = (ink.mask[top:bottom, max(0, left - before) : left], ink.mask[top:bottom, right : right + after])
    return all(np.count_nonzero(side) <= 0.05 * side.size for side in sides)


def _is_alike(place: Place, other: Place) -> bool:
    return abs(place.width - other.width) <= 0.12 * place.width


def _radii(places: Sequence[Place]) -> list[float]:
    """Return the distinct radii of the outlines' middle lines."""
    distinct: list[float] = []
    for place in places:
        radius = (place.width - 3) / 2
        if all(abs(radius - other) > 1.5 for other in distinct):
            distinct.append(radius)
    return distinct


def _rings(ink: InkMap, found: Sequence[Place], radius: float) -> list[Place]:
    """Return rings of that radius in the rows and columns of `found`, whatever is drawn through them."""
    size = 2 * round(radius) + 7
    ring = np.zeros((size, size), np.uint8)
    cv2.circle(ring, (size // 2, size // 2), round(radius), 1, 1)
    kernel: NDArray[np.float32] = ring.astype(np.float32) / ring.sum()
    rings: list[Place] = []
    for top, bottom, left, right in _strips(ink, found, size):
        strip = cv2.dilate(ink.mask[top:bottom, left:right], np.ones((2, 2), np.uint8)).astype(np.float32) / 255
        cover = cv2.filter2D(strip, -1, kernel, borderType=cv2.BORDER_CONSTANT)
        peaks = (cover > 0.88) & (cover >= cv2.dilate(cover, np.ones((size, size), np.uint8)))
        for y, x in np.argwhere(peaks).tolist():
            place = Place(left + x - radius - 1, top + y - radius - 1, left + x + radius + 2, top + y + radius + 2, MarkShape.CIRCLE, 2.0)
            if _is_ring(ink.mask, left + x, top + y, radius) and not any(place.overlaps(other) for other in rings):
                rings.append(place)
    return rings


def _strips(ink: InkMap, found: Sequence[Place], size: int) -> list[tuple[int, int, int, int]]:
    """Return (top, bottom, left, right) of the rows and columns in which `found` stand, each once."""
    height, width = ink.mask.shape
    strips: list[tuple[int, int, int, int]] = []
    for place in found:
        y, x = round((place.top + place.bottom) / 2), round((place.left + place.right) / 2)
        row = (max(0, y - size), min(height, y + size), 0, width)
        column = (0, height, max(0, x - size), min(width, x + size))
        for strip, axis in ((row, 0), (column, 2)):
            if not any(abs(strip[axis] - other[axis]) < size // 2 and other[3 - axis] == strip[3 - axis] for other in strips):
                strips.append(strip)
    return strips


def _is_ring(mask: Pixels, x: int, y: int, radius: float) -> bool:
    """Tell whether the outline is there in every direction, and thin: most of the room just inside and outside is white."""
    angles = np.linspace(0, 2 * np.pi, _SECTORS * 4, endpoint=False)

    def inked(r: float) -> NDArray[np.bool_]:
        xs = np.clip(np.round(x + r * np.cos(angles)).astype(int), 0, mask.shape[1] - 1)
        ys = np.clip(np.round(y + r * np.sin(angles)).astype(int), 0, mask.shape[0] - 1)
        hits: NDArray[np.bool_] = mask[ys, xs] > 0
        return hits

    outline = inked(radius) | inked(radius - 1) | inked(radius + 1)
    if outline.reshape(_SECTORS, 4).mean(axis=1).min() < 0.25 or outline.mean() < 0.88:
        return False
    return bool(inked(radius - 3.5).mean() < 0.55 and inked(radius + 3.5).mean() < 0.45)
