"""Drawn pages with known truth, and the fax machine that spoils them. Lengths in millimetres, angles in degrees."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bridge.domain.image import PageImage, Pixels

DRAWN_DPI = 408.0
WIDTH_MM, HEIGHT_MM = 215.2, 297.0
FOLDER = "/usr/share/fonts/truetype/"
SANS = FOLDER + "dejavu/DejaVuSans.ttf"
BOLD = FOLDER + "dejavu/DejaVuSans-Bold.ttf"
LIBERATION = FOLDER + "liberation/LiberationSans-Regular.ttf"
SERIF = FOLDER + "liberation/LiberationSerif-Regular.ttf"
MONO = FOLDER + "liberation/LiberationMono-Regular.ttf"

# name -> (dpi down, noise deviation, salt and pepper share)
CONDITIONS = {
    "fine-clean": (196.0, 12.0, 0.0),
    "fine-noisy": (196.0, 58.0, 0.004),
    "standard-clean": (98.0, 12.0, 0.0),
    "standard-noisy": (98.0, 58.0, 0.004),
}


PX_PER_MM = 306 / 25.4  # of the upright page


def px(mm: float) -> float:
    return mm * DRAWN_DPI / 25.4


@dataclass(frozen=True)
class DrawnMark:
    """Where a check box stands (mm: left, top, right, bottom) and whether it is ticked."""

    box: tuple[float, float, float, float]
    shape: str
    is_marked: bool


@dataclass
class Sheet:
    """A white page to draw on; keeps what was drawn as truth."""

    height_mm: float = HEIGHT_MM
    seed: int = 1
    image: Image.Image = field(init=False)
    words: list[tuple[str, tuple[float, float, float, float]]] = field(default_factory=list)
    marks: list[DrawnMark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("L", (round(px(WIDTH_MM)), round(px(self.height_mm))), 255)
        self.pen = ImageDraw.Draw(self.image)
        self.random = np.random.default_rng(self.seed)

    def text(self, x: float, y: float, text: str, size: float = 10, font: str = LIBERATION) -> float:
        """Write at (x, y) the top left, `size` in points; return the right end."""
        face = ImageFont.truetype(font, round(size * DRAWN_DPI / 72))
        at = px(x)
        for word in text.split(" "):
            self.pen.text((at, px(y)), word, fill=0, font=face)
            left, top, right, bottom = self.pen.textbbox((at, px(y)), word, font=face)
            if word:
                self.words.append((word, tuple(v * 25.4 / DRAWN_DPI for v in (left, top, right, bottom))))  # type: ignore[arg-type]
            at += self.pen.textlength(word + " ", font=face)
        return at * 25.4 / DRAWN_DPI

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.25) -> None:
        self.pen.line([(px(x1), px(y1)), (px(x2), px(y2))], fill=0, width=max(1, round(px(width))))

    def frame(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.25) -> None:
        self.pen.rectangle([px(x1), px(y1), px(x2), px(y2)], outline=0, width=max(1, round(px(width))))

    def square(self, x: float, y: float, size: float = 3.5, tick: str | None = None, width: float = 0.25) -> None:
        """Draw a check box; `tick` is x, wide (leaving the box), tick, filled or None."""
        self.frame(x, y, x + size, y + size, width)
        self.marks.append(DrawnMark((x, y, x + size, y + size), "square", tick is not None))
        self.cross(x, y, size, tick)

    def circle(self, x: float, y: float, size: float = 3.5, tick: str | None = None) -> None:
        self.pen.ellipse([px(x), px(y), px(x + size), px(y + size)], outline=0, width=round(px(0.25)))
        self.marks.append(DrawnMark((x, y, x + size, y + size), "circle", tick is not None))
        if tick == "dot":
            self.pen.ellipse([px(x + size * 0.28), px(y + size * 0.28), px(x + size * 0.72), px(y + size * 0.72)], fill=0)
        else:
            self.cross(x, y, size, tick)

    def brackets(self, x: float, y: float, pair: str = "[]", tick: str | None = None, size: float = 10, font: str = LIBERATION) -> float:
        inside = f" {tick} " if tick and font != MONO else (tick or ("   " if font != MONO else " "))
        face = ImageFont.truetype(font, round(size * DRAWN_DPI / 72))
        text = pair[0] + inside + pair[1]
        self.pen.text((px(x), px(y)), text, fill=0, font=face)
        left, top, right, bottom = (v * 25.4 / DRAWN_DPI for v in self.pen.textbbox((px(x), px(y)), text, font=face))
        self.marks.append(DrawnMark((left, top, right, bottom), "brackets", tick is not None))
        return right

    def cross(self, x: float, y: float, size: float, tick: str | None) -> None:
        reach = {"x": -0.12, "wide": 0.3}.get(tick or "", 0.0) * size
        if tick in ("x", "wide"):
            self.line(x - reach, y - reach, x + size + reach, y + size + reach, 0.4)
            self.line(x + size + reach, y - reach, x - reach, y + size + reach, 0.4)
        elif tick == "tick":
            self.line(x + 0.15 * size, y + 0.5 * size, x + 0.45 * size, y + 0.85 * size, 0.45)
            self.line(x + 0.45 * size, y + 0.85 * size, x + 1.3 * size, y - 0.4 * size, 0.45)
        elif tick == "filled":
            self.pen.rectangle([px(x), px(y), px(x + size), px(y + size)], fill=0)

    def scribble(self, x: float, y: float, width: float = 25.0, height: float = 7.0, stroke: float = 0.45) -> None:
        """Draw something like a handwritten word: one joined, uneven stroke."""
        count = max(4, round(width / 2.2))
        xs = x + np.linspace(0, width, count * 2) + self.random.normal(0, 0.5, count * 2)
        ys = y + height * (0.5 + 0.5 * np.array([(-1) ** i for i in range(count * 2)]) * self.random.uniform(0.25, 1.0, count * 2))
        along = np.linspace(0, len(xs) - 1, len(xs) * 12)
        # a smooth curve through the points: sampled, then averaged
        kernel = np.hanning(17) / np.hanning(17).sum()
        smooth = [np.convolve(np.pad(np.interp(along, range(len(xs)), v), 8, mode="edge"), kernel, mode="valid") for v in (xs, ys)]
        points = [(px(a), px(b)) for a, b in zip(*smooth, strict=True)]
        self.pen.line(points, fill=0, width=round(px(stroke)), joint="curve")

    def faxed(
        self,
        condition: str = "fine-clean",
        skew: float = 0.0,
        turned: int = 0,
        tti: str | None = None,
        streaks: int = 0,
        seed: int = 7,
    ) -> PageImage:
        """Return the page as a fax machine sends it: turned clockwise and skewed on the glass, 1-bit, TTI line on top."""
        y_dpi, deviation, salt = CONDITIONS[condition]
        random = np.random.default_rng(seed)
        drawn = np.asarray(self.image)
        drawn = np.ascontiguousarray(np.rot90(drawn, -turned // 90))
        height, width = drawn.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
        drawn = cv2.warpAffine(drawn, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
        raster = cv2.resize(drawn, (round(width / 2), round(height * y_dpi / DRAWN_DPI)), interpolation=cv2.INTER_AREA)
        if width != round(px(WIDTH_MM)):  # a turned sheet is drawn to the glass's width
            scale = 1728 / raster.shape[1]
            raster = cv2.resize(raster, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        grey = raster.astype(np.float32) + random.normal(0, deviation, raster.shape).astype(np.float32)
        bits = np.where(grey < 140, 0, 255).astype(np.uint8)
        if salt:
            bits[random.random(bits.shape) < salt / 2] = 0
            bits[random.random(bits.shape) < salt] = 255
        for _ in range(streaks):
            bits[:, int(random.integers(100, bits.shape[1] - 100))] = 0
        if tti is not None:
            bits = _with_header_line(bits, tti, y_dpi)
        return PageImage(bits, 204.0, y_dpi, is_bilevel=True)


def _with_header_line(bits: Pixels, text: str, y_dpi: float) -> Pixels:
    strip = Image.new("L", (round(px(WIDTH_MM)), round(px(5))), 255)
    ImageDraw.Draw(strip).text((px(12), px(1)), text, fill=0, font=ImageFont.truetype(MONO, round(9 * DRAWN_DPI / 72)))
    small = cv2.resize(np.asarray(strip), (bits.shape[1], round(5 * y_dpi / 25.4)), interpolation=cv2.INTER_AREA)
    faxed = bits.copy()
    faxed[: small.shape[0]] = np.where(small < 140, 0, 255)
    return faxed


VALUES = [
    ("Name, Vorname:", "Böhm, Jürgen-Philipp"), ("Geburtsdatum:", "15.03.2020"), ("Straße, Nr.:", "Müggelstraße 17b"),
    ("PLZ, Wohnort:", "02943 Weißwasser"), ("Telefon:", "03576 / 21 84 97"), ("Erkrankung:", "Masern (Verdacht)"),
    ("Beginn:", "28.10.2026"), ("Diagnose am:", "02.11.2026"), ("Meldende Praxis:", "Dr. med. Ute Großkreutz"),
]  # fmt: skip


def form(seed: int = 1, with_marks: bool = True) -> Sheet:
    """Draw a notification form: headings, label and value in frames, check boxes of several kinds, a table."""
    sheet = Sheet(seed=seed)
    sheet.text(18, 18, "Meldeformular - Vertraulich -", 15, BOLD)
    sheet.text(18, 26, "Meldepflichtige Krankheit gemäß §§ 6, 8, 9 IfSG", 11, LIBERATION)
    y = 36.0
    for i, (label, value) in enumerate(VALUES):
        font = (LIBERATION, SERIF, SANS, MONO)[(i + seed) % 4]
        sheet.text(18, y + 1.5, label, 9, LIBERATION)
        sheet.text(65, y + 1.0, value, 11, font)
        sheet.frame(16, y, 198, y + 8)
        sheet.line(62, y, 62, y + 8)
        y += 8
    if with_marks:
        y = _mark_rows(sheet, y + 5)
    y += 6
    for row in range(6):
        sheet.line(16, y + row * 7, 198, y + row * 7)
    for column in (16, 28, 80, 120, 198):
        sheet.line(column, y, column, y + 35)
    for row in range(5):
        cells = ["Nr.", "Name", "Geboren", "Ort"] if row == 0 else [str(row), "Ohlendorf DO", "01.02.1990", "Bad Oeynhausen OO"]
        for column, cell in zip((18, 30, 82, 122), cells, strict=True):
            sheet.text(column, y + row * 7 + 1.5, cell, 10, LIBERATION)
    return sheet


def _mark_rows(sheet: Sheet, y: float) -> float:
    ticks = [None, "x", None, "wide", "tick", None, "filled", None]
    labels = ["männlich", "weiblich", "divers", "ja", "nein", "unbekannt", "Fieber", "Husten"]
    for size, width in ((3.2, 0.2), (4.2, 0.35)):
        for i, label in enumerate(labels):
            sheet.square(18 + i * 22.5, y, size, ticks[(i + sheet.seed) % 8], width)
            sheet.text(18 + i * 22.5 + size + 1.2, y - 0.3, label, 9)
        y += 8
    for i, label in enumerate(labels[:6]):
        sheet.circle(18 + i * 26, y, 3.6, [None, "x", None, "dot", None, "wide"][(i + sheet.seed) % 6])
        sheet.text(18 + i * 26 + 5, y - 0.3, label, 9)
    y += 8
    for i, label in enumerate(labels[:6]):
        end = sheet.brackets(18 + i * 28, y, "[]", ["X", None, None, "x", None, None][(i + sheet.seed) % 6], 10, (LIBERATION, MONO)[i % 2])
        sheet.text(end + 1, y, label, 10)
    y += 8
    for i, label in enumerate(labels[:6]):
        end = sheet.brackets(18 + i * 28, y, "()", ["X", None, None, "x", None, None][(i + sheet.seed) % 6], 10, (LIBERATION, MONO)[i % 2])
        sheet.text(end + 1, y, label, 10)
    return y + 8


PROSE = (
    "Sehr geehrte Damen und Herren, hiermit melden wir Ihnen den oben genannten Fall einer meldepflichtigen Erkrankung. "
    "Die Ortsangaben (Ohlsdorf, Oberdorf, DO, ODO) beziehen sich auf den Wohnort. O. Obermüller hat am 03.11.2026 (Montag) "
    "die Oberärztin Dr. D. Döring informiert. Größe und Übergewicht: keine. Höhe 180 cm, Q 10, CO2, H2O, OOO, BOB, DDD. "
    "Wir bitten um Rückruf unter 0351 / 28 19 - 0 oder per E-Mail an info@praxis-oehme.example. Mit freundlichen Grüßen"
)


def letter(size: float = 11, font: str = SERIF) -> Sheet:
    """Draw a page of prose without any check box."""
    sheet = Sheet()
    sheet.text(20, 25, "Gemeinschaftspraxis Dr. Oehme & Dr. Dörr", 14, BOLD)
    face = ImageFont.truetype(font, round(size * DRAWN_DPI / 72))
    y, line = 50.0, ""
    for word in (PROSE + " " + PROSE).split(" "):
        if px(20) + sheet.pen.textlength(line + " " + word, font=face) > px(190):
            sheet.text(20, y, line, size, font)
            y, line = y + size * 0.6, ""
        line = f"{line} {word}".strip()
    sheet.text(20, y, line, size, font)
    return sheet
