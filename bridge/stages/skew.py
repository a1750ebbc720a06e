"""How far a page lies askew on the glass, from its projection profile."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from bridge.domain.image import Pixels
from bridge.stages.ink import resized

_WORKING_DPI: Final = 100.0
_MAX_DEGREES: Final = 5.0
_COARSE_STEP: Final = 0.25
_FINE_STEPS: Final = (0.05, 0.0125)
_MIN_POINTS: Final = 150
_MAX_POINTS: Final = 60_000
_STREAK: Final = 0.9  # of a page's side: a line from edge to edge is the machine's; a form's own keep a margin, and tell the skew
_MIN_GAIN: Final = 1.15  # how much sharper the best profile must be than the middling one to be believed


def skew_of(mask: Pixels, x_dpi: float, y_dpi: float) -> float:
    """Return by how many degrees lines of print fall to the right (negative: rise), within ±5; 0.0 where unclear.

    `mask` is 255 where there is ink, in pixels of `x_dpi` across and `y_dpi` down.
    """
    fx, fy = min(1.0, _WORKING_DPI / x_dpi), min(1.0, _WORKING_DPI / y_dpi)
    inked = _without_blocks(resized(np.ascontiguousarray(mask), fx, fy)) > 96
    ys, xs = np.nonzero(_without_streaks(np.asarray(inked)))
    if len(ys) < _MIN_POINTS:
        return 0.0
    if len(ys) > _MAX_POINTS:
        some = np.linspace(0, len(ys) - 1, _MAX_POINTS).astype(np.intp)
        ys, xs = ys[some], xs[some]
    # centres of pixels, lest rounding at exactly 0° empties every other row
    across: NDArray[np.float64] = (xs.astype(np.float64) + 0.5) / (x_dpi * fx)
    down: NDArray[np.float64] = (ys.astype(np.float64) + 0.5) / (y_dpi * fy)
    coarse = np.arange(-_MAX_DEGREES, _MAX_DEGREES + 0.01, _COARSE_STEP)
    scores = np.array([_sharpness(across, down, float(angle)) for angle in coarse])
    best = float(coarse[int(scores.argmax())])
    if scores.max() < _MIN_GAIN * np.median(scores) or abs(best) >= _MAX_DEGREES:
        return 0.0
    reach = _COARSE_STEP
    for step in _FINE_STEPS:
        near = np.arange(best - reach, best + reach + step / 2, step)
        best = float(near[int(np.argmax([_sharpness(across, down, float(angle)) for angle in near]))])
        reach = step
    return best


def _without_blocks(small: MatLike) -> MatLike:
    """Blank what is solid black over 6 mm (scanner edges, pictures): its edges need not follow the print."""
    size = round(6 * _WORKING_DPI / 25.4)
    solid = cv2.morphologyEx(small, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    return cv2.subtract(small, cv2.dilate(solid, np.ones((3, 3), np.uint8)))


def _without_streaks(inked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Blank rows and columns that are inked along most of the page: a dirty scanner draws them, straight however the sheet lies."""
    kept = inked.copy()
    kept[inked.mean(axis=1) > _STREAK, :] = False
    kept[:, inked.mean(axis=0) > _STREAK] = False
    return kept


def _sharpness(across: NDArray[np.float64], down: NDArray[np.float64], degrees: float) -> float:
    """Return how clearly rows of ink and gaps alternate when the page is sheared back by `degrees`."""
    rows = (down - across * math.tan(math.radians(degrees))) * _WORKING_DPI
    rows -= math.floor(rows.min())
    profile = np.bincount(rows.astype(np.intp)).astype(np.float64)
    return float(np.square(np.diff(profile)).sum())
