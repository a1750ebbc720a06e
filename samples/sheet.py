"""A blank sheet to draw on in millimetres, with the fonts that Debian's packages of `PACKAGES` bring."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

PX = 16  # pixels a millimetre: 406 dpi, twice what a fax keeps
POINT = 25.4 / 72

PACKAGES = (
    "fonts-dejavu-core",
    "fonts-liberation",
    "fonts-crosextra-carlito",
    "fonts-crosextra-caladea",
    "fonts-courier-prime",
    "fonts-breip",
    "fonts-dkg-handwriting",
    "fonts-dancingscript",
    "fonts-kristi",
)
_FOLDERS = (
    *(Path("/usr/share/fonts/truetype") / name for name in ("liberation", "dejavu", "crosextra", "breip", "fifthhorseman", "kristi")),
    *(Path("/usr/share/fonts/opentype") / name for name in ("courier-prime", "dancingscript")),
)
_FACES = {
    "sans": "LiberationSans-Regular",
    "sans-bold": "LiberationSans-Bold",
    "sans-italic": "LiberationSans-Italic",
    "narrow": "LiberationSansNarrow-Regular",
    "narrow-bold": "LiberationSansNarrow-Bold",
    "serif": "LiberationSerif-Regular",
    "serif-bold": "LiberationSerif-Bold",
    "serif-italic": "LiberationSerif-Italic",
    "mono": "LiberationMono-Regular",
    "mono-bold": "LiberationMono-Bold",
    "dejavu": "DejaVuSans",
    "dejavu-bold": "DejaVuSans-Bold",
    "dejavu-mono": "DejaVuSansMono",
    "dejavu-serif": "DejaVuSerif",
    "carlito": "Carlito-Regular",
    "carlito-bold": "Carlito-Bold",
    "caladea": "Caladea-Regular",
    "caladea-bold": "Caladea-Bold",
    "courier": "Courier Prime",
    "courier-bold": "Courier Prime Bold",
    "hand-breip": "Breip",
    "hand-dkg": "dkg",
    "hand-dancing": "DancingScript-Regular",
    "hand-kristi": "Kristi",
}
HANDS = tuple(face for face in _FACES if face.startswith("hand-"))


class FontsMissingError(RuntimeError):
    """A font file is not there; the message names the Debian packages that bring it."""


@lru_cache(maxsize=256)
def font(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    """Return a face of `_FACES` at a size in pixels."""
    for folder in _FOLDERS:
        for path in (folder / f"{_FACES[face]}.ttf", folder / f"{_FACES[face]}.otf"):
            if path.exists():
                return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)
    raise FontsMissingError(f"{_FACES[face]} not found: install the Debian packages {' '.join(PACKAGES)}")


@dataclass(frozen=True, slots=True)
class Printed:
    """A run of text as it stands on a sheet; left, top, right and bottom of its ink in mm."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Sheet:
    """A grey page, 210 x 297 mm or landscape; origin top left, y down, sizes of type in points, y of text its base line."""

    def __init__(self, *, is_landscape: bool = False) -> None:
        self.is_landscape = is_landscape
        self.width, self.height = (297.0, 210.0) if is_landscape else (210.0, 297.0)
        self.image = Image.new("L", (round(self.width * PX), round(self.height * PX)), 255)
        self._draw = ImageDraw.Draw(self.image)
        self.printed: list[Printed] = []

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The page as an array (height, width), 0 black."""
        return np.asarray(self.image)

    def altered(self, image: Image.Image) -> Sheet:
        """Return a sheet of the same kind that shows `image`; what was printed on this one is no longer known."""
        other = Sheet(is_landscape=self.is_landscape)
        other.image, other._draw = image, ImageDraw.Draw(image)
        return other

    def text(self, x: float, y: float, text: str, size: float = 10, face: str = "sans", *, align: str = "left", grey: int = 0) -> float:
        """Write `text` with its left end, middle or right end (`align`) at `x`; return its width."""
        anchor = {"left": "ls", "centre": "ms", "right": "rs"}[align]
        chosen = font(face, _pixels(size))
        self._draw.text((x * PX, y * PX), text, fill=grey, font=chosen, anchor=anchor)
        left, top, right, bottom = chosen.getbbox(text, anchor=anchor)
        self.printed.append(Printed(text, x + left / PX, y + top / PX, x + right / PX, y + bottom / PX))
        return text_width(text, size, face)

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.2, grey: int = 0) -> None:
        """Draw a straight line."""
        self._draw.line((x1 * PX, y1 * PX, x2 * PX, y2 * PX), fill=grey, width=max(1, round(width * PX)))

    def dotted(self, x1: float, y: float, x2: float, step: float = 1.1, size: float = 0.32) -> None:
        """Draw a row of dots, as forms have them under what is to be filled in."""
        x = x1
        while x < x2:
            self._draw.ellipse((x * PX, (y - size) * PX, (x + size) * PX, y * PX), fill=0)
            x += step

    def box(self, x: float, y: float, width: float, height: float, line: float = 0.25, fill: int | None = None) -> None:
        """Draw a rectangle with its top left corner at (x, y)."""
        outline = 0 if line else None
        self._draw.rectangle(
            (x * PX, y * PX, (x + width) * PX, (y + height) * PX), outline=outline, width=max(1, round(line * PX)), fill=fill
        )

    def ellipse(self, x: float, y: float, width: float, height: float, line: float = 0.25, fill: int | None = None) -> None:
        """Draw an ellipse within a rectangle."""
        self._draw.ellipse((x * PX, y * PX, (x + width) * PX, (y + height) * PX), outline=0, width=max(1, round(line * PX)), fill=fill)

    def curve(self, points: list[tuple[float, float]], width: float = 0.35, grey: int = 0) -> None:
        """Draw a line through `points`, as a pen does."""
        self._draw.line([(x * PX, y * PX) for x, y in points], fill=grey, width=max(1, round(width * PX)), joint="curve")

    def polygon(self, points: list[tuple[float, float]], grey: int = 0) -> None:
        """Fill a shape."""
        self._draw.polygon([(x * PX, y * PX) for x, y in points], fill=grey)

    def paste(self, other: Image.Image, x: float, y: float) -> None:
        """Lay `other` (in pixels of this sheet) on the page like a print on print: the darker wins."""
        left, top = round(x * PX), round(y * PX)
        region = (left, top, min(left + other.width, self.image.width), min(top + other.height, self.image.height))
        under = np.asarray(self.image.crop(region))
        over = np.asarray(other)[: under.shape[0], : under.shape[1]]
        self.image.paste(Image.fromarray(np.minimum(under, over)), region)
        self._draw = ImageDraw.Draw(self.image)


def _pixels(size: float) -> int:
    return max(6, round(size * POINT * PX))


def text_width(text: str, size: float, face: str) -> float:
    """Return the width of `text` in mm."""
    return font(face, _pixels(size)).getlength(text) / PX


def fitted(text: str, size: float, face: str, width: float) -> float:
    """Return the largest type size up to `size` at which `text` fits into `width` mm, as office programs shrink it."""
    natural = text_width(text, size, face)
    return size if natural <= width else max(5.5, size * width / natural * 0.98)


def wrapped(text: str, size: float, face: str, width: float) -> list[str]:
    """Break `text` at blanks into lines of at most `width` mm."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size, face) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
