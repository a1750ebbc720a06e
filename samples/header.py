"""The line a fax machine prints on top of every page (T.30 calls the sender's part TTI), always upright and crisp."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from samples.degrade import Grey, Raster
from samples.sheet import font

_MONTHS = ("JAN", "FEB", "MRZ", "APR", "MAI", "JUN", "JUL", "AUG", "SEP", "OKT", "NOV", "DEZ")


@dataclass(frozen=True, slots=True)
class Call:
    """One transmission: when, from which number and TSID, to which number."""

    at: datetime
    number: str
    tsid: str
    called: str


def invent_style(rng: Random) -> str:
    """Choose how the sending machine writes its line; `none` where it writes none."""
    return rng.choices(("hylafax", "german", "plain", "imagicle", "none"), weights=(3, 5, 3, 1, 2))[0]


def header_text(style: str, call: Call, page: int, pages: int) -> tuple[str, str, str]:
    """Return the left, middle and right part of the line on `page` of `pages`."""
    if style == "hylafax":
        return f"From {call.number}", call.called, f"Page {page} of {pages}"
    if style == "german":
        day = f"{call.at.day:02d}-{_MONTHS[call.at.month - 1]}-{call.at.year}  {call.at:%H:%M}"
        return f"{day}   VON {call.tsid}", f"AN {call.called}", f"S.{page:02d}/{pages:02d}"
    if style == "imagicle":
        return f"{call.at:%d.%m.%Y %H:%M} FROM:{call.number} {call.tsid}", f"TO:{call.called}", f"Pag.{page}/{pages}"
    return f"{call.at:%d/%m/%y %H:%M}  {call.number}", call.tsid, f"S. {page}"


def print_header(raster: Raster, parts: tuple[str, str, str], *, is_over: bool) -> Raster:
    """Print the line at machine resolution: over the page's first rows (`is_over`) or above them, lengthening the page."""
    height = round(4.2 / 25.4 * raster.y_dpi)
    width = raster.pixels.shape[1]
    # drawn with square pixels, then squeezed to the lines of the resolution
    strip = Image.new("L", (width, round(4.2 / 25.4 * raster.x_dpi)), 255)
    draw = ImageDraw.Draw(strip)
    face = font("dejavu-mono", round(raster.x_dpi * 0.115))
    for text, x, anchor in zip(parts, (30, width * 0.58, width - 40), ("ls", "ms", "rs"), strict=True):
        draw.text((x, strip.height - 8), text, fill=0, font=face, anchor=anchor)
    rows: Grey = np.asarray(strip.resize((width, height), Image.Resampling.BOX))
    if raster.is_bilevel:
        rows = np.where(rows < 150, np.uint8(0), np.uint8(255))
    pixels = raster.pixels.copy()
    pixels = np.vstack([rows, pixels[height:] if is_over else pixels])
    return Raster(pixels, raster.x_dpi, raster.y_dpi, raster.is_bilevel)
