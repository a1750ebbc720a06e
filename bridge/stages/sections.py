"""Which part of a form a label stands in: patient, notifier, laboratory and sender all have a 'Name'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.forms import FieldSpec
from bridge.domain.layout import Box
from bridge.stages.labels import Label, LabelKind
from bridge.stages.lines import Sheet, same_row

OTHER: Final = "other"  # parts of a form whose values belong to no field
_UNSECTIONED: Final = 0.9  # of the label's score, where the section was inferred and not printed


@dataclass(frozen=True)
class Question:
    """A label with the one field it asks for in its section; `spec` None where its values belong to no field."""

    label: Label
    spec: FieldSpec | None
    section: str | None
    score: float


def ask(sheet: Sheet, labels: Sequence[Label], carried: str | None = None) -> tuple[Question, ...]:
    """Return what each label asks, given the headings around it; `carried` is the section open at the page's top."""
    headings = [label for label in labels if label.section is not None]
    sections = [_section_of(label, headings, sheet) or (None if headings and carried is None else carried) for label in labels]
    questions: list[Question] = []
    for label, section in zip(labels, sections, strict=True):
        inferred = section or _inferred(label, labels, sections, sheet)
        questions.append(_question(label, section, inferred))
    return tuple(questions)


def last_section(labels: Sequence[Label]) -> str | None:
    """Return the section that is still open at the end of a page."""
    open_ones = [label.section for label in labels if label.section is not None]
    return open_ones[-1] if open_ones else None


def section_at(box: Box, labels: Sequence[Label], sheet: Sheet) -> str | None:
    """Return the section in which `box` stands, None where no heading governs it."""
    headings = [label for label in labels if label.section is not None]
    governing = _governing(box, headings, sheet)
    return governing.section if governing else None


def _question(label: Label, section: str | None, inferred: str | None) -> Question:
    if label.kind is LabelKind.HEADING:
        spec = next((s for s in label.specs if not s.sections or label.section in s.sections), None)
        return Question(label, spec, label.section, label.score)
    if inferred == OTHER and label.section is None:
        free = [s for s in label.specs if not s.sections and _is_telling(s, label)]
        return Question(label, free[0] if free else None, OTHER, label.score)
    for spec in label.specs:
        if spec.sections and inferred in spec.sections:
            return Question(label, spec, inferred, label.score * (1.0 if section else _UNSECTIONED))
    for spec in label.specs:
        if not spec.sections:
            return Question(label, spec, section, label.score)
    return Question(label, None, section, label.score)


def _is_telling(spec: FieldSpec, label: Label) -> bool:
    """Tell whether a label names its owner itself ("Name des Patienten"), so that no heading can take it away."""
    return "." in spec.path and label.stop - label.start >= 3


def _section_of(label: Label, headings: Sequence[Label], sheet: Sheet) -> str | None:
    if label.section is not None:
        return label.section
    governing = _governing(label.box, headings, sheet)
    return governing.section if governing else None


def _governing(box: Box, headings: Sequence[Label], sheet: Sheet) -> Label | None:
    """Return the heading beside the box whose cell spans it, else the nearest one above in whose column it stands."""
    beside = [h for h in headings if _is_beside(h, box, sheet)]
    if beside:
        return max(beside, key=lambda h: h.box.right)
    above = [h for h in headings if h.box.centre[1] <= box.centre[1] and h.box != box and _is_in_column(box, h, headings, sheet)]
    return max(above, key=lambda h: (h.box.bottom, h.box.left), default=None)


def _is_beside(heading: Label, box: Box, sheet: Sheet) -> bool:
    cell = sheet.grid.cell_of(heading.box).box
    return (
        cell.right <= box.left + sheet.em
        and cell.right < sheet.layout.width * 0.5
        and cell.top <= box.centre[1] <= cell.bottom
        and cell.height >= 3 * sheet.em
        and cell.bottom < sheet.layout.height
        and cell.top > 0
    )


def _is_in_column(box: Box, heading: Label, headings: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether `box` is under the heading: right of its left edge, left of the next heading in the same row."""
    if heading.box.top > box.top + 0.5 * box.height:
        return False
    if same_row(heading.box, box) and heading.box.left > box.left:
        return False
    peers = [h for h in headings if h is not heading and same_row(h.box, heading.box)]
    if not peers:
        return True
    begins = heading.box.left - 2 * sheet.em
    cell = sheet.grid.cell_of(heading.box).box
    if cell.left > 0:
        begins = min(begins, cell.left)
    ends = min((h.box.left for h in peers if h.box.left > heading.box.left), default=float(sheet.layout.width)) - 2 * sheet.em
    leftmost = all(h.box.left > heading.box.left for h in peers)
    return (leftmost or begins <= box.left) and box.left < ends


def _inferred(label: Label, labels: Sequence[Label], sections: Sequence[str | None], sheet: Sheet) -> str | None:
    """Return the section of the nearest label that tells its owner by itself, where no heading is printed above.

    "Geburtsdatum" can only be the patient's, so "Name" in the lines around it is the patient's too.
    """
    telling = [
        (abs(other.box.centre[1] - label.box.centre[1]), prefix)
        for other, section in zip(labels, sections, strict=True)
        if section is None and other.kind is LabelKind.FIELD and other is not label
        for prefix in {spec.path.split(".")[0] for spec in other.specs if "." in spec.path and not spec.sections}
    ]
    nearest = min(telling, default=None)
    return nearest[1] if nearest and nearest[0] <= 8 * sheet.em else None
