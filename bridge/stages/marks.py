"""Printed places for a cross on an upright page: squares, circles and bracket pairs, and whether they are marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from bridge.domain.layout import Box, Mark, MarkShape, MarkState, Rule, Word
from bridge.stages.brackets import find_brackets
from bridge.stages.circles import find_circles
from bridge.stages.crosses import Place, state_of
from bridge.stages.encircled import is_encircled
from bridge.stages.overdrawn import find_overdrawn
from bridge.stages.rules import InkMap
from bridge.stages.second_look import replaced
from bridge.stages.squares import find_squares

# how a page reader spells a check box, alone or glued before a label
_BOX_LETTERS: Final = frozenset(
    "[](){}|/\\<>_-=~.,:;'`´\"°*+xX×✓✗✘☐☑☒□■▪●○◯OoQ0DGCLEIUJl1iHKMNBRSFTPVYAaeuvnr&@©®€$%8649237!?»«…–—“”„‘’‚›‹^#"
)
_READ: Final = 0.6  # confidence from which a word is believed to be one
_INITIAL: Final = re.compile(r"[OQG0][.,:;-]|[QG]")
_GLUED_LETTERS: Final = frozenset("[](){}|xX×☐☑☒□■●○OoQ0©®@&")


def find_marks(ink: InkMap, words: Sequence[Word], rules: Sequence[Rule]) -> tuple[Mark, ...]:
    """Return the page's check boxes from top to bottom, those that are really letters left out by help of `words`, and cells by `rules`."""

    def is_none(place: Place) -> bool:
        return _is_lettering(ink, place, words) or _is_cell(_page_box(ink, place), rules)

    places = [square for square in find_squares(ink) if not is_none(square)]
    places += [blot for blot in find_overdrawn(ink, places, _surely_read(ink, words)) if not _is_cell(_page_box(ink, blot), rules)]
    places += [circle for circle in find_circles(ink, is_none) if not is_none(circle) and not _is_taken(circle, places)]
    places += [pair for pair in find_brackets(ink, words) if not _is_taken(pair, places)]
    lines = [_in_mask(ink, rule.box) for rule in rules]
    marks = []
    for place in places:
        state, fill = state_of(ink.mask, place)
        if state is MarkState.EMPTY and place.shape is MarkShape.SQUARE and is_encircled(ink.mask, place, lines):
            state = MarkState.MARKED
        marks.append(Mark(_page_box(ink, place), place.shape, state, fill))
    return tuple(sorted(marks, key=lambda mark: (mark.box.top, mark.box.left)))


def _surely_read(ink: InkMap, words: Sequence[Word]) -> list[Box]:
    """Return the boxes of words of some letters that were surely read, in pixels of the mask: the box of a short one may hold its cross."""
    return [_in_mask(ink, word.box) for word in words if word.confidence >= _READ and sum(c.isalnum() for c in word.text) >= 4]


def _in_mask(ink: InkMap, box: Box) -> Box:
    """Return a box of the page in pixels of the mask."""
    share = 1 / ink.page_box(0, 0, 1, 1).right
    return Box(box.left * share, box.top * share, box.right * share, box.bottom * share)


def without_marks(words: Sequence[Word], marks: Sequence[Mark]) -> tuple[Word, ...]:
    """Return the words without those that are check boxes misread as letters; a label glued to its box is cut free.

    Words of another engine, read again, take the place of those under them.
    """
    kept = []
    for word in replaced(words):
        remaining: Word | None = word
        for mark in marks:
            if remaining is not None:
                remaining = _cut(remaining, mark)
        if remaining is not None:
            kept.append(remaining)
    return tuple(kept)


def _cut(word: Word, mark: Mark) -> Word | None:
    """Return what remains of `word` beside `mark`: all of it, its label, or nothing."""
    shared = word.box.overlap_x(mark.box)
    if shared <= 0 or word.box.overlap_y(mark.box) < 0.3 * min(word.box.height, mark.box.height):
        return word
    is_cross = shared >= 0.45 * word.box.width and len(word.text) <= 3 and "x" in word.text.lower() and set(word.text) <= _BOX_LETTERS
    if shared >= 0.6 * word.box.width or is_cross:
        # a short word on the box is the box; a longer one was read through it, as with a stroke into the label
        return None if len(word.text) <= 3 or set(word.text) <= _BOX_LETTERS else word
    if word.box.left > mark.box.left + 0.5 * mark.box.width or word.box.right <= mark.box.right:
        return word
    expected = max(1, round(len(word.text) * (mark.box.right - word.box.left) / word.box.width))
    glued = 0
    while glued < min(expected, len(word.text) - 1, 3) and word.text[glued] in _GLUED_LETTERS:
        glued += 1
    if glued == 0:
        return word
    box = Box(mark.box.right, word.box.top, word.box.right, word.box.bottom)
    return Word(word.text[glued:].lstrip(), word.confidence, box, word.block, word.line)


def _is_lettering(ink: InkMap, place: Place, words: Sequence[Word]) -> bool:
    """Tell whether a word was read at the place that is no check box: the place is a letter of it, or holds it."""
    box = _page_box(ink, place)
    for word in words:
        if word.confidence < _READ or word.box.overlap_y(box) < 0.6 * min(box.height, word.box.height):
            continue
        letters = sum(letter.isalnum() for letter in word.text)
        shared = word.box.overlap_x(box)
        if place.shape is MarkShape.CIRCLE and shared > 0.4 * box.width and _INITIAL.fullmatch(word.text):
            return True
        if letters < 2 or shared < 0.4 * box.width or set(word.text) <= _GLUED_LETTERS:
            continue
        if place.shape is MarkShape.SQUARE and _is_the_box(word, shared) and _stands_alone(ink, place):
            continue
        # a label glued to its box begins with it, after some white; a date does not
        begins = word.box.left > box.left - 0.5 * box.width and word.box.right > box.right
        if not begins or word.text[:2].isdigit() or not _stands_alone(ink, place):
            return True
    return False


def _is_the_box(word: Word, shared: float) -> bool:
    """Tell whether a word is a crossed box itself, spelled "IX" or "KX"."""
    return len(word.text) <= 3 and shared >= 0.6 * word.box.width and "x" in word.text.lower() and set(word.text) <= _BOX_LETTERS


def _stands_alone(ink: InkMap, place: Place) -> bool:
    """Tell whether there is white for half a millimetre beside it, as never between the letters of a word.

    On the right only the lower half counts, as ticks leave by the upper one, and no corner, by which crosses leave.
    """
    near, far = 2, 2 + ink.length(0.5)
    top, bottom, left, right = (round(v) for v in (place.top, place.bottom, place.left, place.right))
    tenth, middle = round(0.1 * place.height), round(0.45 * place.height)
    sides = (
        ink.mask[top + tenth : bottom - tenth, max(0, left - far) : max(0, left - near)],
        ink.mask[top + middle : bottom - tenth, right + near : right + far],
    )
    return all(np.count_nonzero(side) <= 0.1 * side.size for side in sides)


def _is_cell(box: Box, rules: Sequence[Rule]) -> bool:
    """Tell whether a printed line longer than any check box runs along or through the place: a corner of a table."""
    slack = 0.2 * box.width
    around = Box(box.left - slack, box.top - slack, box.right + slack, box.bottom + slack)
    return any(
        (rule.box.overlap_x(around) > 0.5 * box.width and rule.box.overlap_y(around) > 0)
        if rule.is_horizontal
        else (rule.box.overlap_y(around) > 0.5 * box.height and rule.box.overlap_x(around) > 0)
        for rule in rules
    )


def _page_box(ink: InkMap, place: Place) -> Box:
    return ink.page_box(place.left, place.top, place.right, place.bottom)


def _is_taken(place: Place, places: Sequence[Place]) -> bool:
    return any(place.overlaps(other) for other in places)
