"""Single images (PNG, JPEG), and what all decoders do with an image once it is open: grey or bilevel, and upright."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Final

from PIL import Image, ImageFile

from bridge.decoders.job import Scratch
from bridge.decoders.resolution import resolution

# The limit is ours, on pixels from the header; Pillow's own would only warn.
Image.MAX_IMAGE_PIXELS = None

_ORIENTATION: Final = 0x0112
# TIFF 6.0 / EXIF: where row 0 and column 0 of the stored raster lie, and how to turn that upright.
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(path: Path, scratch: Scratch) -> bool:
    """Decode a PNG or JPEG into one page; return whether its data broke off. Raises what Pillow raises."""
    image, is_truncated = load(path, ("PNG", "JPEG"), scratch)
    with image:
        scratch.check_page_count(1)
        orientation = int(image.getexif().get(_ORIENTATION, 1) or 1)
        x_tag, y_tag = (float(value) for value in image.info.get("dpi", (0, 0)))
        add_page(scratch, image, resolution(*image.size, x_tag, y_tag), orientation)
    return is_truncated


def load(source: Path | IO[bytes], formats: tuple[str, ...], scratch: Scratch) -> tuple[Image.Image, bool]:
    """Return the decoded image, as far as its data goes, and whether that broke off.

    Raises TooLargeError from the header alone, and whatever Pillow raises where there is no pixel at all.
    """
    try:
        return _open(source, formats, scratch), False
    except (OSError, SyntaxError, ValueError):  # Pillow raises any of these for data that ends or breaks
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            return _open(source, formats, scratch), True
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False


def _open(source: Path | IO[bytes], formats: tuple[str, ...], scratch: Scratch) -> Image.Image:
    image = Image.open(source, formats=formats)
    scratch.check_pixels(*image.size)
    image.draft("L", image.size)  # a JPEG needs no colours on its way to grey
    image.load()
    return image


def add_page(scratch: Scratch, image: Image.Image, dpi: tuple[float, float], orientation: int = 1) -> None:
    """Write a loaded image as the next page; `dpi` (across, down) and `orientation` (1-8) are those as stored."""
    page = bilevel_or_grey(image)
    x_dpi, y_dpi = dpi
    if orientation in _TURNS:
        page = page.transpose(_TURNS[orientation])
        if orientation >= 5:
            x_dpi, y_dpi = y_dpi, x_dpi
    scratch.add_page(page, x_dpi, y_dpi)


def bilevel_or_grey(image: Image.Image) -> Image.Image:
    """Return the image in mode 1 where it has only black and white, else in mode L."""
    if image.mode == "1":
        return image
    grey = to_grey(image)
    histogram = grey.histogram()
    if sum(histogram[1:255]) == 0:
        return grey.convert("1", dither=Image.Dither.NONE)
    return grey


def to_grey(image: Image.Image) -> Image.Image:
    """Return any image in mode L: paper shows through where it is transparent, deep levels are scaled, not cut."""
    if image.mode == "L":
        return image
    if image.mode.startswith("I;16"):
        return image.point(lambda level: level * (1 / 257)).convert("L")
    if image.mode in {"I", "F"}:
        low, high = image.getextrema()
        scale = 255.0 / ((high - low) or 1)  # type: ignore[operator]
        return image.convert("F").point(lambda level: level * scale - low * scale).convert("L")  # type: ignore[operator]
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("L")
    if image.mode in {"CMYK", "YCbCr", "LAB", "HSV"}:
        return image.convert("RGB").convert("L")
    return image.convert("L")
