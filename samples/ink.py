"""What pens and stamps leave on paper: crosses, handwritten numbers and words, signatures, strokes."""

from __future__ import annotations

import math
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.sheet import PX, Printed, Sheet, font, text_width

_DOTTED = {"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U"}


def cross(sheet: Sheet, x: float, y: float, size: float, style: str, rng: Random) -> None:
    """Mark the square with its top left corner at (x, y), never twice the same.

    `style`: `x`, `tick`, `filled`, `circle` (a ring around it), `stroke` (one line that leaves it), `dot`, or `faint`.
    """

    def near(value: float, spread: float = 0.12) -> float:
        return value + rng.uniform(-spread, spread) * size

    width = rng.uniform(0.3, 0.55)
    if style == "filled":
        sheet.polygon([(near(x), near(y)), (near(x + size), near(y)), (near(x + size), near(y + size)), (near(x), near(y + size))])
    elif style == "tick":
        points = [
            (near(x + 0.05 * size), near(y + 0.5 * size)),
            (near(x + 0.4 * size), near(y + 0.95 * size)),
            (near(x + 1.2 * size), near(y - 0.3 * size)),
        ]
        sheet.curve(points, width)
    elif style == "circle":
        middle, radius, begin = (x + size / 2, y + size / 2), size * rng.uniform(0.85, 1.05), rng.uniform(0, 6.3)
        turn = [begin + step * 0.22 for step in range(33)]
        sheet.curve(
            [(middle[0] + near(radius * 1.2 * math.cos(t), 0.03), middle[1] + near(radius * math.sin(t), 0.03)) for t in turn], width
        )
    elif style == "stroke":
        sheet.curve([(near(x - 0.5 * size), near(y + 1.5 * size)), (near(x + 1.7 * size), near(y - 0.6 * size))], width)
    elif style == "dot":
        radius = size * rng.uniform(0.28, 0.4)
        sheet.ellipse(near(x + size / 2 - radius), near(y + size / 2 - radius), 2 * radius, 2 * radius, fill=0)
    elif style == "faint":
        sheet.curve([(near(x + 0.15 * size), near(y + 0.2 * size)), (near(x + 0.8 * size), near(y + 0.8 * size))], 0.13, grey=120)
    else:
        reach = rng.uniform(0.0, 0.25) * size
        sheet.curve([(near(x - reach), near(y - reach)), (near(x + size + reach), near(y + size + reach))], width)
        sheet.curve([(near(x + size + reach), near(y - reach)), (near(x - reach), near(y + size + reach))], width)


def handwrite(sheet: Sheet, x: float, y: float, text: str, rng: Random, height: float = 4.0) -> float:
    """Write by hand on the base line `y`: single strokes, leaning and uneven; return the width in mm."""
    scale = height * PX / 22
    slant = rng.uniform(-0.05, 0.35)
    pen = max(3, round(rng.uniform(0.3, 0.45) * PX))
    at = x
    for letter in text:
        if letter == " ":
            at += height * 0.45
            continue
        at += _letter(
            sheet, at, y + rng.uniform(-0.08, 0.08) * height, letter, scale * rng.uniform(0.9, 1.1), slant + rng.uniform(-0.08, 0.08), pen
        )
    sheet.printed.append(Printed(text, x, y - height, at, y + 0.2 * height))
    return at - x


def _letter(sheet: Sheet, x: float, y: float, letter: str, scale: float, slant: float, pen: int) -> float:
    base = _DOTTED.get(letter, "ss" if letter == "ß" else letter)
    (width, height), below = cv2.getTextSize(base, cv2.FONT_HERSHEY_SIMPLEX, scale, pen)
    pad = round(height * 0.8) + pen
    canvas = np.full((height + below + 2 * pad, width + 2 * pad), 255, np.uint8)
    cv2.putText(canvas, base, (pad, height + pad), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, pen, cv2.LINE_AA)
    if letter in _DOTTED:
        for share in (0.3, 0.65):
            cv2.circle(canvas, (pad + round(width * share), round(pad * 0.7)), pen // 2 + 1, 0, -1, cv2.LINE_AA)
    shear = np.array([[1, -slant, slant * (height + pad)], [0, 1, 0]], np.float32)
    leaning = cv2.warpAffine(canvas, shear, (canvas.shape[1], canvas.shape[0]), borderValue=255.0)
    sheet.paste(Image.fromarray(np.asarray(leaning, np.uint8)), x - pad / PX, y - (height + pad) / PX)
    return (width + pen * 0.6) / PX


_CAPITALS = {"hand-breip": 0.66, "hand-dkg": 0.8, "hand-dancing": 0.72, "hand-kristi": 0.6}  # height of an H by the font's size
_REACH = 1.06  # how much wider uneven writing becomes than the font's own measure


def can_pen(text: str, face: str) -> bool:
    """Tell whether handwriting `face` has every letter of `text`."""
    written = font(face, 40)
    missing = bytes(written.getmask("\ue123"))
    return all(letter == " " or bytes(written.getmask(letter)) not in {missing, b""} for letter in text)


def pen_width(text: str, face: str, height: float) -> float:
    """Return about how wide `pen` writes, in mm."""
    return font(face, _pen_pixels(face, height)).getlength(text) / PX * _REACH


def _pen_pixels(face: str, height: float) -> int:
    return round(height * PX / _CAPITALS[face])


def pen(sheet: Sheet, x: float, y: float, text: str, face: str, height: float, rng: Random, thick: int = 1) -> float:
    """Write with a pen in handwriting `face`, capitals `height` mm, every word a little off the base line; return the width.

    `thick`: how many pixels of the sheet the pen is broader than the face.
    """
    written = font(face, _pen_pixels(face, height))
    blank, at = max(written.getlength(" ") / PX, 0.32 * height), x
    for word in text.split():
        left, top, right, bottom = written.getbbox(word, anchor="ls", stroke_width=thick)
        pad = PX
        canvas = Image.new("L", (round(right - left) + 2 * pad, round(bottom - top) + 2 * pad), 255)
        ImageDraw.Draw(canvas).text((pad - left, pad - top), word, fill=0, font=written, anchor="ls", stroke_width=thick)
        turned = canvas.rotate(rng.uniform(-1.2, 1.4), Image.Resampling.BILINEAR, fillcolor=255)
        dy = rng.uniform(-0.06, 0.06) * height
        sheet.paste(turned, at + (left - pad) / PX, y + dy + (top - pad) / PX)
        sheet.printed.append(Printed(word, at + left / PX, y + dy - height, at + right / PX, y + dy))  # loops may cross what is near
        at += written.getlength(word) / PX + blank * rng.uniform(0.9, 1.2)
    return at - blank - x


def strike(sheet: Sheet, x1: float, y: float, x2: float, rng: Random) -> None:
    """Strike something out by hand."""
    sheet.curve(
        [(x1 - 1, y + rng.uniform(-0.6, 0.6)), ((x1 + x2) / 2, y + rng.uniform(-0.5, 0.5)), (x2 + 1.5, y + rng.uniform(-0.6, 0.6))], 0.5
    )


def signature(sheet: Sheet, x: float, y: float, rng: Random, width: float = 38) -> None:
    """Sign: a few loops that fade into a line."""
    points = []
    loops, height = rng.uniform(4, 7), rng.uniform(3.0, 5.5)
    phase = rng.uniform(0, math.pi)
    for step in range(110):
        t = step / 109
        fade = (1 - t) ** 0.7
        points.append(
            (
                x + width * t + 2.2 * fade * math.cos(loops * 2 * math.pi * t + phase),
                y - height * fade * abs(math.sin(loops * math.pi * t * 1.3 + phase)) + 1.2 * t,
            )
        )
    sheet.curve(points, rng.uniform(0.3, 0.5))


def stamp(sheet: Sheet, x: float, y: float, lines: list[tuple[str, float, str]], rng: Random, *, is_framed: bool = True) -> None:
    """Stamp `lines` of (text, points, face), a little askew and not evenly inked."""
    own = Sheet()
    width = max((text_width(text, size, face) for text, size, face in lines), default=0.0)
    at = 1.0
    for text, size, face in lines:
        at += size * 0.42
        own.text(3, at, text, size, face, grey=rng.choice((0, 0, 40, 70)))
    if is_framed:
        own.box(1, 0.6, width + 4, at + 1.4, 0.35)
    cut = own.image.crop((0, 0, round((width + 7) * PX), round((at + 3.5) * PX)))
    turned = cut.rotate(rng.uniform(-2.5, 2.5), Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    sheet.paste(turned, x, y)
    sheet.printed.append(Printed("\n".join(text for text, _, _ in lines), x, y, x + turned.width / PX, y + turned.height / PX))
