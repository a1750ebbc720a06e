"""Which part of a form a label stands in: patient, notifier, laboratory and sender all have a 'Name'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bridge.domain.forms import FieldSpec
from bridge.domain.layout import Box
from bridge.stages.folding import fold
from bridge.stages.lines import Sheet, same_row
from bridge.stages.vocabulary import Label, LabelKind

OTHER: Final = "other"  # parts of a form whose values belong to no field
_SAME_COLUMN: Final = 2.0  # of the print's height
_REACH: Final = 12.0
_UNSECTIONED: Final = 0.9  # of the label's score, where the section was inferred and not printed
AMBIGUOUS: Final = 0.7  # the same, where two headings may govern it: such an answer is doubtful


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
    found = [_since_told(label, labels, _section_of(label, headings, sheet), headings, sheet) for label in labels]
    sections = [section if section is not None or carried is None else carried for section, _ in found]
    questions: list[Question] = []
    for label, section, (_, certainty) in zip(labels, sections, found, strict=True):
        is_known = section == OTHER or (section is not None and _asks_of(label, section))
        inferred = section if is_known else _inferred(label, labels, sheet) or section
        question = _question(label, section, inferred, certainty)
        if question.spec is not None or not (label.is_tight and label.specs):
            questions.append(question)  # "seit 01.02.2026" asks for nothing where "seit" is no field: it is an answer
    return _repeated_doubted(questions)


def _repeated_doubted(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return the questions, those doubted that ask the same words of the same owner again: a heading between was not known."""
    asked: dict[str, list[list[str]]] = {}
    return tuple(
        replace(question, score=min(question.score, AMBIGUOUS)) if _was_asked(question, asked) else question for question in questions
    )


def _was_asked(question: Question, asked: dict[str, list[list[str]]]) -> bool:
    """Tell whether a question of an owner stands in `asked` (words by path) in these or the first of these words; note it there."""
    label, spec = question.label, question.spec
    if spec is None or not spec.sections or label.kind is not LabelKind.FIELD:
        return False
    words = fold(" ".join(word.text for word in label.segment.words[label.start : label.stop])).split()
    before = asked.setdefault(spec.path, [])
    was_asked = any(words[: len(other)] == other or other[: len(words)] == words for other in before)
    before.append(words)
    return was_asked


def last_section(labels: Sequence[Label]) -> str | None:
    """Return the section that is still open at the end of a page."""
    open_ones = [label.section for label in labels if label.section is not None]
    return open_ones[-1] if open_ones else None


def _question(label: Label, section: str | None, inferred: str | None, certainty: float) -> Question:
    if label.kind is LabelKind.HEADING:
        spec = next((s for s in label.specs if not s.sections or label.section in s.sections), None)
        return Question(label, spec, label.section, label.score)
    if inferred == OTHER and label.section is None:
        free = [s for s in label.specs if not s.sections and _is_telling(s, label)]
        return Question(label, free[0] if free else None, OTHER, label.score)
    is_plain = len({spec.path for spec in label.specs}) == 1  # whatever the section, it asks for the same
    for spec in label.specs:
        if spec.sections and inferred in spec.sections:
            return Question(label, spec, inferred, label.score * (certainty if section == inferred or is_plain else _UNSECTIONED))
    for spec in label.specs:
        if not spec.sections:
            return Question(label, spec, section, label.score)
    return Question(label, None, section, label.score)


def _is_telling(spec: FieldSpec, label: Label) -> bool:
    """Tell whether a label names its owner itself ("Name des Patienten"), so that no heading can take it away."""
    return "." in spec.path and label.stop - label.start >= 3


def _section_of(label: Label, headings: Sequence[Label], sheet: Sheet) -> tuple[str | None, float]:
    """Return the section of a label, and how sure that is.

    A heading beside the label whose cell spans it comes first; else the nearest one above, unless the label stands in
    the right one of two columns: then that column's heading, if it knows the label, and a doubt if both do.
    """
    if label.section is not None:
        return label.section, 1.0
    beside = [h for h in headings if _is_beside(h, label.box, sheet)]
    if beside:
        return max(beside, key=lambda h: h.box.right).section, 1.0
    above = [h for h in headings if h is not label and _may_govern(h, label.box, headings, sheet)]
    nearest = max(above, key=lambda h: (h.box.bottom, h.box.left), default=None)
    own = max((h for h in above if _is_right(h, sheet)), key=lambda h: (h.box.bottom, h.box.left), default=None)
    if nearest is None or own is None or own is nearest or own.section == nearest.section:
        return (nearest.section, 1.0) if nearest else (None, 1.0)
    knows_nearest, knows_own = _knows(nearest, label), _knows(own, label)
    if knows_nearest and knows_own:
        return own.section, AMBIGUOUS
    return (nearest.section if knows_nearest else own.section), 1.0


def _knows(heading: Label, label: Label) -> bool:
    return heading.section == OTHER or (heading.section is not None and _asks_of(label, heading.section))


def _is_right(heading: Label, sheet: Sheet) -> bool:
    """Tell whether a heading begins a right column (and is not centred over the whole page)."""
    off_centre = abs(heading.box.centre[0] - sheet.layout.width / 2)
    centred = heading.kind is LabelKind.HEADING and off_centre < 0.02 * sheet.layout.width
    return heading.box.left > 0.35 * sheet.layout.width and not centred


def _may_govern(heading: Label, box: Box, headings: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether `box` may be under a heading: below it, not left of its column, within its frame and its row's share."""
    if heading.box.top > box.top + 0.5 * box.height or (same_row(heading.box, box) and heading.box.left > box.left):
        return False
    if _is_right(heading, sheet) and box.left < heading.box.left - 3 * sheet.em:
        return False
    peers = [h for h in headings if h is not heading and same_row(h.box, heading.box) and h.box.left > heading.box.left]
    return not any(box.left >= h.box.left - 3 * sheet.em for h in peers)


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


def _since_told(
    label: Label, labels: Sequence[Label], found: tuple[str | None, float], headings: Sequence[Label], sheet: Sheet
) -> tuple[str | None, float]:
    """Return the section of a label, another's than its heading's where a label since then has told so.

    Under a stamp's caption on top, "Geburtsdatum" says that what follows asks about the patient, though no heading does.
    """
    section, _ = found
    if label.section is not None or section is None or section == OTHER or not _asks_of(label, section):
        return found
    above = [h for h in headings if h.section == section and h.box.bottom <= label.box.top]
    if not above:
        return found
    since = max(h.box.bottom for h in above)
    before = [other for other in labels if since < other.box.centre[1] <= label.box.bottom and other is not label]
    owner = _inferred(label, before, sheet)
    return found if owner is None or owner == section else (owner, _UNSECTIONED)


def _asks_of(label: Label, section: str) -> bool:
    """Tell whether a label may ask about the owner of a section."""
    return any(section in spec.sections for spec in label.specs)


def _inferred(label: Label, labels: Sequence[Label], sheet: Sheet) -> str | None:
    """Return the section of the nearest label that tells its owner by itself, where no heading above is about this label.

    "Geburtsdatum" can only be the patient's, so "Name" in the lines around it is the patient's too. Labels in the same column
    come first, and only owners of whom this label may ask.
    """
    possible = {section for spec in label.specs for section in spec.sections}
    telling = [
        (abs(other.box.left - label.box.left) > _SAME_COLUMN * sheet.em, abs(other.box.centre[1] - label.box.centre[1]), prefix)
        for other in labels
        if other.kind is LabelKind.FIELD and other is not label
        for prefix in {spec.path.split(".")[0] for spec in other.specs if "." in spec.path and not spec.sections} & possible
    ]
    near = [found for found in telling if found[1] <= _REACH * sheet.em]
    return min(near)[2] if near else None
