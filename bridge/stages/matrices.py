"""Rows of several check boxes before one answer, each under a title of its own: "Verdacht | Erkrankung | Tod | Krankheit"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bridge.domain.layout import Mark, Word
from bridge.stages.lines import Segment, Sheet, same_row

_PITCH: Final = 6.0  # of a box's width: how far apart the boxes of one row stand at most
_OFF_CENTRE: Final = 0.9  # of a box's width: how far a title's middle may be from its column's
_ABOVE: Final = 5.0  # of the print's height: where the titles stand over the topmost box
_LEGEND: Final = re.compile(r"\b([^\W\d_]{1,2})\s*=\s*([^\W\d_]{3,})")
_BOX_READ: Final = re.compile(r"[0DOQoCcGUuıI1l|/()\[\]!]{1,3}")  # a check box read as letters
_LEAST_ROWS: Final = 2  # of boxes under a title


def rows_of_marks(sheet: Sheet) -> list[list[Mark]]:
    """Return the runs of at least two check boxes that stand side by side with no print between, each left to right."""
    rows: list[list[Mark]] = []
    for mark in sorted(sheet.marks, key=lambda m: m.box.left):
        row = next((r for r in rows if _follows(r[-1], mark, sheet)), None)
        if row is None:
            rows.append([mark])
        else:
            row.append(mark)
    return [row for row in rows if len(row) > 1]


def _follows(left: Mark, right: Mark, sheet: Sheet) -> bool:
    gap = right.box.left - left.box.right
    if not same_row(left.box, right.box) or not 0 <= gap <= _PITCH * left.box.width:
        return False
    between = [s for s in sheet.segments if same_row(s.box, left.box) and left.box.right - 2 <= s.box.centre[0] <= right.box.left + 2]
    return all(_BOX_READ.fullmatch(segment.text) for segment in between)


def titles_of(rows: Sequence[Sequence[Mark]], sheet: Sheet) -> dict[int, tuple[Segment, str]]:
    """Return by a mark's id the word over its column and what it stands for, as a legend on the page explains it."""
    legend = _legend(sheet)
    words = [word for segment in sheet.segments for word in segment.words]
    found: dict[int, tuple[Segment, str]] = {}
    for mark in (mark for row in rows for mark in row):
        column = [m for row in rows for m in row if abs(m.box.centre[0] - mark.box.centre[0]) <= 0.5 * mark.box.width]
        title = _title_over(column, words, sheet) if len(column) >= _LEAST_ROWS else None
        if title is not None:
            plain = title.text.strip(".:,;")
            found[id(mark)] = Segment((title,)), legend.get(plain.upper(), plain)
    return found


def _title_over(column: Sequence[Mark], words: Sequence[Word], sheet: Sheet) -> Word | None:
    top = min(column, key=lambda m: m.box.top).box
    over = [w for w in words if 0 <= top.top - w.box.bottom <= _ABOVE * sheet.em and any(c.isalpha() for c in w.text)]
    over = [w for w in over if abs(w.box.centre[0] - top.centre[0]) <= max(_OFF_CENTRE * top.width, 0.5 * w.box.width)]
    return max(over, key=lambda w: w.box.bottom, default=None)


def _legend(sheet: Sheet) -> Mapping[str, str]:
    """Return what short titles stand for, as the page explains them ("V = Verdacht"): by their capitals."""
    printed = " ".join(word.text for word in sheet.layout.words)
    return {short.upper(): meaning for short, meaning in _LEGEND.findall(printed)}
