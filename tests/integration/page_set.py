"""Pages of our own, drawn anew each time, what is printed on them, and how much of it the page reader must find.

`python -m tests.integration.page_set` reads them all and rewrites the floors in `page_floors.toml`, from what is found today.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from bridge.bootstrap import House
from bridge.domain.image import PageImage
from bridge.domain.layout import Layout
from bridge.ports import PageReader
from bridge.settings import load_settings
from bridge.stages.layout import lay_out
from samples.degrade import degrade
from samples.layouts import LAYOUTS
from samples.people import invent_scene

FLOORS = Path(__file__).with_name("page_floors.toml")
_SHORTEST = 3  # letters and digits of what counts as a word: shorter ones are read by luck
_EDGES = ".,;:()[]/-–_·•*|\"„“'"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One sheet of a layout, sent under a condition, laid on the glass turned clockwise by `turned`."""

    layout: str
    condition: str
    turned: int = 0
    seed: int = 1

    @property
    def name(self) -> str:
        """How floors and test call it."""
        return f"{self.layout}-{self.condition}" + (f"-{self.turned}" if self.turned else "")


# All five conditions, portrait, landscape and upside down; ruled boxes, combs, columns, tick boxes, circles, lists, letters.
PAGES = (
    Chosen("ruled_boxes", "fine-clean"),
    Chosen("tick_list", "fine-noisy"),
    Chosen("two_columns", "standard-clean"),
    Chosen("comb_boxes", "fine-clean", turned=180),
    Chosen("comb_card", "scan"),
    Chosen("status_matrix", "standard-clean"),
    Chosen("grey_fields", "scan", turned=180),
    Chosen("lab_report", "standard-noisy"),
    Chosen("lab_form", "scan"),
    Chosen("ruled_list", "fine-clean"),
    Chosen("spanned_heads", "fine-noisy", turned=90),
    Chosen("hygiene_grid", "standard-clean", turned=270),
    Chosen("facility_tick_diseases", "fine-noisy"),
    Chosen("business_letter", "standard-noisy", seed=3),
    Chosen("invoice_classic", "standard-clean"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a page reader made of a page: the share of its words, check boxes, rules, and the words that it did not find."""

    words: float
    marks: int
    rules: int
    rotation: int
    missed: tuple[str, ...]


def draw(chosen: Chosen) -> tuple[PageImage, Counter[str]]:
    """Return the first sheet of a layout as a fax machine or scanner delivers it, and the words that are printed on it."""
    rng = Random(f"{chosen.name}/{chosen.seed}")
    layout = next(layout for layout in LAYOUTS if layout.name == chosen.layout)
    sheet = layout.draw(rng, invent_scene(rng)).sheets[0]
    raster = degrade(sheet.pixels, chosen.condition, np.random.default_rng(chosen.seed), chosen.turned)
    return PageImage(raster.pixels, raster.x_dpi, raster.y_dpi, raster.is_bilevel), words_in(" ".join(run.text for run in sheet.printed))


def words_in(text: str) -> Counter[str]:
    """Return how often each word stands in a text, without the signs around it."""
    words = (word.strip(_EDGES) for word in text.split())
    return Counter(word for word in words if sum(sign.isalnum() for sign in word) >= _SHORTEST)


def compare(layout: Layout, expected: Counter[str]) -> Found:
    """Return what stands on a page as laid out, beside the words expected there."""
    missed = expected - words_in(" ".join(word.text for word in layout.words))
    share = 1 - missed.total() / expected.total()
    return Found(share, len(layout.marks), len(layout.rules), layout.rotation, tuple(sorted(missed)))


def page_reader() -> PageReader:
    """Return the page reader of the service."""
    return House(load_settings({}))._page_reader


def floors() -> dict[str, dict[str, float]]:
    """Return by page how much must be found."""
    return tomllib.loads(FLOORS.read_text("utf-8"))


def main() -> int:
    """Read all pages and write floors a little below what is found, since readers differ a little from machine to machine."""
    reader = page_reader()
    lines = ["# Least that must be found: share of the words, check boxes, rules. Written by `python -m tests.integration.page_set`."]
    for chosen in PAGES:
        page, expected = draw(chosen)
        found = compare(lay_out(page, reader)[1], expected)
        lines += [
            "",
            f"[{chosen.name}]",
            f"words = {max(0.0, found.words - 0.03):.2f}",
            f"marks = {found.marks * 95 // 100}",
            f"rules = {found.rules * 9 // 10}",
        ]
        sys.stdout.write(
            f"{chosen.name}: {found.words:.3f} of {expected.total()} words, {found.marks} marks, {found.rules} rules, turned by {found.rotation}\n"
        )
    FLOORS.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
