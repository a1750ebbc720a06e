"""Bracket pairs set in type as places for a cross: `[ ]`, `[x]`, `( )`, `(x)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import cv2
import numpy as np

from bridge.domain.image import Pixels
from bridge.domain.layout import Box, MarkShape, Word
from bridge.stages.crosses import Place
from bridge.stages.rules import InkMap

_LOWEST_MM: Final = 2.2
_HIGHEST_MM: Final = 6.0
_NARROWEST_MM: Final = 1.0  # between the brackets
_WIDEST_MM: Final = 8.0
_TALLEST: Final = 0.9  # height of a cross against its brackets
_FULLEST: Final = 0.3  # share of ink between brackets with a cross (measured: up to 0.27); letters are fuller
_CROSS: Final = re.compile(r"^[\[({|lIL1]?\s*[xX×✓✗*%&KkA]?\s*[\])}|lIJ1]?$")


class _Bracket(NamedTuple):
    """One glyph: `kind` is one of [ ] ( )."""

    kind: str
    left: int
    top: int
    right: int
    bottom: int


def find_brackets(ink: InkMap, words: Sequence[Word]) -> list[Place]:
    """Return pairs with nothing or a cross between them. Round ones count only where there are two pairs or more."""
    glyphs = _glyphs(ink)
    pairs = []
    for opening in glyphs:
        if opening.kind not in "[(":
            continue
        closing = _partner(ink, opening, glyphs)
        if closing is None:
            continue
        place = Place(
            opening.left,
            min(opening.top, closing.top),
            closing.right,
            max(opening.bottom, closing.bottom),
            MarkShape.BRACKETS,
            float(opening.right - opening.left),
        )
        if _is_free(ink, place, words):
            pairs.append((opening.kind, place))
    round_pairs = sum(kind == "(" for kind, _ in pairs)
    return [place for kind, place in pairs if kind == "[" or round_pairs >= 2]


def _glyphs(ink: InkMap) -> list[_Bracket]:
    """Return everything on the page that has the shape of a bracket, from left to right."""
    joined = cv2.morphologyEx(ink.mask, cv2.MORPH_CLOSE, np.ones((3, 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for left, top, width, height, _ in stats[1:count].tolist():
        if not ink.per_mm * _LOWEST_MM <= height <= ink.per_mm * _HIGHEST_MM or not 0.1 * height <= width <= 0.5 * height:
            continue
        kind = _kind(_largest(ink.fine[max(0, 2 * top - 2) : 2 * (top + height) + 2, max(0, 2 * left - 2) : 2 * (left + width) + 2]))
        if kind:
            found.append(_Bracket(kind, left, top, left + width, top + height))
    return sorted(found, key=lambda bracket: bracket.left)


def _largest(mask: Pixels) -> Pixels:
    """Return the largest joined ink of a small mask by itself, as 1 and 0, cut to its extent."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count < 2:
        return np.zeros((1, 1), np.uint8)
    label = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    left, top, width, height = (int(v) for v in stats[label, :4])
    return np.asarray(labels[top : top + height, left : left + width] == label, np.uint8)


def _kind(glyph: Pixels) -> str:
    """Return which bracket a glyph (1 ink) is, or an empty string."""
    height, width = glyph.shape
    columns = np.arange(width)
    weight = glyph.sum(axis=1)
    if (weight == 0).any():
        return ""
    means = (glyph * columns).sum(axis=1) / weight
    edge, half = max(2, round(height * 0.16)), height // 2
    ends = float(np.concatenate([means[:edge], means[-edge:]]).mean())
    middle = float(means[half - edge : half + edge].mean())
    thick = float(np.median(weight))
    if thick > 0.8 * width or thick > 0.28 * height or abs(ends - middle) < 0.13 * width + 0.3:
        return ""
    opens = ends > middle
    stem = glyph[edge:-edge]
    # the stem of a square bracket stands still, a round one bends all the way
    at = means[edge:-edge]
    quarter = max(1, len(at) // 4)
    bend = abs(float(np.concatenate([at[:quarter], at[-quarter:]]).mean()) - float(at[quarter:-quarter].mean()))
    half_side = stem[:, width // 2 + 1 :] if opens else stem[:, : (width - 1) // 2]
    if half_side.size and half_side[len(half_side) // 3 : -max(1, len(half_side) // 3)].mean() > 0.25:
        return ""  # something sticks out in the middle: E, B, 3
    symmetric = abs(float(means[:edge].mean() - means[-edge:].mean())) < 0.35 * width
    if not symmetric:
        return ""  # L, J, 1, 7
    is_square = bend < 0.1 * width and float(weight[1:-1].max()) >= 0.7 * width
    return ("[" if opens else "]") if is_square else ("(" if opens else ")")


def _partner(ink: InkMap, opening: _Bracket, glyphs: Sequence[_Bracket]) -> _Bracket | None:
    """Return the closing bracket of the same kind and height right of `opening`, the nearest."""
    height = opening.bottom - opening.top
    alike = {"[": "])", "(": ")]"}[opening.kind]
    for other in glyphs:
        gap = other.left - opening.right
        if other.kind not in alike or gap < ink.per_mm * _NARROWEST_MM:
            continue
        if gap > ink.per_mm * _WIDEST_MM:
            return None
        if abs(other.top - opening.top) < 0.2 * height and abs(other.bottom - opening.bottom) < 0.2 * height:
            return other
    return None


def _is_free(ink: InkMap, place: Place, words: Sequence[Word]) -> bool:
    """Tell whether at most one glyph, a cross, stands between the brackets."""
    line = round(place.line)
    top, bottom = round(place.top), round(place.bottom)
    inside = ink.mask[top:bottom, round(place.left) + line + 1 : round(place.right) - line - 1]
    if inside.size == 0:
        return False
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(inside, np.ones((2, 2), np.uint8)), connectivity=8)
    large = [s for s in stats[1:count].tolist() if max(s[2], s[3]) > 0.3 * (bottom - top)]
    if not large:
        return True
    # brackets reach above and below what is typed between them
    if len(large) > 1 or large[0][3] > _TALLEST * (bottom - top):
        return False
    if np.count_nonzero(inside) > _FULLEST * inside.size:
        return False
    box = ink.page_box(place.left, place.top, place.right, place.bottom)
    return all(_CROSS.match(word.text) for word in words if word.confidence > 0.6 and _is_within(word.box, box))


def _is_within(word: Box, box: Box) -> bool:
    return box.contains(word, slack=0.25 * box.height)
