"""Captions over a whole address block: "Meldende Ärztin (Stempel oder Druckschrift)" asks for all that stands below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.stages.lines import Segment, Sheet
from bridge.stages.sections import Question
from bridge.stages.vocabulary import LabelKind

_TOWN: Final = re.compile(r"\b\d{5}\s+[^\W\d_]")
_LEAST_LINES: Final = 3  # of a name, a road and a town
_LEADING: Final = 1.7  # of the print's height: white between two lines of a block
_FIRST: Final = 4.0  # of the print's height: white below a caption over a stamp
_FLUSH: Final = 2.5  # of the print's height: how far in a block may stand below its caption


def with_blocks(questions: Sequence[Question], kind: DocumentType, sheet: Sheet) -> tuple[Question, ...]:
    """Return the questions, those about a person or party with an address block right below them asking for the whole block."""
    parties = {section: spec for spec in kind.fields if spec.kind is FieldKind.PARTY for section in spec.sections}
    asking = {id(q.label.segment) for q in questions} | {id(q.label.wrapped) for q in questions if q.label.wrapped}
    return tuple(_of_block(question, parties.get(question.section or ""), asking, sheet) for question in questions)


def _of_block(question: Question, party: FieldSpec | None, asking: set[int], sheet: Sheet) -> Question:
    if party is None or not question.label.is_whole or not _asks_for_whom(question, party):
        return question
    lines = lines_below(question, asking, sheet)
    if len(lines) < _LEAST_LINES or not any(has_town(line.text) for line in lines):
        return question
    return replace(question, spec=party, label=replace(question.label, kind=LabelKind.FIELD))


def _asks_for_whom(question: Question, party: FieldSpec) -> bool:
    """Tell whether a caption names the party itself: as a heading, or by asking for its name."""
    prefix = party.path.rpartition(".")[0]
    names = {f"{prefix}.name", f"{prefix}.organization", party.path}
    return question.spec is None if question.label.kind is LabelKind.HEADING else question.spec is not None and question.spec.path in names


def has_town(text: str) -> bool:
    """Tell whether a line holds a postal code with a town behind it."""
    return bool(_TOWN.search(text))


def lines_below(question: Question, asking: set[int], sheet: Sheet) -> list[Segment]:
    """Return the lines of print that follow a caption, flush with one another and asking for nothing, down to the next white."""
    above, lines = question.label.box, list[Segment]()
    for segment in sorted(sheet.segments, key=lambda s: s.box.top):
        gap = segment.box.top - above.bottom
        left = lines[0].box.left if lines else above.left
        is_flush = abs(segment.box.left - left) <= (1.0 if lines else _FLUSH) * sheet.em
        if gap < -0.3 * sheet.em or not is_flush:
            continue
        if gap > (_LEADING if lines else _FIRST) * sheet.em or id(segment) in asking or sheet.grid.level_between(above, segment.box):
            break
        lines.append(segment)
        above = segment.box
    return lines
