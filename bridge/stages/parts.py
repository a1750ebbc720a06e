"""Questions and answers of a page with panels: each part is read as if it were a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.domain.forms import DocumentType
from bridge.domain.layout import Box
from bridge.stages.blocks import with_blocks
from bridge.stages.claims import Answer, claim
from bridge.stages.lines import Segment, Sheet
from bridge.stages.sections import Question, ask, last_section
from bridge.stages.vocabulary import Label


def ask_by_part(sheet: Sheet, labels: Sequence[Label], carried: str | None, kind: DocumentType) -> tuple[Question, ...]:
    """Return what the labels ask; a heading governs its own panel, one across the page above the panels governs them all."""
    across = [label for label in labels if sheet.panel_of(label.box) is None]
    questions: list[Question] = []
    for part in sheet.parts():
        inside = {id(segment) for segment in part.segments}
        own = [label for label in labels if id(label.segment) in inside]
        above = [label for label in across if own and label not in own and label.box.bottom <= own[0].box.top]
        questions += with_blocks(ask(part, own, last_section(above) or carried), kind, part)
    return tuple(questions)


def claim_by_part(sheet: Sheet, questions: Sequence[Question], spent: Sequence[Box]) -> tuple[list[Answer], list[Segment]]:
    """Return what answers the questions and what answers none: nothing is claimed across from one panel to another."""
    answers, loose = list[Answer](), list[Segment]()
    for part in sheet.parts():
        inside = {id(segment) for segment in part.segments}
        claimed, left = claim(part, [q for q in questions if id(q.label.segment) in inside], spent)
        answers += claimed
        loose += left
    return answers, loose
