"""Lines that the page reader read badly, to be read again by another engine: small print, words glued to check boxes.

A label or an option misread is a value lost. Values themselves are read again as crops anyway, so long lines are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bridge.domain.findings import MIXED, Located
from bridge.domain.image import Pixels
from bridge.domain.layout import Box, Layout, Mark, Reading, Word
from bridge.stages.combs import Comb

READ_AGAIN: Final = 0.7  # confidence given at most to a word that only one engine could read
_SURE: Final = 0.78  # confidence of the page reader from which a word is believed
_SURE_SHORT: Final = 0.9  # the same for words of up to three letters alone in their line ("Ort", "ja", "w")
_BELIEVED: Final = 0.5  # confidence of the other engine from which its reading takes the word's place
_MOST_WORDS: Final = 8  # longer lines are prose
_LOWEST: Final = 0.45  # of the usual height: what is lower is a leader
_APART: Final = 1.5  # of the height: a wider gap ends a line
_LONGEST: Final = 22.0  # width over height: longer lines are values, or labels long enough to be known though blurred
_BUDGET: Final = 120.0  # width over height of all lines together: reading costs about 2.5 ms for each
_NO_TEXT: Final = re.compile(r"^[\s□☐☑☒■▢▣◻◼○●|¦\[\](){}._…·:-]+(?=\w)|[\s□☐☑☒■▢|¦_…]+$")
_INKED: Final = 150  # grey level below which a pixel of a strip is ink


@dataclass(frozen=True, slots=True)
class DoubtfulLine:
    """A run of words to be read again within `box`, in pixels of the upright page; `marks` are check boxes on it.

    `block` and `line` are its words' own.
    """

    box: Box
    marks: tuple[Box, ...]
    block: int
    line: int


def find_doubtful(words: Sequence[Word], marks: Sequence[Mark]) -> tuple[DoubtfulLine, ...]:
    """Return lines in which the page reader was unsure or read a check box along.

    Labels and options are short: the shortest come first, until the budget is spent.
    """
    em = usual_height(words)
    boxes = [mark.box for mark in marks]
    found: list[tuple[tuple[bool, float], DoubtfulLine]] = []
    for run in _runs(words, boxes):
        if not any(c.isalnum() for word in run for c in word.text) or max(w.box.height for w in run) < _LOWEST * em:
            continue
        glued = [box for box in boxes if any(_touches(box, word.box) for word in run)]
        least = min(word.confidence for word in run)
        is_short = sum(len(word.text) for word in run) <= 3
        if not glued and (least >= (_SURE_SHORT if is_short else _SURE) or len(run) > _MOST_WORDS):
            continue
        box = _beside(reduce(Box.union, (word.box for word in run)), glued)
        if box.width >= 0.3 * em and box.height <= 3 * em and (glued or box.width <= _LONGEST * box.height):
            found.append(((not glued, box.width / box.height), DoubtfulLine(box, tuple(glued), run[0].block, run[0].line)))
    spent, kept = 0.0, []
    for _, line in sorted(found, key=lambda item: item[0]):
        spent += line.box.width / line.box.height
        if spent <= _BUDGET:
            kept.append(line)
    return tuple(kept)


def usual_height(words: Sequence[Word]) -> float:
    """Return the median height of what is surely a word, 0 where there is none."""
    solid = [word.box.height for word in words if len(word.text) >= 3 and any(c.isalpha() for c in word.text)]
    return median(solid) if solid else 0.0


def cut_out(pixels: Pixels, line: DoubtfulLine) -> tuple[Pixels, int]:
    """Return the line as a strip with a little room around, its check boxes painted over, and the x of its left edge."""
    room = 0.22 * line.box.height
    top, left = max(0, round(line.box.top - room)), max(0, round(line.box.left - (0 if line.marks else room)))
    strip = pixels[top : round(line.box.bottom + room), left : round(line.box.right + room)].copy()
    for mark in line.marks:
        first, last = round(mark.left) - left - 2, round(mark.right) - left + 3
        strip[max(0, round(mark.top) - top - 2) : max(0, round(mark.bottom) - top + 3), max(0, first) : max(0, last)] = 255
    return strip, left


def words_of(line: DoubtfulLine, reading: Reading, strip: Pixels, left: int) -> tuple[Word, ...]:
    """Return the words of a reading with their boxes on the page, () where it is not to be believed.

    `strip` is what was read, `left` where it begins on the page.
    """
    text = _NO_TEXT.sub("", reading.text).strip()
    if reading.confidence < _BELIEVED or not any(c.isalnum() for c in text):
        return ()
    tokens, sure = text.split(), min(READ_AGAIN, reading.confidence)
    return tuple(
        Word(token, sure, Box(left + first, line.box.top, left + last, line.box.bottom), line.block, line.line, reading.reader)
        for token, (first, last) in zip(tokens, _spans(np.flatnonzero((strip < _INKED).any(axis=0)), len(strip[0]), tokens), strict=True)
    )


def replaced(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return the words without those in whose place another engine has read, and without what was read twice."""
    every = tuple(words)
    again = [word.box for word in every if word.reader is not None]
    kept = [word for word in every if word.reader is not None or not any(_is_under(word.box, box) for box in again)]
    return tuple(word for word in kept if not any(_is_worse(word, other) for other in kept))


def _is_worse(word: Word, other: Word) -> bool:
    """Tell whether `other` is the same print, read better."""
    if word.confidence >= other.confidence or word.box.left >= other.box.right or other.box.left >= word.box.right:
        return False
    shared = word.box.overlap_x(other.box) * word.box.overlap_y(other.box)
    return shared >= 0.6 * max(word.box.width * word.box.height, other.box.width * other.box.height)


def with_reader(place: Located, layout: Layout, combs: Sequence[Comb]) -> Located:
    """Return a place with the engine that read its text named, where that was not the page reader's own; of combs only bits are read."""
    if any(comb.holds(place.box) for comb in combs):
        return replace(place, reader=MIXED)
    if not place.text or not any(word.reader for word in layout.words):
        return place
    engines = {word.reader for word in layout.words}
    inside = {word.reader for word in layout.words if place.box.holds(word.box)}
    # a page read whole by another engine has no word of the page reader's own, wherever the box of a place ends
    readers = inside or (engines if None not in engines else {None})
    if readers <= {None}:
        return place
    return replace(place, reader=readers.pop() if len(readers) == 1 else MIXED)


def _is_under(word: Box, box: Box) -> bool:
    shared = word.overlap_x(box) * word.overlap_y(box)
    return shared >= 0.25 * max(1.0, min(word.width * word.height, box.width * box.height))


def _touches(mark: Box, word: Box) -> bool:
    return mark.overlap_x(word) > 0.15 * mark.width and mark.overlap_y(word) >= 0.4 * min(mark.height, word.height)


def _runs(words: Sequence[Word], marks: Sequence[Box]) -> list[list[Word]]:
    """Return the words of each printed line in runs that no wide gap and no check box parts."""
    lines: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        lines.setdefault((word.block, word.line), []).append(word)
    runs: list[list[Word]] = []
    for line in lines.values():
        ordered = sorted(line, key=lambda word: word.box.left)
        runs.append(ordered[:1])
        for before, word in pairwise(ordered):
            tall = max(before.box.height, word.box.height)
            gap = Box(before.box.centre[0], word.box.top, word.box.centre[0], word.box.bottom)
            if word.box.left - before.box.right > _APART * tall or any(_parts(mark, gap) for mark in marks):
                runs.append([word])
            else:
                runs[-1].append(word)
    return runs


def _parts(mark: Box, gap: Box) -> bool:
    return gap.left < mark.centre[0] < gap.right and mark.overlap_y(gap) >= 0.4 * min(mark.height, gap.height)


def _beside(box: Box, marks: Sequence[Box]) -> Box:
    """Return the larger part of `box` that the check boxes on it leave free."""
    for mark in marks:
        right, left = box.right - mark.right, mark.left - box.left
        if right >= left:
            box = Box(min(box.right, mark.right + 1), box.top, box.right, box.bottom)
        else:
            box = Box(box.left, box.top, max(box.left, mark.left - 1), box.bottom)
    return box


def _spans(columns: NDArray[np.intp], width: int, tokens: Sequence[str]) -> list[tuple[int, int]]:
    """Return from where to where each token stands, given the inked columns: parted at the widest gaps, else by the count of letters."""
    first, last = (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, width)
    gaps = sorted(((int(b - a), int(a) + 1, int(b)) for a, b in pairwise(columns) if b - a > 1), reverse=True)[: len(tokens) - 1]
    if len(gaps) == len(tokens) - 1:
        cuts = sorted((start, stop) for _, start, stop in gaps)
        starts, stops = [first, *(stop for _, stop in cuts)], [*(start for start, _ in cuts), last]
        return list(zip(starts, stops, strict=True))
    total = sum(map(len, tokens))
    edges = [first + (last - first) * sum(map(len, tokens[:i])) // total for i in range(len(tokens) + 1)]
    return list(pairwise(edges))
