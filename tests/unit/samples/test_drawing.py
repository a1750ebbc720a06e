"""What every layout must keep to, by many seeds: text stays on the page and off other text, and the truth is what stands there."""

import re
from datetime import date
from functools import cache
from random import Random

import pytest

from samples.form import MONTHS
from samples.layouts import LAYOUTS
from samples.people import invent_scene

SEEDS = range(4)
MONEY = re.compile(r"\d+\.\d\d")


@cache
def drawings(layout):
    """Draw a layout by every seed; keep what was printed where, and the truths."""
    kept = []
    for seed in SEEDS:
        rng = Random(f"{layout.name}/{seed}")
        drawing = layout.draw(rng, invent_scene(rng))
        pages = [(sheet.width, sheet.height, sheet.printed) for sheet in drawing.sheets]
        kept.append((seed, pages, [paper.truth()["data"] for paper in drawing.papers]))
    return kept


def overlap(one, other):
    """Return how much of the smaller text's area the other covers."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min((each.right - each.left) * (each.bottom - each.top) for each in (one, other))
    return width * height / smaller


def is_word(each):
    return any(letter.isalnum() for letter in each.text) and each.text not in {"X", "x"}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_no_text_lies_on_another(layout):
    for seed, pages, _ in drawings(layout):
        for number, (_, _, printed) in enumerate(pages):
            words = sorted(filter(is_word, printed), key=lambda each: each.top)
            for index, one in enumerate(words):
                for other in words[index + 1 :]:
                    if other.top > one.bottom:
                        break
                    assert overlap(one, other) < 0.08, (seed, number, one, other)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_text_stays_on_the_page(layout):
    for seed, pages, _ in drawings(layout):
        for width, height, printed in pages:
            for each in printed:
                assert each.left > 4, (seed, each)
                assert each.right < width - 4, (seed, each)
                assert each.top > 4, (seed, each)
                assert each.bottom < height - 4, (seed, each)


def spellings(value):
    """Return the ways in which a value of the truth may stand on paper."""
    text = str(value)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        if text.startswith("+49"):
            return {text[3:]}
        if MONEY.fullmatch(text):
            return {f"{float(text):,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")}
        return {text}
    return {f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}", f"{day.day}.{day.month}.{day.year}", f"{day.day}.{MONTHS[day.month - 1]}{day.year}"}


def printed_leaves(tree):
    """Return the leaves that stand on paper as they are: no codes, no answers, no choices."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key not in {"code", "sex", "case_status", "kind", "result", "role", "status", "currency"}:
                yield from printed_leaves(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from printed_leaves(value)
    elif tree is not None and not isinstance(tree, bool):
        yield tree


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_truth_is_what_stands_on_the_page(layout):
    for seed, pages, truths in drawings(layout):
        letters = "".join(each.text for _, _, printed in pages for each in printed)
        page = "".join(letters.split())
        digits = "".join(letter for letter in page if letter.isdigit())
        for truth in truths:
            for value in printed_leaves(truth):
                ways = {"".join(way.split()) for way in spellings(value)}
                assert any(way in page or (way.isdigit() and way in digits) for way in ways), (seed, value)
