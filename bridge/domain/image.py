"""Pixels of one page. Apart from the model, so that only readers and decoders load numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class PageImage:
    """One page as decoded: grey levels (0 black, 255 white), shape (height, width); dpi across and down.

    `is_bilevel` tells a fax raster (only 0 and 255) from a grey scan, which must not be blurred.
    """

    pixels: Pixels
    x_dpi: float
    y_dpi: float
    is_bilevel: bool


@dataclass(frozen=True, slots=True, eq=False)
class UprightPage:
    """One page ready to be read: square pixels, deskewed, upright, grey; `rotation` clockwise degrees that were applied.

    `ink` is the share of dark pixels before blurring; `dpi` of the upright pixels.
    """

    pixels: Pixels
    dpi: float
    rotation: int
    skew_degrees: float
    ink: float
    is_blank: bool
