"""The printed label beside a place on a page: what the form asks there, in whatever words."""

from __future__ import annotations

import re
from typing import Final

from bridge.domain.forms import DocumentType
from bridge.domain.layout import Box, Layout, Word
from bridge.stages.folding import fold_blanks, needed_similarity, similarity, squeeze
from bridge.stages.lines import Segment, Sheet, open_sheet, same_row
from bridge.stages.vocabulary import NUMBERING, known_phrases

LONGEST: Final = 60
_FEWEST_LETTERS: Final = 3
_REACH_MM: Final = 70.0  # from a label to its value on the same line
_ABOVE: Final = 2.5  # heights of print from a label down to its value
_SLACK: Final = 0.6  # heights of print by which a box drawn by hand may reach into its label
_LABEL: Final = re.compile(r"(?:[^\W\d_]|[.\-/() ])+")
_ENDS: Final = " :?.…_*"


def label_at(layout: Layout, box: Box) -> str | None:
    """Return the label of what stands in `box` (pixels of the upright page), as printed; None where nothing looks like one.

    It is the print left of the box on the same line, else right above it, but above goes first where only that stands in the
    same cell. Letters, points, dashes, slashes, brackets and blanks only, at least three letters, at most 60 characters.
    """
    sheet = open_sheet(0, layout)
    beside, above = _beside(sheet, box), _above(sheet, box)
    if beside is not None and above is not None and sheet.grid.upright_between(beside.box, box) and not _is_parted(sheet, above, box):
        beside = None
    found = beside or above
    return _as_label(found.words) if found is not None else None


def is_known_label(label: str, kind: DocumentType) -> bool:
    """Tell whether a type knows the label already: of some field or column, as a heading, or as one that nobody asks for."""
    known, _ = known_phrases(kind)
    columns = (squeeze(text) for spec in kind.columns for text in spec.labels)
    return any(similarity(label, text) >= needed_similarity(text) for text in (*known, *columns))


def _beside(sheet: Sheet, box: Box) -> Segment | None:
    """Return the nearest run of words left of the box on its line."""
    runs = [Segment(words) for segment in sheet.segments if same_row(segment.box, box) and (words := _before(segment, box, sheet.em))]
    nearest = max(runs, key=lambda run: run.box.right, default=None)
    return nearest if nearest is not None and box.left - nearest.box.right <= _REACH_MM * sheet.mm else None


def _before(segment: Segment, box: Box, em: float) -> tuple[Word, ...]:
    return tuple(word for word in segment.words if word.box.right <= box.left + _SLACK * em and word.box.centre[0] < box.left)


def _above(sheet: Sheet, box: Box) -> Segment | None:
    """Return the nearest run of words above the box."""
    runs = [
        segment
        for segment in sheet.segments
        if -_SLACK * sheet.em <= box.top - segment.box.bottom <= _ABOVE * sheet.em and segment.box.overlap_x(box) > 0
    ]
    return max(runs, key=lambda run: run.box.bottom, default=None)


def _is_parted(sheet: Sheet, above: Segment, box: Box) -> bool:
    return sheet.grid.level_between(above.box, box) > 0


def _as_label(words: tuple[Word, ...]) -> str | None:
    while len(words) > 1 and NUMBERING.match(words[0].text):
        words = words[1:]
    text = fold_blanks(" ".join(word.text for word in words)).strip(_ENDS)
    is_label = len(text) <= LONGEST and _LABEL.fullmatch(text) and sum(letter.isalpha() for letter in text) >= _FEWEST_LETTERS
    return text if is_label else None
