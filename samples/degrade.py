"""From a clean sheet to what a fax machine or scanner made of it: the degradation model.

A fax line is 1728 pixels over 215 mm (T.4), with 196 or 98 lines an inch. Copies are a little askew, thresholded or
dithered to one bit; telephone lines lose scan lines, dirty glass draws streaks, weak toner breaks strokes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from samples.sheet import PX
from samples.wear import NONE, Wear, before_sending, compress, lose_lines, one_bit

Grey = NDArray[np.uint8]
WIDTH = 1728
X_DPI = 204
CONDITIONS = ("fine-clean", "fine-noisy", "standard-clean", "standard-noisy", "scan")
_LINE_MM = 215.0


@dataclass(frozen=True, slots=True)
class Raster:
    """One page as transmitted: grey levels, only 0 and 255 where `is_bilevel`; dots an inch across and down."""

    pixels: Grey
    x_dpi: int
    y_dpi: int
    is_bilevel: bool


def degrade(sheet: Grey, condition: str, rng: np.random.Generator, rotation: int = 0, wear: Wear = NONE) -> Raster:
    """Send `sheet` (PX pixels a mm) under `condition`, turned clockwise by `rotation` (0, 90, 180, 270) on the glass, so worn."""
    sheet = before_sending(sheet, wear, rng)
    if rotation:
        sheet = np.ascontiguousarray(np.rot90(sheet, -rotation // 90))
    if condition == "scan":
        return _scan(sheet, rng, wear)
    is_noisy = condition.endswith("noisy")
    y_dpi = 196 if condition.startswith("fine") else 98
    grey = _on_the_glass(sheet, y_dpi, is_noisy, rng)
    page = _one_bit(grey, is_noisy, rng, wear)
    _speckle(page, is_noisy, rng)
    if is_noisy:
        _streaks(page, rng)
        _lost_lines(page, rng)
    if wear.bursts:
        page = lose_lines(page, wear, rng)
    return Raster(page, X_DPI, y_dpi, is_bilevel=True)


def _on_the_glass(sheet: Grey, y_dpi: int, is_noisy: bool, rng: np.random.Generator) -> Grey:
    """Lay the sheet a little askew and sample it to fax pixels, by way of twice the fine raster."""
    lines = round(sheet.shape[0] / PX / 25.4 * 196) * 2
    angle = float(np.clip(rng.normal(0, 0.9 if is_noisy else 0.5), -2.5 if is_noisy else -1.5, 2.5 if is_noisy else 1.5))
    shift = rng.uniform(1.5, 4.0), rng.uniform(-1.5, 1.5)
    across, down = 2 * WIDTH / _LINE_MM / PX, 2 * 196 / 25.4 / PX
    stretch = 1 + float(rng.normal(0, 0.004))  # rollers never run true
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    middle = np.array([sheet.shape[1] / 2, sheet.shape[0] / 2])
    turn = np.array([[across * cos, -across * sin], [down * stretch * sin, down * stretch * cos]])
    target = np.array([middle[0] * across + shift[0] * PX * across, middle[1] * down + shift[1] * PX * down])
    matrix = np.column_stack([turn, target - turn @ middle])
    lens = float(rng.uniform(1.3, 2.4) if is_noisy else rng.uniform(0.6, 1.4))
    blurred = cv2.GaussianBlur(sheet, (0, 0), lens)
    doubled = cv2.warpAffine(blurred, matrix, (2 * WIDTH, lines), flags=cv2.INTER_LINEAR, borderValue=255.0)
    return np.asarray(cv2.resize(doubled, (WIDTH, lines // 2 if y_dpi == 196 else lines // 4), interpolation=cv2.INTER_AREA), np.uint8)


def _one_bit(grey: Grey, is_noisy: bool, rng: np.random.Generator, wear: Wear) -> Grey:
    """Threshold as machines do in text mode, now and then dither as they do in photo mode."""
    if is_noisy:
        small = rng.normal(0, 1, (grey.shape[0] // 8 + 1, grey.shape[1] // 8 + 1)).astype(np.float32)
        cloud = cv2.resize(cv2.GaussianBlur(small, (0, 0), 6), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR) * 120
        grain = rng.normal(0, rng.uniform(8, 26), grey.shape).astype(np.float32)
        grey = np.clip(grey + cloud + grain, 0, 255).astype(np.uint8)
    if wear.raster != "plain":
        return one_bit(grey, wear, rng)
    if rng.random() < (0.12 if is_noisy else 0.06):
        contrast = np.clip((grey.astype(np.float32) - 40) * 1.45, 0, 255).astype(np.uint8)
        return np.asarray(Image.fromarray(contrast).convert("1").convert("L")).copy()
    level = rng.uniform(118, 188) if is_noisy else rng.uniform(125, 180)
    return np.where(grey < level, np.uint8(0), np.uint8(255))


def _speckle(page: Grey, is_noisy: bool, rng: np.random.Generator) -> None:
    """Throw salt and pepper, single dots and small clumps."""
    share = float(rng.uniform(0.0003, 0.003) if is_noisy else rng.uniform(0, 0.0001))
    count = int(page.size * share)
    rows, columns = rng.integers(0, page.shape[0], count), rng.integers(0, page.shape[1], count)
    page[rows, columns] = np.where(rng.random(count) < 0.6, np.uint8(0), np.uint8(255))
    for row, column in zip(rows[: count // 20], columns[: count // 20], strict=True):
        height, width = rng.integers(1, 3), rng.integers(1, 4)
        page[row : row + height, column : column + width] = 0


def _streaks(page: Grey, rng: np.random.Generator) -> None:
    """Draw the vertical lines of dust on the glass, dark or light, and thin out strokes in weak patches."""
    height, width = page.shape
    for _ in range(rng.integers(0, 3)):
        x, top = rng.integers(20, width - 20), rng.integers(0, height // 2) if rng.random() < 0.5 else 0
        bottom = height if rng.random() < 0.6 else rng.integers(top + 1, height)
        held = rng.random(bottom - top) < rng.uniform(0.6, 1.0)
        page[top:bottom, x : x + rng.integers(1, 3)][held] = 0 if rng.random() < 0.65 else 255
    for _ in range(rng.integers(0, 5)):
        x, y = rng.integers(0, width - 200), rng.integers(0, height - 60)
        patch = page[y : y + rng.integers(20, 120), x : x + rng.integers(100, 600)]
        patch[rng.random(patch.shape) < rng.uniform(0.05, 0.2)] = 255


def _lost_lines(page: Grey, rng: np.random.Generator) -> None:
    """Lose scan lines as a line without error correction does: the one before stands in, or white."""
    for _ in range(rng.integers(0, 6)):
        row, run = int(rng.integers(2, page.shape[0] - 4)), int(rng.integers(1, 3))
        page[row : row + run] = page[row - 1] if rng.random() < 0.75 else 255


def _scan(sheet: Grey, rng: np.random.Generator, wear: Wear) -> Raster:
    """Scan in grey at 150 or 200 dpi, worn ones from 100: soft, a little dark paper, JPEG comes later with the file."""
    dpi = int(rng.choice((150, 200, 200)))
    dpi = wear.scan_dpi or dpi
    scale = dpi / 25.4 / PX
    angle = float(np.clip(rng.normal(0, 0.6), -1.5, 1.5))
    size = round(sheet.shape[1] * scale), round(sheet.shape[0] * scale)
    matrix = cv2.getRotationMatrix2D((sheet.shape[1] / 2, sheet.shape[0] / 2), angle, 1.0)
    turned = cv2.warpAffine(cv2.GaussianBlur(sheet, (0, 0), 1.2), matrix, (sheet.shape[1], sheet.shape[0]), borderValue=255.0)
    grey = cv2.resize(turned, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    paper, black = rng.uniform(225, 252), rng.uniform(10, 60)
    light = np.linspace(0, rng.uniform(-14, 14), size[0], dtype=np.float32)[None, :]
    grain = rng.normal(0, rng.uniform(1, 5), (size[1], size[0])).astype(np.float32)
    page = np.clip(black + grey / 255 * (paper - black) + light + grain, 0, 255).astype(np.uint8)
    return Raster(compress(page, wear.jpeg) if wear.jpeg else page, dpi, dpi, is_bilevel=False)
