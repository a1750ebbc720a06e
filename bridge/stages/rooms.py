"""Where the value of a label would stand that the page reader left without one: a ruled cell, a line to write on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bridge.domain.layout import Box
from bridge.stages.combs import comb_of_label
from bridge.stages.lines import Sheet, same_row
from bridge.stages.sections import Question

_INSET: Final = 0.3  # of the print's height: keeps rules out of the crop
_LEAST: Final = 0.9  # of the print's height: less room holds no value
_WIDEST_MM: Final = 80.0


def room_for_value(question: Question, questions: Sequence[Question], sheet: Sheet) -> Box | None:
    """Return the empty room that belongs to a label, None where its bounds are not clear: in its cell, else right of it."""
    label = question.label.box
    cell = sheet.grid.cell_of(label)
    comb = comb_of_label(label, sheet.combs, sheet.em)
    if comb is not None:
        return None if _is_taken(comb.box, sheet) else comb.box
    if cell.is_closed:
        below = _trimmed(Box(cell.box.left, label.bottom, cell.box.right, cell.box.bottom), sheet)
        beside = _trimmed(Box(label.right + 0.5 * sheet.em, cell.box.top, cell.box.right, cell.box.bottom), sheet)
        room = below if below is not None and below.height >= 1.1 * sheet.em else beside
    else:
        room = _on_line(question, sheet) or _right_of(question, questions, sheet)
    return room if room is not None and not _is_taken(room, sheet) else None


def _on_line(question: Question, sheet: Sheet) -> Box | None:
    """Return the room between a label and the line right below it, from which it begins."""
    label = question.label.box
    under = [r.box for r in sheet.layout.rules if r.is_horizontal and 1.2 * sheet.em <= r.box.top - label.bottom <= 3.5 * sheet.em]
    under = [r for r in under if abs(r.left - label.left) <= 1.5 * sheet.em]
    if not under:
        return None
    line = min(under, key=lambda r: r.top)
    return _trimmed(Box(line.left, label.bottom, line.right, line.top), sheet)


def _right_of(question: Question, questions: Sequence[Question], sheet: Sheet) -> Box | None:
    """Return the room behind a label's colon up to whatever is printed next in the line."""
    label = question.label
    if not label.has_colon or not label.is_whole:
        return None
    limits = [s.box.left for s in sheet.segments if same_row(s.box, label.box) and s.box.left > label.box.right]
    limits += [q.label.box.left for q in questions if same_row(q.label.box, label.box) and q.label.box.left > label.box.right]
    limits += [m.box.left for m in sheet.marks if same_row(m.box, label.box) and m.box.left > label.box.right]
    right = min([*limits, label.box.right + _WIDEST_MM * sheet.mm, float(sheet.layout.width)])
    grow = 0.2 * sheet.em
    return _trimmed(Box(label.box.right, label.box.top - grow, right, label.box.bottom + grow), sheet)


def _trimmed(box: Box, sheet: Sheet) -> Box | None:
    inset = _INSET * sheet.em
    inner = Box(box.left + inset, box.top + inset, box.right - inset, box.bottom - inset)
    return inner if inner.height >= _LEAST * sheet.em and inner.width >= 2 * sheet.em else None


def _is_taken(room: Box, sheet: Sheet) -> bool:
    """Tell whether something that was read, or a check box, stands in the room."""
    things = [segment.box for segment in sheet.segments] + [mark.box for mark in sheet.marks]
    return any(room.overlap_x(t) > 0.3 * t.width and room.overlap_y(t) > 0.3 * t.height for t in things)
