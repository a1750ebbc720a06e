"""Where the pixels of a page as it came lie on its upright page: what `clean` did, as a mapping instead of a new picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.domain.image import PageImage
from bridge.domain.papers import Affine
from bridge.stages.clean import skew_to_undo, straightening, upright_dpi
from bridge.stages.ink import dark


@dataclass(frozen=True, slots=True)
class Placing:
    """The upright page's size in pixels, its dpi, and how a point of the page as it came gets there (see `ArchivePage`)."""

    width: int
    height: int
    dpi: float
    matrix: Affine


def placing_of(page: PageImage, rotation: int) -> Placing:
    """Return where `clean(page, rotation)` brings the pixels of `page`; its size may differ by a pixel where that shrinks first."""
    height, width = page.pixels.shape
    is_sideways = bool(rotation % 180)
    shape = (width, height) if is_sideways else (height, width)
    x_dpi, y_dpi = (page.y_dpi, page.x_dpi) if is_sideways else (page.x_dpi, page.y_dpi)
    mask = np.rot90(dark(page.pixels, is_bilevel=page.is_bilevel), -rotation // 90)
    dpi = upright_dpi(shape, x_dpi, y_dpi)
    straighten, size = straightening(shape, dpi / x_dpi, dpi / y_dpi, skew_to_undo(mask, x_dpi, y_dpi))
    # it maps centres of pixels, numbered from 0; here corners are meant
    straighten[:, 2] += 0.5 - straighten[:, :2] @ np.array([0.5, 0.5])
    turn = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, -1, height], [1, 0, 0]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, 1, 0], [-1, 0, width]],
    }[rotation]
    (a, c, e), (b, d, f) = (straighten @ np.array([*turn, [0, 0, 1]], np.float64)).tolist()
    return Placing(*size, dpi, (a, b, c, d, e, f))
