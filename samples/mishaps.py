"""What goes wrong before a page arrives whole: torn off halfway, smeared, blackened. A careful clerk looks at each of these."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import cv2
import numpy as np
from PIL import Image

from samples.form import Drawing, Paper
from samples.sheet import PX

_BELOW = 1.5  # mm that letters reach below their base line
_CHANCES = {"none": 96.5, "cut_off": 2.0, "smeared": 0.8, "blackened": 0.7}


def befall(rng: Random, drawing: Drawing) -> Drawing:
    """Return `drawing`, now and then cut off or made unreadable, with the truth a person would still find."""
    kind = rng.choices(tuple(_CHANCES), weights=tuple(_CHANCES.values()))[0]
    if kind == "none" or len(drawing.sheets) > 1:
        return drawing
    return cut_off(rng, drawing) if kind == "cut_off" else spoil(drawing, kind)


def cut_off(rng: Random, drawing: Drawing) -> Drawing:
    """Leave the lower part of the page white; values that stood there, or across the edge, leave the truth too.

    Does nothing where a paper does not tell where all its values stand.
    """
    spots = [y for paper in drawing.papers for y in paper.spots.values()]
    if len(spots) < 4 or any(set(paper.values) - set(paper.spots) for paper in drawing.papers):
        return drawing
    low, high = min(spots), max(spots)
    edge = rng.uniform(low + 0.35 * (high - low), low + 0.85 * (high - low))
    sheet = drawing.sheets[0]
    image = sheet.image.copy()
    image.paste(255, (0, round(edge * PX), image.width, image.height))
    return Drawing((sheet.altered(image),), tuple(_kept(paper, edge) for paper in drawing.papers))


def _kept(paper: Paper, edge: float) -> Paper:
    values = {path: value for path, value in paper.values.items() if paper.spots[path] + _BELOW <= edge}
    handwritten = [path for path in paper.handwritten if path in values]
    return replace(paper, values=values, handwritten=handwritten, needs_review=True)


def spoil(drawing: Drawing, kind: str) -> Drawing:
    """Make the page unreadable, `smeared` along its way or `blackened` by toner: nobody can say what it was."""
    sheet = drawing.sheets[0]
    pixels = sheet.pixels
    if kind == "smeared":
        drawn = 255.0 - cv2.blur(pixels, (2 * PX, 7 * PX)).astype(np.float32)
        spoiled = np.clip(255.0 - 6 * drawn, 0, 255).astype(np.uint8)
    else:
        dark = cv2.GaussianBlur(pixels, (0, 0), 0.35 * PX).astype(np.float32) * 0.35
        dark[:, : pixels.shape[1] // 9] = 255.0
        spoiled = dark.astype(np.uint8)
    pages = drawing.papers[0].pages
    paper = Paper("unknown", f"{drawing.papers[0].layout}-{kind}", pages=pages, needs_review=True)
    return Drawing((sheet.altered(Image.fromarray(np.asarray(spoiled, np.uint8))),), (paper,))
