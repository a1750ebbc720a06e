"""Ink that is clearly no print. Careful on purpose: what overlaps it never goes out by itself, so print must not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from bridge.domain.layout import Box, Mark, Rule, Word
from bridge.stages.rules import InkMap

_HIGHEST_MM: Final = 30.0
_WIDEST_MM: Final = 120.0
_LOWEST_MM: Final = 4.2  # of one joined stroke; letters of print in forms are lower
_NARROWEST_MM: Final = 6.0
_DENSEST: Final = 0.3  # share of the stroke's box that is ink: pictures and logos are denser
_READ: Final = 0.62  # confidence from which a word is taken for print


def find_handwriting(ink: InkMap, words: Sequence[Word], rules: Sequence[Rule], marks: Sequence[Mark]) -> tuple[Box, ...]:
    """Return boxes around large joined strokes that no reader took for words, printed lines and check boxes left out."""
    mask = _without_print(ink, rules, marks)
    joint = np.ones((ink.length(0.35), ink.length(0.35)), np.uint8)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, joint)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    typical = _letter_height(words)
    boxes: list[Box] = []
    for label, (left, top, width, height, area) in enumerate(stats[1:count].tolist(), start=1):
        if not ink.per_mm * _LOWEST_MM <= height <= ink.per_mm * _HIGHEST_MM:
            continue
        if not ink.per_mm * _NARROWEST_MM <= width <= ink.per_mm * _WIDEST_MM or area > _DENSEST * width * height:
            continue
        box = ink.page_box(left, top, left + width, top + height)
        stroke = labels[top : top + height, left : left + width] == label
        if box.height < 1.35 * typical or _is_straight(stroke) or _is_read(box, words):
            continue
        boxes.append(box)
    return tuple(boxes)


def _without_print(ink: InkMap, rules: Sequence[Rule], marks: Sequence[Mark]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    mask = ink.mask.copy()
    for box, slack in [(rule.box, 4.0) for rule in rules] + [(mark.box, 8.0) for mark in marks]:
        left, top, right, bottom = (round(v / 2) for v in (box.left - slack, box.top - slack, box.right + slack, box.bottom + slack))
        mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 0
    return mask


def _letter_height(words: Sequence[Word]) -> float:
    heights = sorted(word.box.height for word in words if word.confidence >= _READ and len(word.text) > 2)
    return heights[len(heights) // 2] if heights else 0.0


def _is_straight(stroke: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> bool:
    """Tell whether most of it lies in few rows or columns: a piece of a frame or a line, no writing."""
    rows, columns = np.sort(stroke.sum(axis=1))[::-1], np.sort(stroke.sum(axis=0))[::-1]
    few = 4
    return bool((rows[:few].sum() + columns[:few].sum()) > 0.45 * stroke.sum())


def _is_read(box: Box, words: Sequence[Word]) -> bool:
    """Tell whether words that were read well cover a good part of it: large print, underlined or joined by noise."""
    covered = 0.0
    for word in words:
        if (
            word.confidence >= _READ
            and sum(letter.isalnum() for letter in word.text) >= 2
            and word.box.overlap_y(box) > 0.4 * word.box.height
        ):
            covered += word.box.overlap_x(box)
    return covered > 0.3 * box.width
