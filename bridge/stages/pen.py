"""Whether a pen wrote one value: readers read a neat hand as surely as print, but its ink still tells.

What tells holds for hands in general: people write larger than machines fill in forms, their letters lean, the line of letters
has no sharp edge above and below and climbs or falls, and letters are joined. The weights were fitted to drawn faxes, print and
pen, by folds that left whole layouts out. Their pens are few handwriting faces, some with every letter moved, leaned and sized by
itself; real hands are less even than those and were not to be had. Where one hand is as small, upright and level as print, nothing
here tells it: the rest of its document must (`bridge.stages.by_hand`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.domain.image import Pixels

_MM: Final = 306 / 25.4  # pixels of the upright page in a millimetre
_INK_LEVEL: Final = 0.62  # of the paper's brightness; lighter ink joins letters of print
_PIECE_MM: Final = 0.9  # lower ink is dots and dust
_SPECK: Final = 12  # pixels of ink that are none
_RULE: Final = 0.8  # share of a row that is inked along a printed line
_HEIGHTS: Final = (0.45, 2.2)  # of the tall letters' height: what is lower or higher is no letter
_EDGE: Final = 0.25  # of the sharpest edge's contrast: fainter ones are the soft side of others
_SIDE: Final = 0.75  # slope up to which an edge belongs to a stem
_OWN_LEAN: Final = 2  # letters: a single 7 leans by itself, many letters lean only by a hand
_STEEPEST: Final = 0.06  # slope of a line of writing; more is one letter beside another
_STEP: Final = 3  # rows over which print begins and ends


@dataclass(frozen=True, slots=True)
class Signs:
    """What the ink of one line shows.

    `size`: height of the tall letters in mm; `lean`: degrees by which stems lean, to either side; `level`: how suddenly the line of
    letters begins or ends, from row to row; `climb`: slope of their feet; `joined`: the widest piece by the height, as a logarithm.
    """

    size: float
    lean: float
    level: float
    climb: float
    joined: float


_BIAS: Final = -7.529
_WEIGHTS: Final = Signs(size=2.213, lean=0.899, level=-2.0, climb=71.1, joined=1.554)


def pen_score(crop: Pixels) -> float:
    """Return how likely (0..1) a pen wrote what a crop shows; 0 where it shows no letters."""
    signs = signs_of(crop)
    if signs is None:
        return 0.0
    odds = _BIAS + sum(getattr(_WEIGHTS, name) * getattr(signs, name) for name in Signs.__slots__)
    return round(1 / (1 + math.exp(-odds)), 4)


def signs_of(crop: Pixels) -> Signs | None:
    """Return what the ink of a crop (at the upright page's resolution) shows, None where there are no letters."""
    ink = _ink(crop)
    letters = _letters(ink)
    if letters is None:
        return None
    left, top, width, height = letters
    size = float(np.percentile(height, 75))
    return Signs(
        size=size / _MM,
        lean=_lean(crop[int(top.min()) : int((top + height).max())]) * len(left) / (len(left) + _OWN_LEAN),
        level=_level(ink) * size,
        climb=_climb(left + width / 2, top + height),
        joined=math.log(float(width.max()) / size),
    )


def _ink(crop: Pixels) -> NDArray[np.uint8]:
    """Return where a crop is inked (1), printed lines left out."""
    counts = np.cumsum(cv2.calcHist([crop], [0], None, [256], [0, 256]))
    paper = float(np.searchsorted(counts, 0.95 * counts[-1]))
    ink = (crop < _INK_LEVEL * max(paper, 80.0)).astype(np.uint8)
    ink[ink.mean(axis=1) >= _RULE] = 0
    return ink


def _letters(ink: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Return left, top, width and height of the pieces of ink that are letters, or several joined; None where there are none."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    pieces = stats[1:count]
    pieces = pieces[(pieces[:, cv2.CC_STAT_HEIGHT] >= _PIECE_MM * _MM) & (pieces[:, cv2.CC_STAT_AREA] >= _SPECK)]
    if len(pieces) == 0:
        return None
    height = pieces[:, cv2.CC_STAT_HEIGHT]
    tall = np.percentile(height, 75)
    letters: NDArray[np.float64] = pieces[(height >= _HEIGHTS[0] * tall) & (height <= _HEIGHTS[1] * tall), :4].T.astype(np.float64)
    return letters


def _lean(writing: Pixels) -> float:
    """Return by how many degrees the sides of stems lean, to the right or to the left."""
    across, down = (edges.astype(np.float32) for edges in cv2.spatialGradient(writing))
    contrast = cv2.magnitude(across, down)
    sides = (contrast > _EDGE * float(contrast.max())) & (np.abs(down) < _SIDE * np.abs(across))
    weight = contrast[sides]
    total = float(weight.sum())
    return abs(float((np.degrees(np.arctan(down[sides] / across[sides])) * weight).sum())) / total if total else 0.0


def _level(ink: NDArray[np.uint8]) -> float:
    """Return the largest step of ink between near rows, as a share of all ink."""
    rows = ink.sum(axis=1, dtype=np.float64)
    return float(np.abs(rows[_STEP:] - rows[:-_STEP]).max() / rows.sum()) if len(rows) > _STEP else 0.0


def _climb(middle: NDArray[np.float64], feet: NDArray[np.float64]) -> float:
    """Return the slope, up or down, of the line on which letters stand; 0 where too few stand on any."""
    if len(feet) < 3 or np.ptp(middle) == 0:
        return 0.0
    line = np.polyfit(middle, feet, 1)
    off = np.abs(feet - np.polyval(line, middle))
    near = off <= 1.5 * np.median(off) + 1  # descenders are off the line and do not bend it
    if near.sum() >= 3 and np.ptp(middle[near]) > 0:
        line = np.polyfit(middle[near], feet[near], 1)
    return min(abs(float(line[0])), _STEEPEST)
