"""Print that the page reader passed over: found by its ink, read again line by line, and reported where that fails too.

Full-page reading loses whole lines on forms with leaders and boxes. A lost line is a lost value that nobody would miss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from bridge.domain.errors import ReaderError
from bridge.domain.image import Pixels, UprightPage
from bridge.domain.layout import Box, Mark, Rule, Word
from bridge.ports import LineReader, PageReader
from bridge.stages.bars import find_bars, turned_light
from bridge.stages.combs import combs_of
from bridge.stages.rules import InkMap
from bridge.stages.second_look import DoubtfulLine, cut_out, find_doubtful, usual_height, words_of

_LETTER_MM: Final = (1.1, 7.0)  # height of what may be a letter
_WIDEST_MM: Final = 14.0  # letters that touch
_LINE_MM: Final = 4.5  # shorter lines that stay unread are taken for dirt
_SHORT_MM: Final = 2.2  # of a line of two letters ("Ort" in small print)
_BESIDE_MM: Final = 4.0  # how far from its box the letter of an answer stands ("m", "w")
_EDGE_MM: Final = 4.0
_HEADER_MM: Final = 9.0
_DOT_MM: Final = 0.75
_LEADER_DOTS: Final = 6
_BELIEVED: Final = 0.35
_MOST_LINES: Final = 40
_DARK: Final = 110  # grey level of a bar with white print
_BAR_INSET: Final = 0.08  # of a bar's height: keeps its ragged edges out
_NO_BLOCK: Final = -1  # of lines that the page reader has not seen
_JUMBLED: Final = 1.5  # times the usual height, and doubtful: a word read across two lines


def find_unread(
    ink: InkMap, words: Sequence[Word], rules: Sequence[Rule], marks: Sequence[Mark], handwriting: Sequence[Box]
) -> tuple[Box | DoubtfulLine, ...]:
    """Return the boxes of printed lines that no word covers, top to bottom, in pixels of the upright page, and those read badly."""
    mask = ink.mask.copy()
    tall = _JUMBLED * usual_height(words)
    for box, grow in (
        *((word.box, 0.5) for word in words if word.confidence >= _BELIEVED or word.box.height <= tall),
        *((rule.box, 0.5) for rule in rules),
        *((mark.box, 0.8) for mark in marks),
        *((box, 1.0) for box in handwriting),
    ):
        _wipe(mask, box, ink.length(grow))
    edge = ink.length(_EDGE_MM)
    mask[: ink.length(_HEADER_MM)] = mask[-edge:] = 0
    mask[:, :edge] = mask[:, -edge:] = 0
    letters, places = _letters(mask, ink)
    joined = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((1, ink.length(3.0)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lines = [(left, top, width, height) for left, top, width, height, _ in stats[1:count].tolist() if height <= ink.length(_LETTER_MM[1])]
    found = sorted(
        (line for line in lines if _is_print(line, places, marks, ink)), key=lambda line: (line[2] < ink.length(_LINE_MM), line[1])
    )
    unread = (ink.page_box(x, y, x + w, y + h) for x, y, w, h in found[:_MOST_LINES])
    combs = combs_of(rules, 2 * ink.per_mm)
    return (
        *unread,
        *find_bars(ink, words),
        *find_doubtful([word for word in words if not any(comb.holds(word.box) for comb in combs)], marks),
    )


def _is_print(line: tuple[int, int, int, int], places: Sequence[tuple[float, float]], marks: Sequence[Mark], ink: InkMap) -> bool:
    """Tell whether a run of ink has the letters of a line, or is short but stands where only the answer to a check box does."""
    x, y, width, height = line
    letters = _count_inside(line, places)
    if letters >= 3 and width >= ink.length(_LINE_MM):
        return True
    if letters >= 2 and width >= ink.length(_SHORT_MM):
        return True
    box = ink.page_box(x, y, x + width, y + height)
    near = 2 * ink.length(_BESIDE_MM)
    return letters >= 1 and any(0 < box.left - m.box.right <= near and m.box.top <= box.centre[1] <= m.box.bottom for m in marks)


def read_again(page: UprightPage, lines: Sequence[Box | DoubtfulLine], reader: PageReader) -> tuple[tuple[Word, ...], tuple[Box, ...]]:
    """Return the words read in `lines` when they stand apart on an empty sheet, and the lines that stayed unread.

    Doubtful lines are read only where `reader` has another engine for lines; those words take the place of the ones under them.
    """
    better = _read_doubtful(page, [line for line in lines if isinstance(line, DoubtfulLine)], reader)
    missed, unread = _read_missed(page, [line for line in lines if isinstance(line, Box)], reader)
    return (*missed, *better), unread


def _read_doubtful(page: UprightPage, lines: Sequence[DoubtfulLine], reader: PageReader) -> list[Word]:
    if not lines or not isinstance(reader, LineReader):
        return []
    strips = [cut_out(page.pixels, line) for line in lines]
    readings = reader.read_lines([strip for strip, _ in strips])
    return [
        word for line, (strip, left), reading in zip(lines, strips, readings, strict=True) for word in words_of(line, reading, strip, left)
    ]


def _read_missed(page: UprightPage, lines: Sequence[Box], reader: PageReader) -> tuple[tuple[Word, ...], tuple[Box, ...]]:
    if not lines:
        return (), ()
    per_mm = page.dpi / 25.4
    strips = [_strip(page.pixels, line, per_mm) for line in lines]
    if isinstance(reader, LineReader):
        return _read_singly(lines, strips, reader, per_mm)
    gap = round(4 * per_mm)
    width = max(strip.shape[1] for strip, _ in strips) + 2 * gap
    sheet = np.full((gap + sum(strip.shape[0] + gap for strip, _ in strips), width), 255, np.uint8)
    offsets, y = [], gap
    for strip, _ in strips:
        sheet[y : y + strip.shape[0], gap : gap + strip.shape[1]] = strip
        offsets.append(y)
        y += strip.shape[0] + gap
    try:
        read = reader.read_page(sheet, page.dpi).words
    except ReaderError:
        return (), tuple(lines)
    found: list[Word] = []
    unread: list[Box] = []
    for (strip, (left, top)), offset, line in zip(strips, offsets, lines, strict=True):
        mine = [w for w in read if offset <= w.box.centre[1] < offset + strip.shape[0] and w.confidence >= _BELIEVED]
        if any(c.isalnum() for word in mine for c in word.text):
            found += [_moved(word, left - gap, top - offset) for word in mine]
        else:
            unread.append(line)
    return tuple(found), tuple(unread)


def _read_singly(
    lines: Sequence[Box], strips: Sequence[tuple[Pixels, tuple[int, int]]], reader: LineReader, per_mm: float
) -> tuple[tuple[Word, ...], tuple[Box, ...]]:
    """Return what the other engine makes of each line, and the lines of which it makes nothing; a short one may be dirt."""
    readings = reader.read_lines([strip for strip, _ in strips])
    found: list[Word] = []
    unread: list[Box] = []
    for number, (line, (strip, (left, _)), reading) in enumerate(zip(lines, strips, readings, strict=True), start=1):
        words = words_of(DoubtfulLine(line, (), _NO_BLOCK, -number), reading, strip, left)
        found += words
        unread += [] if words or line.width < _LINE_MM * per_mm else [line]
    return tuple(found), tuple(unread)


def _wipe(mask: Pixels, box: Box, grow: int) -> None:
    """Paint a box of the page white in the half-size mask, a little larger than it is."""
    left, right = max(0, int(box.left / 2) - grow), int(box.right / 2) + grow + 1
    mask[max(0, int(box.top / 2) - grow) : int(box.bottom / 2) + grow + 1, left:right] = 0


def _letters(mask: Pixels, ink: InkMap) -> tuple[Pixels, list[tuple[float, float]]]:
    """Return what has the size of letters in `mask`, and where each stands; dots, strokes of combs and blocks are left out."""
    count, labels, stats, centroids = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = np.zeros(count, np.uint8)
    places = []
    for index, (_, _, width, height, area) in enumerate(stats[1:count].tolist(), start=1):
        tall = ink.length(_LETTER_MM[0]) <= height <= ink.length(_LETTER_MM[1])
        stroke = width <= ink.length(0.6) and height >= ink.length(3.6)
        if tall and width <= ink.length(_WIDEST_MM) and not stroke and area <= 0.75 * width * height + 12:
            keep[index] = 255
            places.append((float(centroids[index][0]), float(centroids[index][1])))
    return keep[labels], places


def _count_inside(line: tuple[int, int, int, int], places: Sequence[tuple[float, float]]) -> int:
    x, y, width, height = line
    return sum(x <= cx <= x + width and y <= cy <= y + height for cx, cy in places)


def _strip(pixels: Pixels, line: Box, per_mm: float) -> tuple[Pixels, tuple[int, int]]:
    """Return a line cut out with some room, its leaders painted over, and where its corner stands on the page."""
    top, bottom = max(0, round(line.top - 1.3 * per_mm)), round(line.bottom + 1.3 * per_mm)
    left, right = max(0, round(line.left - 2 * per_mm)), round(line.right + 2 * per_mm)
    inset = round(_BAR_INSET * line.height)
    bar = pixels[round(line.top) + inset : round(line.bottom) - inset, round(line.left) + 2 * inset : round(line.right) - 2 * inset]
    if bar.size and np.median(bar) < _DARK:
        return turned_light(bar), (round(line.left) + 2 * inset, round(line.top) + inset)
    strip = pixels[top:bottom, left:right].copy()
    dark = np.asarray(strip < 150, np.uint8)
    count, labels, stats, centroids = cv2.connectedComponentsWithStats(dark, connectivity=8)
    size = round(_DOT_MM * per_mm)
    dots = [i for i, (_, _, w, h, _) in enumerate(stats[1:count].tolist(), start=1) if w <= size and h <= size]
    for index in dots:
        level = [other for other in dots if abs(centroids[other][1] - centroids[index][1]) <= 0.25 * per_mm]
        if len(level) >= _LEADER_DOTS:
            strip[cv2.dilate(np.asarray(labels == index, np.uint8), np.ones((5, 5), np.uint8)) > 0] = 255
    return strip, (left, top)


def _moved(word: Word, right: float, down: float) -> Word:
    box = Box(word.box.left + right, word.box.top + down, word.box.right + right, word.box.bottom + down)
    return replace(word, box=box)
