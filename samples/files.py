"""Writes pages as fax servers keep them: TIFF class F in Group 3 (one or two dimensions) or Group 4, or PDF."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from datetime import datetime

from PIL import Image

from samples.degrade import Raster

_T4_OPTIONS, _PHOTOMETRIC = 292, 262
TIFF_KINDS = ("g3", "g3-2d", "g4")


def write_tiff(pages: Sequence[Raster], kind: str, *, has_resolution: bool = True) -> bytes:
    """Return a TIFF of all pages; `kind` of TIFF_KINDS; without resolution tags as some servers leave them out."""
    tags: dict[int, int] = {_PHOTOMETRIC: 0}  # white is zero, as class F wants
    if kind == "g3-2d":
        tags[_T4_OPTIONS] = 1
    images = [Image.fromarray(page.pixels).convert("1", dither=Image.Dither.NONE) for page in pages]
    buffer = io.BytesIO()
    options = {"dpi": (pages[0].x_dpi, pages[0].y_dpi)} if has_resolution else {}
    images[0].save(
        buffer,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        compression="group4" if kind == "g4" else "group3",
        tiffinfo=tags,
        **options,
    )
    return buffer.getvalue()


def write_pdf(pages: Sequence[Raster], made: datetime, *, quality: int = 75) -> bytes:
    """Return a PDF with one image a page: CCITT for one bit, JPEG of `quality` for grey."""
    images = [Image.fromarray(page.pixels) for page in pages]
    options: dict[str, int] = {"quality": quality}
    if pages[0].is_bilevel:
        images, options = [image.convert("1", dither=Image.Dither.NONE) for image in images], {}
    stamp = time.struct_time(made.timetuple())
    buffer = io.BytesIO()
    images[0].save(
        buffer,
        "PDF",
        save_all=True,
        append_images=images[1:],
        dpi=(pages[0].x_dpi, pages[0].y_dpi),
        creationDate=stamp,
        modDate=stamp,
        producer="Fax",
        **options,
    )
    return buffer.getvalue()
