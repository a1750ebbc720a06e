"""What else machines do to a page, beyond its condition: photo modes, copies of copies, slipping rollers, lost lines, hard JPEG."""

from __future__ import annotations

import io
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]
RASTERS = ("plain", "diffused", "ordered", "adaptive")
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)


@dataclass(frozen=True, slots=True)
class Wear:
    """How worn a transmission is; the default is not at all.

    `raster` of RASTERS says how grey becomes one bit; `copies`: photocopied so often before; `stretch`: across and down;
    `bursts` of scan lines that are lost and shorten the page; `scan_dpi` and `jpeg` (quality) of a scanner's own, 0 as usual.
    """

    raster: str = "plain"
    copies: int = 0
    stretch: tuple[float, float] = (1.0, 1.0)
    bursts: int = 0
    scan_dpi: int = 0
    jpeg: int = 0


NONE = Wear()


def choose_wear(rng: Random, condition: str) -> Wear:
    """Choose how worn a fax of `condition` is; clean ones lose no lines and are no copies."""
    stretch = (1 + rng.gauss(0, 0.004), 1 + rng.gauss(0, 0.006)) if rng.random() < 0.5 else (1.0, 1.0)
    if condition == "scan":
        dpi, quality = rng.choices((0, 100, 120, 150), weights=(6, 2, 1, 1))[0], rng.choices((0, 30, 45), weights=(6, 2, 2))[0]
        return Wear(stretch=stretch, scan_dpi=dpi, jpeg=quality, copies=int(rng.random() < 0.15))
    is_noisy = condition.endswith("noisy")
    raster = rng.choices(RASTERS, weights=(70, 12, 8, 10) if is_noisy else (82, 7, 5, 6))[0]
    copies = rng.choices((0, 1, 2), weights=(75, 20, 5))[0] if is_noisy else 0
    return Wear(raster, copies, stretch, rng.choices((0, 2, 5), weights=(7, 2, 1))[0] if is_noisy else 0)


def before_sending(sheet: Grey, wear: Wear, rng: np.random.Generator) -> Grey:
    """Copy the sheet as often as it was copied, and stretch it as the rollers did."""
    for _ in range(wear.copies):
        soft = cv2.GaussianBlur(sheet, (0, 0), float(rng.uniform(1.8, 3.0))).astype(np.float32)
        toner = cv2.GaussianBlur(rng.normal(0, 60, sheet.shape).astype(np.float32), (0, 0), 2.0)
        sheet = np.where(soft + toner < rng.uniform(135, 175), np.uint8(0), np.uint8(255))
    if wear.stretch == (1.0, 1.0):
        return sheet
    across, down = wear.stretch
    height, width = sheet.shape
    matrix = np.array([[across, 0, width * (1 - across) / 2], [0, down, height * (1 - down) / 2]])
    return np.asarray(cv2.warpAffine(sheet, matrix, (width, height), flags=cv2.INTER_AREA, borderValue=255.0), np.uint8)


def one_bit(grey: Grey, wear: Wear, rng: np.random.Generator) -> Grey:
    """Make black and white of grey as photo modes and simple machines do; `wear.raster` must not be `plain`."""
    if wear.raster == "adaptive":  # hollows out what is black over a wide area
        block = int(rng.choice((31, 41, 61)))
        return np.asarray(
            cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, float(rng.uniform(10, 22)))
        )
    contrast = np.clip((grey.astype(np.float32) - rng.uniform(25, 60)) * rng.uniform(1.25, 1.6), 0, 255)
    if wear.raster == "diffused":  # Floyd and Steinberg's
        return np.asarray(Image.fromarray(contrast.astype(np.uint8)).convert("1").convert("L")).copy()
    tiles = np.tile(_BAYER, (grey.shape[0] // 4 + 1, grey.shape[1] // 4 + 1))[: grey.shape[0], : grey.shape[1]]
    return np.where(contrast < 40 + (tiles + 0.5) * 11, np.uint8(0), np.uint8(255))


def lose_lines(page: Grey, wear: Wear, rng: np.random.Generator) -> Grey:
    """Drop bursts of scan lines, as a line without error correction does: what follows moves up."""
    lost = np.zeros(page.shape[0], bool)
    for _ in range(wear.bursts):
        row = int(rng.integers(10, page.shape[0] - 10))
        lost[row : row + int(rng.integers(1, 4))] = True
    return page[~lost]


def compress(page: Grey, quality: int) -> Grey:
    """Return the page as JPEG of `quality` leaves it."""
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer)).copy()
