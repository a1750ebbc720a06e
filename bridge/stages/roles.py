"""What a piece of print is to its form: heading or question, question or answer, a label nobody knows, an option."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Final

from bridge.domain.forms import DocumentType, FieldKind
from bridge.domain.layout import Mark
from bridge.stages.answers import parse_choice
from bridge.stages.folding import fold
from bridge.stages.lines import Segment, Sheet, same_row
from bridge.stages.vocabulary import HEADING_PREFIX, NUMBERING, Label, LabelKind

_LEAST_QUESTION: Final = 3  # words
_CLOCK_OR_RATIO: Final = re.compile(r"\d:\d?")


def settled(label: Label, labels: Sequence[Label], sheet: Sheet, kind: DocumentType) -> Label:
    """Return a label that may be a heading or a question ("Krankenhaus") as what it is: a question has an answer beside it.

    A question opens a section only where the section names a person or party, as "Einsender: …" does.
    """
    if not label.specs or label.section is None:
        return label
    opens = any(label.section in s.sections and s.kind in {FieldKind.PARTY, FieldKind.FULL_NAME} for s in kind.fields)
    is_question = label.kind is LabelKind.FIELD or (not _is_title(label) and _is_followed_by_print(label, labels, sheet))
    if not is_question:
        return label
    return replace(label, kind=LabelKind.FIELD, section=label.section if opens else None)


def is_answer(label: Label, labels: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether what reads like a label is the answer to the one left of it ("Art der Meldung | Krankheitsverdacht").

    It is, where it names one of that question's choices, or stands in a column of answers, each with its question left of it.
    """
    if label.has_colon or label.start > 0 or not label.is_whole:
        return False
    left = [o for o in labels if o is not label and o.is_whole and same_row(o.box, label.box) and o.box.right <= label.box.left]
    asking = max(left, key=lambda o: o.box.right, default=None)
    if asking is None or not asking.specs:
        return False
    if any(parse_choice(spec, label.segment.text) for spec in asking.specs if spec.choices):
        return True
    labelled = {id(other.segment) for other in labels}
    flush = [s for s in sheet.segments if abs(s.box.left - label.box.left) <= 0.7 * sheet.em and s is not label.segment]
    answers = [s for s in flush if id(s) not in labelled and any(same_row(o.box, s.box) and o.box.right <= s.box.left for o in labels)]
    return len(answers) >= 4 and len(answers) >= 4 * (len(flush) - len(answers))


def answers_above(label: Label, labels: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether what reads like a label names an answer to the question right above it ("… Erkrankung oder Tod?", "Erkrankung")."""
    if label.start > 0:
        return False
    said = " ".join(word.text for word in label.segment.words[: label.stop]).rstrip(":")
    asking = next((other for other in labels if _is_asked_above(other, label, sheet)), None)
    return asking is not None and any(parse_choice(spec, said) for spec in asking.specs if spec.choices)


def _is_asked_above(asking: Label, label: Label, sheet: Sheet) -> bool:
    """Tell whether a question in words stands alone in the line above a label, flush with it."""
    gap = label.box.top - asking.box.bottom
    is_above = -0.3 * sheet.em <= gap <= 1.6 * sheet.em and abs(label.box.left - asking.left) <= 2 * sheet.em
    if not (is_above and asking.segment.text.endswith("?")):
        return False
    return not any(same_row(s.box, asking.box) for s in sheet.segments if s is not asking.segment)


def _is_title(label: Label) -> bool:
    text = label.segment.text
    return (text.isupper() and len(text) > 5) or bool(NUMBERING.match(text.split()[0])) or bool(HEADING_PREFIX.match(fold(text)))


def _is_followed_by_print(label: Label, labels: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether what stands next to a label, right of it or else below, is no label."""
    asking = {id(other.segment) for other in labels if other is not label and (other.start == 0 or other.segment is not label.segment)}
    cell = sheet.grid.cell_of(label.box)
    right = [s for s in sheet.segments if s is not label.segment and same_row(s.box, label.box) and s.box.left >= label.box.right]
    nearest = min(right, key=lambda s: s.box.left, default=None)
    inside = nearest is not None and sheet.grid.upright_between(label.box, nearest.box) <= 1
    if nearest is not None and inside and id(nearest) not in asking and nearest.box.left - label.box.right < 60 * sheet.mm:
        return True
    below = [s for s in sheet.segments if 0 < s.box.centre[1] - label.box.centre[1] <= 3.2 * sheet.em]
    below = [s for s in below if abs(s.box.left - label.box.left) <= 2.5 * sheet.em or follows_mark(s, sheet)]
    below = [s for s in below if s.box.left - label.box.left <= 6 * sheet.em and (not cell.is_closed or cell.box.holds(s.box))]
    lower = min(below, key=lambda s: (round(s.box.top / sheet.em), s.box.left), default=None)
    return lower is not None and id(lower) not in asking


def unknown_labels(sheet: Sheet, known: Sequence[Label]) -> list[Label]:
    """Return what ends in a colon or asks in words and is no known label: what answers it belongs to nobody else."""
    found: list[Label] = []
    for segment in sheet.segments:
        taken = {i for label in known if label.segment is segment for i in range(label.start, label.stop)}
        taken |= set(range(len(segment.words))) if any(label.wrapped is segment for label in known) else set()
        start, asked = 0, -1
        for index, word in enumerate(segment.words):
            if index in taken:
                start = asked = index + 1
            elif index == asked and word.text.endswith(":") and segment.words[index - 1].text.endswith(":"):
                start = index + 1  # the first word of an answer ("Betreff: Einladung: …")
            elif word.text.endswith(":") and sum(c.isalpha() for c in word.text) >= 2 and not _CLOCK_OR_RATIO.search(word.text):
                found.append(Label(LabelKind.UNKNOWN, segment, start, index + 1, 1.0, has_colon=True))
                start = index + 1
        if (
            not taken
            and start == 0
            and (_asks(segment, sheet) or _is_caption(segment, sheet) or _is_in_label_column(segment, known, sheet))
        ):
            found.append(Label(LabelKind.UNKNOWN, segment, 0, len(segment.words), 1.0))
    return found


def _asks(segment: Segment, sheet: Sheet) -> bool:
    """Tell whether a segment is a question in words ("Sind ungeimpfte Kinder in der Gruppe?")."""
    return segment.text.endswith("?") and len(segment.words) >= _LEAST_QUESTION and not follows_mark(segment, sheet)


def _is_in_label_column(segment: Segment, known: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether a segment stands in a column of labels, with print right of it where their answers stand: a label too."""
    mates = [label for label in known if label.start == 0 and abs(label.box.left - segment.box.left) <= 0.7 * sheet.em]
    if len(mates) < 4 or not any(c.isalpha() for c in segment.text) or _is_right_below(segment, mates, sheet):
        return False
    labelled = {id(label.segment) for label in known}
    answers = [s for m in mates for s in sheet.segments if same_row(s.box, m.box) and s.box.left > m.box.right and id(s) not in labelled]
    here = [s for s in sheet.segments if same_row(s.box, segment.box) and s.box.left > segment.box.right]
    lined_up = [s for s in here if sum(abs(a.box.left - s.box.left) <= 0.7 * sheet.em for a in answers) >= 3]
    return bool(lined_up)


def _is_right_below(segment: Segment, labels: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether a segment stands in the line under a label that has nothing beside it: its answer."""
    for label in labels:
        gap = segment.box.top - label.box.bottom
        if label.is_whole and not label.has_colon and 0 <= gap <= 1.6 * sheet.em:
            beside = [s for s in sheet.segments if same_row(s.box, label.box) and 0 < s.box.left - label.box.right < 12 * sheet.em]
            if not beside:
                return True
    return False


def _is_caption(segment: Segment, sheet: Sheet) -> bool:
    """Tell whether a segment is small print in the upper left of a ruled cell with larger print below: a label."""
    cell = sheet.grid.cell_of(segment.box)
    if not cell.is_closed or segment.box.left - cell.box.left > 2 * sheet.em or not any(c.isalpha() for c in segment.text):
        return False
    mates = [s for s in sheet.segments if s is not segment and cell.box.holds(s.box)]
    below = [s for s in mates if s.box.top >= segment.box.bottom - 0.2 * sheet.em]
    return len(below) == len(mates) > 0 and segment.box.height <= 0.85 * median(s.box.height for s in below)


def follows_mark(segment: Segment, sheet: Sheet) -> bool:
    """Tell whether a segment is printed right behind a check box: an option, not a label."""
    near = (
        m.box
        for m in sheet.marks
        if not is_lonely(m, sheet) and m.box.overlap_y(segment.box) >= 0.4 * min(m.box.height, segment.box.height)
    )
    return any(-2 * box.width <= segment.box.left - box.right <= 2 * sheet.em and segment.box.right > box.right for box in near)


def is_lonely(mark: Mark, sheet: Sheet) -> bool:
    """Tell whether a check box has no other in its line, nor flush with it above or below: likely a speck, not a box."""
    for other in sheet.marks:
        if other is mark:
            continue
        if same_row(other.box, mark.box):
            return False
        if abs(other.box.left - mark.box.left) <= sheet.em and abs(other.box.top - mark.box.top) <= 12 * sheet.em:
            return False
    return True
