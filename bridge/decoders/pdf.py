"""PDF by poppler, through pdf2image: each page dot for dot as it was faxed where it holds one fax, else 200 dpi grey.

Poppler runs as a child of this child, in its process group and under its limits.
"""

from __future__ import annotations

import math
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pdf2image import convert_from_path, pdfinfo_from_path
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
)
from PIL import Image

from bridge.decoders import image, native
from bridge.decoders.job import Scratch
from bridge.domain.errors import DecodeError, DecoderCrashError, EncryptedError

DPI: Final = 200.0
_POINTS: Final = 72.0
# Rasters of fax machines and of scanners that copy them; a 600 dpi scan gains nothing and costs nine times as much.
_NATIVE_ACROSS: Final = (90, 320)
_NATIVE_DOWN: Final = (60, 420)


@dataclass(frozen=True, slots=True)
class _PageSize:
    """A page as it is seen, cut to its crop box: inches across and down after its rotation, which is in degrees."""

    width: float
    height: float
    rotation: int


def decode(path: Path, scratch: Scratch) -> bool:
    """Render every page into `scratch`; return whether some are missing or were cut.

    Raises EncryptedError, DecodeError, TooLargeError (from the pages' boxes alone) and DecoderCrashError (poppler hangs).
    """
    deadline = time.monotonic() + scratch.limits.seconds
    try:
        sizes = _measure(path, scratch)
        deadline += scratch.limits.seconds_per_page * len(sizes)
        for size in sizes:
            scratch.check_pixels(math.ceil(size.width * DPI), math.ceil(size.height * DPI))  # poppler rounds up
        faxes = native.list_faxes(path, len(sizes), deadline)
        is_truncated = False
        for number, size in enumerate(sizes, start=1):
            is_truncated |= _add_page(path, number, size, faxes.get(number), scratch, deadline)
        return is_truncated
    except (PDFPopplerTimeoutError, subprocess.TimeoutExpired):
        raise DecoderCrashError("poppler took too long") from None


def _measure(path: Path, scratch: Scratch) -> list[_PageSize]:
    """Return the size of every page, as pdfinfo reads it from the page tree."""
    try:
        facts = pdfinfo_from_path(path.as_posix(), first_page=1, last_page=scratch.limits.max_pages, timeout=int(scratch.limits.seconds))
    except PDFInfoNotInstalledError:
        raise DecoderCrashError("poppler-utils is not installed") from None
    except PDFPageCountError as error:
        if "Incorrect password" in str(error):
            raise EncryptedError from None
        raise DecodeError("pdfinfo finds no pages") from None
    count = int(facts.get("Pages", 0))
    scratch.check_page_count(count)
    if count < 1:
        raise DecodeError("a PDF without pages")
    found = {" ".join(str(key).split()): str(value) for key, value in facts.items()}
    return [_page_size(found, number) for number in range(1, count + 1)]


def _page_size(facts: dict[str, str], number: int) -> _PageSize:
    """Return one page's size; pdfinfo calls the facts of one page `Page size`, those of several `Page 3 size`."""
    text = facts.get(f"Page {number} size") or facts.get("Page size", "")
    turned = facts.get(f"Page {number} rot") or facts.get("Page rot", "0")
    try:
        width, height = (max(float(word) / _POINTS, 0.1) for word in text.split(" pts")[0].split(" x "))
        rotation = int(turned) % 360
    except ValueError:
        return _PageSize(8.27, 11.69, 0)  # a page that is in the tree but cannot be read; rendering will tell
    return _PageSize(height, width, rotation) if rotation in {90, 270} else _PageSize(width, height, rotation)


def _add_page(path: Path, number: int, size: _PageSize, fax: native.FaxImage | None, scratch: Scratch, deadline: float) -> bool:
    """Add one page; return whether it is missing, or poppler complained of its syntax."""
    try:
        page, is_damaged = _render(path, number, deadline, is_strict=True), False
    except (PDFSyntaxError, PDFPageCountError):
        page, is_damaged = _render(path, number, deadline, is_strict=False), True
    if page is None:
        return True
    if fax and _NATIVE_ACROSS[0] <= fax.x_dpi <= _NATIVE_ACROSS[1] and _NATIVE_DOWN[0] <= fax.y_dpi <= _NATIVE_DOWN[1]:
        original = native.extract(path, number, fax, size.rotation, page, DPI, scratch, deadline)
        if original:
            dpi = (fax.y_dpi, fax.x_dpi) if size.rotation in {90, 270} else (fax.x_dpi, fax.y_dpi)
            image.add_page(scratch, original, dpi)
            return is_damaged
    image.add_page(scratch, page, (DPI, DPI))
    return is_damaged


def _render(path: Path, number: int, deadline: float, *, is_strict: bool) -> Image.Image | None:
    """Return the page in grey; None where poppler gives none (pdf2image then makes up one of a single pixel)."""
    rendered = convert_from_path(
        path.as_posix(),
        dpi=int(DPI),
        first_page=number,
        last_page=number,
        grayscale=True,
        strict=is_strict,
        use_cropbox=True,  # the box that was measured: without it poppler renders the media box, however large that is
        timeout=max(1, int(deadline - time.monotonic())),
    )
    return rendered[0] if rendered and rendered[0].size != (1, 1) else None
