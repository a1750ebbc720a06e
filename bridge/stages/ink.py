"""What is ink on a page and whether any of it is writing. Masks are 255 where there is ink, else 0."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from bridge.domain.image import Pixels

_MM: Final = 25.4
_WORD_MM: Final = 3.0  # a stroke this long is writing by itself
_LETTER_MM: Final = 1.3  # three separate ones this large are writing
_BLACKENED: Final = 0.3  # share of ink from which a page is never blank
_STREAK_SHARE: Final = 0.08  # of a column's height
_STREAK_REACH_MM: Final = 3.0
_TTI_BAND_MM: Final = 11.0
_TTI_HEIGHT_MM: Final = 5.0
_TTI_WIDTH: Final = 0.25  # of the page's width: shorter ones are writing


def resized(pixels: Pixels, fx: float, fy: float) -> Pixels:
    """Return the pixels scaled by `fx` across and `fy` down, at least one pixel large; averaged where they shrink."""
    size = (max(1, round(pixels.shape[1] * fx)), max(1, round(pixels.shape[0] * fy)))
    how = cv2.INTER_AREA if min(fx, fy) < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def dark(pixels: Pixels, *, is_bilevel: bool) -> Pixels:
    """Return the mask of ink; grey pages are compared with the paper around, so that shadows are no ink."""
    if is_bilevel:
        return np.asarray(cv2.threshold(pixels, 127, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    paper = cv2.morphologyEx(resized(pixels, 0.125, 0.125), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = cv2.resize(cv2.GaussianBlur(paper, (0, 0), 4), (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR)
    level = np.maximum(paper, 60).astype(np.float32) * 0.7
    return np.where(pixels < level, 255, 0).astype(np.uint8)


def has_writing(mask: Pixels, x_dpi: float, y_dpi: float) -> bool:
    """Tell whether a page as it came carries anything to read.

    Streaks, scanner edges, specks of noise and the TTI line on top are nothing; a single handwritten word is something.
    """
    if np.count_nonzero(mask) > _BLACKENED * mask.size:
        return True  # a picture or a spoilt page: nobody can say that nothing stood there
    mask = _without_streaks(_without_header_line(mask, y_dpi), x_dpi)
    # broken strokes are joined over a fifth of a millimetre
    joint = np.ones((max(1, round(0.2 * y_dpi / _MM)) * 2 - 1, max(1, round(0.2 * x_dpi / _MM)) * 2 - 1), np.uint8)
    joined = cv2.morphologyEx(_without_specks(mask), cv2.MORPH_CLOSE, joint)
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count <= 1:
        return False
    height, width = mask.shape
    left, top, across, down, area = (stats[1:, i].astype(np.float64) for i in range(5))
    wide, high = across * _MM / x_dpi, down * _MM / y_dpi
    touches_edge = (left <= 2) | (top <= 2) | (left + across >= width - 2) | (top + down >= height - 2)
    is_streak = ((wide < 0.8) & (high > 15)) | ((high < 0.8) & (wide > 15))
    is_edge = touches_edge & ((wide > 0.25 * width * _MM / x_dpi) | (high > 0.25 * height * _MM / y_dpi) | (np.minimum(wide, high) < 2))
    is_ink = ~is_streak & ~is_edge & (area * _MM * _MM / (x_dpi * y_dpi) > 0.12)
    longest = np.maximum(wide, high)
    return bool((is_ink & (longest >= _WORD_MM)).any() or np.count_nonzero(is_ink & (longest >= _LETTER_MM)) >= 3)


def _without_specks(mask: Pixels) -> Pixels:
    """Drop pixels with fewer than two dark neighbours: noise of single dots, which joining would make into strokes."""
    neighbours = cv2.boxFilter(mask // 255, cv2.CV_8U, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.where(neighbours >= 3, mask, 0).astype(np.uint8)


def _without_streaks(mask: Pixels, x_dpi: float) -> Pixels:
    """Blank columns with far more ink than those around: dust on the glass draws lines, often broken, down the page."""
    columns = np.count_nonzero(mask, axis=0).astype(np.float64) / mask.shape[0]
    reach = max(1, round(_STREAK_REACH_MM * x_dpi / _MM))
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(columns, reach, mode="reflect" if len(columns) > reach else "edge"), 2 * reach + 1
    )
    streaks = columns > np.maximum(_STREAK_SHARE, 4 * np.median(around, axis=1))
    if not streaks.any():
        return mask
    beside = cv2.dilate(streaks.astype(np.uint8).reshape(1, -1), np.ones((1, 3), np.uint8)).ravel() > 0
    kept = mask.copy()
    kept[:, beside] = 0
    return kept


def _without_header_line(mask: Pixels, y_dpi: float) -> Pixels:
    """Blank a flat, wide line of print alone on top: the sending machine's, not the sender's."""
    height, width = mask.shape
    band = mask[: max(1, min(height, round(_TTI_BAND_MM * y_dpi / _MM)))]
    inked = cv2.reduce(_without_specks(band), 1, cv2.REDUCE_MAX, dtype=cv2.CV_8U).ravel() > 0
    per_row = np.count_nonzero(band, axis=1)
    inked &= per_row > 0.004 * width
    rows = np.flatnonzero(inked)
    if len(rows) == 0:
        return mask
    first = int(rows[0])
    gap = max(2, round(0.6 * y_dpi / _MM))
    last = first
    for row in rows:
        if row - last > gap:
            break
        last = int(row)
    if (last - first) * _MM / y_dpi > _TTI_HEIGHT_MM:
        return mask
    columns = np.flatnonzero(_without_specks(band[first : last + 1]).max(axis=0))
    if len(columns) == 0 or columns[-1] - columns[0] < _TTI_WIDTH * width:
        return mask
    kept = mask.copy()
    kept[: last + gap] = 0
    return kept
