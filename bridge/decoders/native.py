"""The fax inside a PDF page: the bilevel image as it came over the line, which rendering would resample and smear.

It stands for the page only where the page shows nothing else: the image is laid over the rendered page and both must
have ink in the same places. A stamp, a text line or a drawing on top, an inverted, turned or mirrored image, all make
them differ, and then the rendered page is used.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from bridge.decoders.job import Scratch

_COMPARED_DPI: Final = 75.0
_INK: Final = 128
_PAPER: Final = 235  # lighter than the faintest trace of a stroke
_DARKER: Final = 185  # what stands on paper and is darker has ink
_BLOCK: Final = 16  # pixels at 75 dpi, about two letters wide
_STRAYS: Final = 8  # of one block: edges resampled differently leave single ones, a letter leaves more


@dataclass(frozen=True, slots=True)
class FaxImage:
    """The only image of a page, bilevel: its dots, and dots per inch, along its own axes."""

    width: int
    height: int
    x_dpi: int
    y_dpi: int


def list_faxes(path: Path, pages: int, deadline: float) -> dict[int, FaxImage]:
    """Return, by page number, the image of every page that holds exactly one, if that is bilevel."""
    command = ["pdfimages", "-list", "-f", "1", "-l", str(pages), path.as_posix()]
    listing = subprocess.run(command, capture_output=True, check=False, timeout=_left(deadline))
    found: dict[int, list[FaxImage | None]] = {}
    for line in listing.stdout.decode("ascii", "replace").splitlines()[2:]:
        # page num type width height color comp bpc enc interp object ID x-ppi y-ppi size ratio
        words = line.split()
        try:
            page, width, height, components, bits = int(words[0]), int(words[3]), int(words[4]), words[6], words[7]
            fax = FaxImage(width, height, int(words[-4]), int(words[-3]))
        except (ValueError, IndexError):
            continue
        is_fax = words[2] == "image" and components == "1" and bits == "1" and fax.x_dpi > 0 and fax.y_dpi > 0
        found.setdefault(page, []).append(fax if is_fax else None)
    return {page: images[0] for page, images in found.items() if len(images) == 1 and images[0]}


def extract(
    path: Path, number: int, fax: FaxImage, rotation: int, rendered: Image.Image, dpi: float, scratch: Scratch, deadline: float
) -> Image.Image | None:
    """Return the page's image, turned as the page is, or None where it does not look like the page `rendered` at `dpi`."""
    if fax.width * fax.height > scratch.limits.max_pixels_per_page:
        return None
    with tempfile.TemporaryDirectory(dir=scratch.folder) as folder:
        command = ["pdfimages", "-f", str(number), "-l", str(number), path.as_posix(), f"{folder}/image"]
        subprocess.run(command, capture_output=True, check=False, timeout=_left(deadline))
        files = sorted(Path(folder).iterdir())
        if len(files) != 1:
            return None
        try:
            with Image.open(files[0], formats=["PPM"]) as opened:
                opened.load()
                image: Image.Image = opened.copy()
        except (OSError, ValueError, SyntaxError):
            return None
    if image.mode != "1" or image.size != (fax.width, fax.height):
        return None
    x_dpi, y_dpi = (fax.y_dpi, fax.x_dpi) if rotation in {90, 270} else (fax.x_dpi, fax.y_dpi)
    if rotation:
        image = image.rotate(-rotation, expand=True)
    return image if _look_alike(_shrink(image, x_dpi, y_dpi), _shrink(rendered, dpi, dpi)) else None


def _left(deadline: float) -> float:
    return max(1.0, deadline - time.monotonic())


def _shrink(image: Image.Image, x_dpi: float, y_dpi: float) -> Image.Image:
    """Return the image in grey at the resolution at which pages are compared."""
    size = max(1, round(image.width * _COMPARED_DPI / x_dpi)), max(1, round(image.height * _COMPARED_DPI / y_dpi))
    return image.convert("L").resize(size, Image.Resampling.BOX)


def _look_alike(image: Image.Image, page: Image.Image) -> bool:
    """Tell whether ink of each has ink of the other beside it, wherever on the page the image lies."""
    if abs(image.width - page.width) > 2 or abs(image.height - page.height) > 2:
        boxes = [one.point(lambda level: 255 if level < _INK else 0).getbbox() for one in (image, page)]
        if boxes[0] is None or boxes[1] is None:
            return boxes[0] == boxes[1]
        image, page = image.crop(boxes[0]), page.crop(boxes[1])
        if abs(image.width - page.width) > 3 or abs(image.height - page.height) > 3:
            return False
    image = image.resize(page.size, Image.Resampling.BILINEAR)
    return _most_strays(image, page) <= _STRAYS and _most_strays(page, image) <= _STRAYS


def _most_strays(ink: Image.Image, other: Image.Image) -> float:
    """Return how many dark pixels of one block of `ink` at most have nothing dark within two pixels in `other`."""
    surroundings = other.filter(ImageFilter.MinFilter(5))
    has_paper = surroundings.point(lambda level: 255 if level >= _PAPER else 0)
    has_ink = ink.point(lambda level: 255 if level < _DARKER else 0)
    strays = ImageChops.multiply(has_paper, has_ink)
    brightest = strays.reduce(_BLOCK).getextrema()[1]
    return float(brightest) / 255 * _BLOCK * _BLOCK  # type: ignore[arg-type]  # of one band: a number
