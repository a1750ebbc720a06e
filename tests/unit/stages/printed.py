"""Pages as a layout stage hands them on, built by hand: words, boxes, lines and check boxes at millimetre positions."""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path

from bridge.catalog import load_catalog
from bridge.domain.findings import Located, Validated
from bridge.domain.forms import Catalog
from bridge.domain.layout import Box, Layout, Mark, MarkShape, MarkState, Reading, Rule, Word
from bridge.settings import load_settings
from bridge.stages.locate import locate
from bridge.stages.validate import validate

MM = 12.0
RECEIVED = date(2026, 11, 22)
SILENT_RATE = load_settings({}).reading.silent_rate


@cache
def catalog() -> Catalog:
    return load_catalog(Path(__file__).parents[3] / "config", os.environ, SILENT_RATE)


class Page:
    """A4; y is where the tops of capitals stand."""

    def __init__(self, quality: float = 0.95) -> None:
        self.words: list[Word] = []
        self.rules: list[Rule] = []
        self.marks: list[Mark] = []
        self.handwriting: list[Box] = []
        self.quality = quality

    def write(self, x: float, y: float, text: str, size: float = 2.7, confidence: float = 0.95) -> float:
        """Print words; return where the next could follow (mm)."""
        for token in text.split():
            width = 0.68 * size * len(token)
            box = Box(x * MM, y * MM, (x + width) * MM, (y + size) * MM)
            self.words.append(Word(token, confidence, box, 0, round(y)))
            x += width + 0.45 * size
        return x

    def line(self, x: float, y: float, width: float) -> None:
        self.rules.append(Rule(Box(x * MM, y * MM, (x + width) * MM, y * MM + 3)))

    def box(self, x: float, y: float, width: float, height: float) -> None:
        for top in (y, y + height):
            self.line(x, top, width)
        for left in (x, x + width):
            self.rules.append(Rule(Box(left * MM, y * MM, left * MM + 3, (y + height) * MM)))

    def cell(self, x: float, y: float, width: float, label: str, value: str = "") -> None:
        """A ruled box with its small label in the corner."""
        self.box(x, y, width, 10)
        self.write(x + 1, y + 1, label, 1.8)
        if value:
            self.write(x + 2, y + 5.5, value)

    def tick(self, x: float, y: float, text: str, state: str = "empty") -> float:
        """A check box with its words right of it."""
        box = Box(x * MM, y * MM, (x + 3) * MM, (y + 3) * MM)
        fill = {"empty": 0.0, "marked": 0.4, "faint": 0.1}[state]
        self.marks.append(Mark(box, MarkShape.SQUARE, MarkState(state), fill))
        return self.write(x + 4, y, text) + 4

    def layout(self) -> Layout:
        return Layout(
            round(210 * MM),
            round(297 * MM),
            tuple(self.words),
            tuple(self.rules),
            tuple(self.marks),
            self.quality,
            handwriting=tuple(self.handwriting),
        )


def find(page: Page, kind: str) -> dict[str, Located]:
    """Return the places on a page by path."""
    return {place.path: place for place in locate({1: page.layout()}, catalog().types[kind], catalog().codes)}


def read_alike(place: Located) -> tuple[tuple[Reading, ...], ...]:
    """Return crop readings that agree with the page, by both engines."""
    lines = place.text.split("\n")
    return tuple(
        (Reading("tesseract", lines[i], 0.95), Reading("ppocr", lines[i], 0.97)) if place.text else () for i, _ in enumerate(place.boxes)
    )


def judge(page: Page, kind: str, received: date = RECEIVED) -> Validated:
    """Locate and validate a page whose crops read as the page does."""
    layouts = {1: page.layout()}
    places = locate(layouts, catalog().types[kind], catalog().codes)
    return validate(
        catalog().types[kind], places, [read_alike(p) for p in places], layouts, catalog().codes, received, catalog().calibration
    )


def values(page: Page, kind: str) -> dict[str, object]:
    return {field.path: field.value for field in judge(page, kind).fields}
