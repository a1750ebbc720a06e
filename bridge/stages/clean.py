"""Make a decoded page readable: square pixels, upright, deskewed, grey. What this recipe leaves out was measured to hurt.

No median filter, no thresholding, no removal of rules, no despeckling: they erase umlaut dots and the points of dates.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.domain.image import PageImage, Pixels, UprightPage
from bridge.stages.ink import dark, has_writing, resized
from bridge.stages.skew import skew_of

TARGET_DPI: Final = 306.0  # a fax's 204 dpi times 1.5
SIGMA: Final = 0.9  # of the blur across, in pixels of the fax raster
FAX_DPI: Final = 204.0
_MAX_SIDE: Final = 14_000  # pixels of the upright page, whatever resolution a file claims
_NEGLIGIBLE_SKEW: Final = 0.03


def clean(page: PageImage, rotation: int = 0) -> UprightPage:
    """Return `page` turned clockwise by `rotation` (0, 90, 180, 270), deskewed and scaled to about 306 dpi both ways.

    The canvas grows with the skew, so that nothing at the edges is cut off. `is_blank` is judged before any turning.
    """
    mask = dark(page.pixels, is_bilevel=page.is_bilevel)
    pixels, x_dpi, y_dpi = turned(page, rotation)
    skew = skew_to_undo(np.rot90(mask, -rotation // 90), x_dpi, y_dpi)
    if page.is_bilevel:
        blurred = cv2.GaussianBlur(pixels, (0, 0), sigmaX=_sigma(x_dpi), sigmaY=_sigma(y_dpi), borderType=cv2.BORDER_REPLICATE)
        pixels = np.asarray(blurred, np.uint8)
    dpi = upright_dpi(pixels.shape, x_dpi, y_dpi)
    return UprightPage(
        pixels=_straightened(pixels, dpi / x_dpi, dpi / y_dpi, skew),
        dpi=dpi,
        rotation=rotation,
        skew_degrees=skew,
        ink=float(np.count_nonzero(mask)) / mask.size,
        is_blank=not has_writing(mask, page.x_dpi, page.y_dpi),
    )


def skew_to_undo(mask: Pixels, x_dpi: float, y_dpi: float) -> float:
    """Return by how many degrees a page, turned already, is straightened; 0.0 where it is hardly askew. `mask` as `skew_of` takes it."""
    skew = skew_of(mask, x_dpi, y_dpi)
    return 0.0 if abs(skew) < _NEGLIGIBLE_SKEW else skew


def upright_dpi(shape: tuple[int, ...], x_dpi: float, y_dpi: float) -> float:
    """Return the resolution of the upright page that turned pixels of `shape` lead to."""
    height, width = shape
    return TARGET_DPI * min(1.0, _MAX_SIDE / (width * TARGET_DPI / x_dpi), _MAX_SIDE / (height * TARGET_DPI / y_dpi))


def turned(page: PageImage, rotation: int) -> tuple[Pixels, float, float]:
    """Return the pixels turned clockwise by `rotation` degrees, with their dpi across and down."""
    pixels = np.ascontiguousarray(np.rot90(page.pixels, -rotation // 90))
    return (pixels, page.y_dpi, page.x_dpi) if rotation % 180 else (pixels, page.x_dpi, page.y_dpi)


def squared(page: PageImage) -> tuple[Pixels, float]:
    """Return the page as it came with square pixels and its dpi, unblurred: what orientation detection wants."""
    dpi = min(max(page.x_dpi, page.y_dpi), TARGET_DPI)
    return resized(page.pixels, dpi / page.x_dpi, dpi / page.y_dpi), dpi


def _sigma(dpi: float) -> float:
    """Return the blur's deviation in pixels for one direction of a raster; coarse rasters get less (204x98: 0.62)."""
    return SIGMA / math.sqrt(FAX_DPI / dpi)


def _straightened(pixels: Pixels, fx: float, fy: float, skew: float) -> Pixels:
    """Apply aspect, scale and deskew as one cubic affine."""
    if min(fx, fy) < 0.5:  # cubic interpolation would skip pixels
        shrink_x, shrink_y = min(1.0, fx * 1.5), min(1.0, fy * 1.5)
        pixels = resized(pixels, shrink_x, shrink_y)
        fx, fy = fx / shrink_x, fy / shrink_y
    matrix, size = straightening(pixels.shape, fx, fy, skew)
    straight = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))
    return np.asarray(straight, np.uint8)


def straightening(shape: tuple[int, ...], fx: float, fy: float, skew: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the affine (2 x 3) that scales and deskews pixels of `shape`, and the width and height it leads to."""
    height, width = shape
    turn = math.radians(skew)
    cos, sin = math.cos(turn), math.sin(turn)
    # scale first, then turn back by the skew (y grows down: a positive skew falls to the right)
    matrix = np.array([[cos * fx, sin * fy, 0.0], [-sin * fx, cos * fy, 0.0]])
    corners = matrix[:, :2] @ np.array([[0, width, 0, width], [0, 0, height, height]])
    low, high = corners.min(axis=1), corners.max(axis=1)
    # centres of pixels, not their corners, must meet
    matrix[:, 2] = matrix[:, :2] @ np.array([0.5, 0.5]) - low - 0.5
    return matrix, (max(1, math.ceil(high[0] - low[0] - 0.01)), max(1, math.ceil(high[1] - low[1] - 0.01)))
