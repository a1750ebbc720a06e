"""How many dots an inch has, across and down, when tags tell it, tell it wrongly, or do not tell it.

Raster of fax machines (ITU-T T.4): 1728, 2048 or 2432 dots on 215, 255 or 303 mm (about 204 dpi), with 98 (standard),
196 (fine) or 391 (superfine) lines an inch. TIFF-F (RFC 2301) allows 200 and 100 for 204, 196 and 98.
"""

from __future__ import annotations

from math import log
from typing import Final

INCH: Final = 2
CENTIMETRE: Final = 3

_FAX_WIDTHS: Final = {1728, 2048, 2432}
_FAX_ACROSS: Final = 204.0
_FAX_DOWN: Final = (98.0, 196.0, 391.0)
_A4_INCHES: Final = (8.27, 11.69)
_LONGEST_PAGE_INCHES: Final = 18.0
_LARGEST_PAPER_INCHES: Final = 17.0  # A3, with a little to spare


def resolution(width: int, height: int, x_tag: float | None, y_tag: float | None, unit: int = INCH) -> tuple[float, float]:
    """Return (dpi across, dpi down) of a raster of `width` x `height` as stored, from its tags or from its shape.

    Tags that no paper could have (0, 1, 72 on a page of 1728 dots) are replaced, all others believed.
    """
    x, y = _in_inches(x_tag, y_tag, unit)
    if width in _FAX_WIDTHS:
        return _of_fax(height, x, y)
    if x and y and _is_paper(width, height, x, y):
        return x, y
    # No tag that could be true: dots are square, and the sheet is as wide as A4.
    shorter = min(width, height) / _A4_INCHES[0]
    dpi = float(round(min(max(shorter, 100.0), 600.0)))
    return dpi, dpi


def _in_inches(x: float | None, y: float | None, unit: int) -> tuple[float | None, float | None]:
    """Return both tags per inch; one alone counts for none unless the other can be filled in by the fax raster."""
    x, y = (value if value and 0 < value < 10_000 else None for value in (x, y))
    is_metric = unit == CENTIMETRE or (x is not None and 78 <= x <= 82 and (y is None or _is_near(y * 2.54, _FAX_DOWN)))
    if is_metric:  # lines per centimetre, as T.4 counts (80.3 x 38.5 or 77), also where the unit is forgotten
        x, y = (value * 2.54 if value else None for value in (x, y))
    return x, y


def _of_fax(height: int, x: float | None, y: float | None) -> tuple[float, float]:
    """Return the resolution of a raster as wide as a fax machine's."""
    is_across_true = x is not None and 190 <= x <= 216
    across = x if x is not None and is_across_true else _FAX_ACROSS
    if y is not None and (is_across_true or _is_near(y, _FAX_DOWN)) and 90 <= y <= 420:
        guess = _nearest_to_a4(height)
        if height / y > _LONGEST_PAGE_INCHES and guess > y and height / guess > 9:
            return across, guess  # a fine page tagged as standard: no sheet is 23 inches long
        return across, y
    return across, _nearest_to_a4(height)


def _is_near(value: float, candidates: tuple[float, ...]) -> bool:
    return any(abs(value - candidate) <= 0.05 * candidate for candidate in candidates)


def _nearest_to_a4(height: int) -> float:
    """Return the lines an inch with which `height` lines come nearest to a sheet of A4."""
    return min(_FAX_DOWN, key=lambda down: abs(log(max(height, 1) / down / _A4_INCHES[1])))


def _is_paper(width: int, height: int, x: float, y: float) -> bool:
    """Tell whether a sheet of that resolution could exist."""
    is_resolution = 60 <= x <= 1300 and 45 <= y <= 1300 and 0.4 <= x / y <= 4.2
    return is_resolution and width / x <= _LARGEST_PAPER_INCHES and height / y <= 3 * _LARGEST_PAPER_INCHES
