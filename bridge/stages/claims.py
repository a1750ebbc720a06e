"""Which label a printed value answers: seen from the value, so that no value is given to two labels.

A value may stand behind its label, in the label's cell, right of it, below it, or above the line whose caption the label is. Where a
value has two possible labels, the way the rest of the form is filled in decides; where that is not clear, the place is doubtful.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bridge.domain.forms import FieldKind
from bridge.domain.layout import Box, Word
from bridge.stages.cells import Cell
from bridge.stages.combs import comb_of_label
from bridge.stages.lines import Segment, Sheet, is_caption, same_row
from bridge.stages.sections import Question
from bridge.stages.vocabulary import LabelKind, is_numbering

WRAPPING: Final = frozenset(
    {
        FieldKind.TEXT,
        FieldKind.LIST,
        FieldKind.ADDRESS,
        FieldKind.PARTY,
        FieldKind.OFFICE,
        FieldKind.STREET,
        FieldKind.CODE,
        FieldKind.FULL_NAME,
    }
)


_TORN: Final = 5.0  # of the print's height: a value's line may break off so long and go on
_FAR: Final = 8.0  # of the print's height: a label this far left of a value may belong to another column
_LABEL_COLUMN: Final = 4  # labels that begin flush make a column
_LABEL_REACH: Final = 12.0  # of the print's height, above and below a value, in which they do


class Side(StrEnum):
    """Where a value stands, seen from its label."""

    INLINE = "inline"
    CELL = "cell"
    RIGHT = "right"
    BELOW = "below"
    ABOVE = "above"
    WRAPPED = "wrapped"


@dataclass(frozen=True)
class Answer:
    """A question with the segments that answer it, in reading order; `is_doubtful` where another label could claim them."""

    question: Question
    segments: tuple[Segment, ...] = ()
    sides: tuple[Side, ...] = ()
    is_doubtful: bool = False


@dataclass
class _Value:
    segment: Segment
    options: dict[Side, Question] = field(default_factory=dict)
    chosen: Side | None = None
    is_doubtful: bool = False
    is_in_cell: bool = False

    def question(self) -> Question | None:
        return self.options[self.chosen] if self.chosen else None


def claim(sheet: Sheet, questions: Sequence[Question], spent: Iterable[Box]) -> tuple[tuple[Answer, ...], tuple[Segment, ...]]:
    """Give every value segment to the question it answers; `spent` are boxes of print already understood (ticked options).

    Returns the questions that have an answer, and the segments that answer none.
    """
    values = _values(sheet, questions, tuple(spent))
    for value in values:
        if not value.options:
            value.options = _options(value.segment, questions, values, sheet)
            value.is_in_cell = _shares_a_frame(value, sheet)
    usual = _usual_side(values)
    answered = {id(v.options[Side.RIGHT]) for v in values if Side.RIGHT in v.options}
    for value in values:
        _choose(value, usual, answered)
    _claim_wrapped(values, sheet)
    answers = []
    for question in questions:
        mine = [value for value in values if value.question() is question]
        if mine:
            segments, sides = tuple(v.segment for v in mine), tuple(v.chosen for v in mine if v.chosen)
            answers.append(Answer(question, segments, sides, any(v.is_doubtful for v in mine)))
    return tuple(answers), tuple(value.segment for value in values if value.chosen is None)


def _values(sheet: Sheet, questions: Sequence[Question], spent: tuple[Box, ...]) -> list[_Value]:
    """Return what is neither label nor spent, cut at the labels; a piece behind a label in its segment answers it."""
    wrapped = {id(q.label.wrapped) for q in questions if q.label.wrapped}
    values: list[_Value] = []
    captions = [gap.caption for gap in sheet.gaps]
    for segment in sheet.segments:
        if id(segment) in wrapped or segment.box in captions:
            continue
        inside = sorted((q for q in questions if q.label.segment is segment), key=lambda q: q.label.start)
        ends = [q.label.start for q in inside] + [len(segment.words)]
        if ends[0] > 0:
            values += _piece(segment, 0, ends[0], None, spent)
        for question, end in zip(inside, ends[1:], strict=True):
            values += _piece(segment, question.label.stop, end, question, spent)
    return values


def _piece(segment: Segment, start: int, stop: int, question: Question | None, spent: tuple[Box, ...]) -> list[_Value]:
    words = tuple(w for w in segment.words[start:stop] if not any(_covers(box, w.box) for box in spent))
    if not any(c.isalnum() for word in words for c in word.text):
        return []
    if question is None and start == 0 and stop < len(segment.words) and _only_leads(words):
        return []  # the number of a question ("1.", "a)", "> 3.")
    value = _Value(Segment(words))
    if question is not None:
        value.options, value.chosen = {Side.INLINE: question}, Side.INLINE
    return [value]


def _only_leads(words: Sequence[Word]) -> bool:
    return is_numbering(words) or (len(words) == 1 and len(words[0].text) <= 2)


def _covers(box: Box, word: Box) -> bool:
    shared = box.overlap_x(word) * box.overlap_y(word)
    return shared >= 0.6 * max(1.0, word.width * word.height)


def _options(segment: Segment, questions: Sequence[Question], values: Sequence[_Value], sheet: Sheet) -> dict[Side, Question]:
    box, cell = segment.box, sheet.grid.cell_of(segment.box)
    comb = next((comb for comb in sheet.combs if comb.holds(box)), None)
    if comb is not None:
        asking = next((q for q in questions if comb_of_label(q.label.box, (comb,), sheet.em) is comb), None)
        return {Side.CELL: asking} if asking is not None else {}
    if cell.is_closed:
        inside = [q for q in questions if cell.box.holds(q.label.box)]
        if inside:
            nearest = _nearest_before(box, inside)
            return {Side.CELL: nearest} if nearest and _goes_on(box, nearest, values, cell.box, sheet) else {}
    gap = next((gap for gap in sheet.gaps if gap.is_under(box, sheet.em)), None)
    captions = [q for q in questions if gap is not None and q.label.segment.box == gap.caption]
    if captions:
        return {Side.ABOVE: captions[0]}
    left = _left_of(box, questions, sheet)
    if any(gap.is_level(box, sheet.em) for gap in sheet.gaps):  # the words of a sentence are no answer, but what stands on a line
        return {Side.RIGHT: left} if left is not None and sheet.grid.has_line_under(box, sheet.em) else {}
    return _options_around(box, left, questions, values, sheet)


def _options_around(
    box: Box, left: Question | None, questions: Sequence[Question], values: Sequence[_Value], sheet: Sheet
) -> dict[Side, Question]:
    found: dict[Side, Question] = {}
    if left is not None:
        found[Side.RIGHT] = left
    above = _above(box, questions, values, sheet)
    if above is not None:
        found[Side.BELOW] = above
    below = _caption_of(box, questions, sheet)
    if below is not None:
        found[Side.ABOVE] = below
    return found


def _goes_on(box: Box, question: Question, values: Sequence[_Value], cell: Box, sheet: Sheet) -> bool:
    """Tell whether a value in its label's cell belongs to it: in its line, or below, flush with what stands in that line."""
    label = question.label.box
    if same_row(label, box):
        return True
    inside = [v.segment.box for v in values if cell.holds(v.segment.box)]
    beside = [other for other in inside if same_row(other, label) and other.left >= label.right - 2]
    return not beside or any(abs(other.left - box.left) <= 2 * sheet.em for other in beside)


def _shares_a_frame(value: _Value, sheet: Sheet) -> bool:
    """Tell whether no rule parts a value from the label above it while rules do stand around, or a label's cell heads its own."""
    question = value.options.get(Side.BELOW)
    if question is None:
        return False
    if _heads(sheet.grid.cell_of(question.label.box), sheet.grid.cell_of(value.segment.box), 1.5 * sheet.mm):
        return True
    if sheet.grid.level_between(question.label.box, value.segment.box):
        return False
    return sheet.grid.has_line_under(value.segment.box, 1.5 * sheet.em) and sheet.grid.cell_of(value.segment.box).sides >= 2


def _heads(upper: Cell, lower: Cell, slack: float) -> bool:
    """Tell whether a closed cell stands right over another that is as wide: the head of a column of one."""
    if not (upper.is_closed and lower.is_closed):
        return False
    one, other = upper.box, lower.box
    return abs(one.left - other.left) <= slack and abs(one.right - other.right) <= slack and abs(other.top - one.bottom) <= slack


def _nearest_before(box: Box, questions: Sequence[Question]) -> Question | None:
    """Return the label in the same cell that a value follows: left in its line, else the nearest above it."""
    left = [q for q in questions if same_row(q.label.box, box) and q.label.box.right <= box.left + 2]
    if left:
        return max(left, key=lambda q: q.label.box.right)
    above = [q for q in questions if q.label.box.centre[1] < box.centre[1]]
    above = [q for q in above if q.label.box.left <= box.left + box.height] or above
    return max(above, key=lambda q: (round(q.label.box.bottom / max(1.0, box.height)), q.label.box.left), default=None)


def _left_of(box: Box, questions: Sequence[Question], sheet: Sheet) -> Question | None:
    row = [q for q in questions if same_row(q.label.box, box) and q.label.box.right <= box.left + 2 and not is_caption(q.label.segment)]
    if not row:
        return None
    nearest = max(row, key=lambda q: q.label.box.right)
    if not nearest.label.is_whole and box.left - nearest.label.segment.box.right > _TORN * sheet.em:
        return None
    between = sheet.grid.upright_between(nearest.label.box, box)
    gap = box.left - nearest.label.box.right
    if gap > _FAR * sheet.em and not nearest.label.has_colon and _begins_with_labels(box, questions, sheet):
        return None
    if between > 2 or gap > 95 * sheet.mm or (nearest.label.kind is LabelKind.HEADING and nearest.spec is None):
        return None
    label_cell, own_cell = sheet.grid.cell_of(nearest.label.box), sheet.grid.cell_of(box)
    if between == 2 and not _adjoin(label_cell.box, own_cell.box, 5 * sheet.mm):
        return None
    return nearest


def _begins_with_labels(box: Box, questions: Sequence[Question], sheet: Sheet) -> bool:
    """Tell whether a value begins where a column of labels does: in forms of two columns it answers none of the other one."""
    near = [q.label for q in questions if abs(q.label.box.centre[1] - box.centre[1]) <= _LABEL_REACH * sheet.em]
    return sum(label.is_whole and abs(label.box.left - box.left) <= 1.2 * sheet.em for label in near) >= _LABEL_COLUMN


def _adjoin(left: Box, right: Box, slack: float) -> bool:
    return -slack <= right.left - left.right <= slack


def _above(box: Box, questions: Sequence[Question], values: Sequence[_Value], sheet: Sheet) -> Question | None:
    """Return the label right above a value: in the label's column, with no more than a line's room between."""
    found = []
    for question in questions:
        label = question.label.box
        gap = box.top - label.bottom
        reach = 2.0 * max(label.height, sheet.em)
        crossed = sheet.grid.level_between(label, box)
        if not (-0.4 * label.height <= gap <= reach * (1.5 if crossed else 1.0)) or crossed > 1 or not question.label.is_whole:
            continue
        if box.left < question.label.left - 1.5 * sheet.em or box.left >= _column_end(question, questions, sheet):
            continue
        if question.label.kind is LabelKind.HEADING and question.spec is None:
            continue
        if any(_stands_between(v.segment.box, label, box) for v in values):
            continue
        if sheet.grid.upright_between(Box(label.left, box.top, label.left + 1, box.bottom), box):
            continue
        found.append((abs(box.left - question.label.left) + gap, question))
    return min(found, key=lambda item: item[0])[1] if found else None


def _column_end(question: Question, questions: Sequence[Question], sheet: Sheet) -> float:
    label = question.label.box
    peers = [q.label.box.left for q in questions if same_row(q.label.box, label) and q.label.box.left > label.right - 2]
    return min(peers, default=max(label.right + 30 * sheet.mm, label.left + 60 * sheet.mm)) - 0.5 * sheet.em


def _stands_between(other: Box, label: Box, box: Box) -> bool:
    middle = other.centre[1]
    return label.bottom < middle < box.top and other.overlap_x(label.union(box)) > 0 and other is not box


def _caption_of(box: Box, questions: Sequence[Question], sheet: Sheet) -> Question | None:
    """Return the label under the line on which a value is written."""
    for question in questions:
        label = question.label.box
        close = 0 <= label.top - box.bottom <= 1.6 * sheet.em
        if close and label.overlap_x(box) > 0 and question.label.is_whole and not question.label.has_colon:
            under = sheet.grid.has_line_under(box, 1.2 * sheet.em) and sheet.grid.has_line_above(label, 1.2 * sheet.em)
            if under and not sheet.grid.cell_of(label).is_closed:
                return question
    return None


def _usual_side(values: Sequence[_Value]) -> Side | None:
    """Return how this form is filled in, from the values that leave no choice; None where it is mixed or unknown."""
    asked = [next(iter(v.options.items())) for v in values if len(v.options) == 1 and v.chosen is None]
    clear = Counter(side for side, q in asked if side is not Side.BELOW or q.label.kind is not LabelKind.IGNORED)  # else a list's title
    clear.pop(Side.CELL, None)
    ranked = clear.most_common(2)
    if not ranked:
        return None
    if len(ranked) == 1 or ranked[0][1] >= 2.5 * ranked[1][1]:
        return ranked[0][0]
    return None


def _choose(value: _Value, usual: Side | None, answered: set[int]) -> None:
    """Settle which of its labels a value answers; `answered` are the questions that have something right of them."""
    if value.chosen is not None or not value.options:
        return
    if len(value.options) == 1:
        below = value.options.get(Side.BELOW)
        if below is not None and below.spec is not None and below.spec.kind is FieldKind.PARTY:
            value.chosen = Side.BELOW  # an address block never stands right of its caption
            return
        if below is not None and below.label.segment.text.endswith("?") and id(below) not in answered:
            value.chosen = Side.BELOW  # a question in words is answered in the next line, however the rest is filled in
            return
        if usual is Side.RIGHT and below is not None and (not value.is_in_cell or id(below) in answered):
            return  # where answers stand right of their labels, what is printed below one is something else
        value.chosen = next(iter(value.options))
        value.is_doubtful = usual is not None and value.chosen is not usual and value.chosen in {Side.RIGHT, Side.BELOW}
        return
    if Side.RIGHT in value.options and value.options[Side.RIGHT].label.has_colon:
        value.chosen = Side.RIGHT  # a colon is answered behind it
        return
    if usual in value.options:
        value.chosen = usual
        return
    value.chosen = next(side for side in (Side.RIGHT, Side.BELOW, Side.ABOVE) if side in value.options)
    value.is_doubtful = True


def _claim_wrapped(values: Sequence[_Value], sheet: Sheet) -> None:
    """Let lines right below a value go on with it, where they have no label of their own."""
    for value in sorted(values, key=lambda v: v.segment.box.top):
        if value.chosen is not None:
            continue
        box = value.segment.box
        for upper in values:
            question = upper.question()
            if question is None or question.spec is None or question.spec.kind not in WRAPPING:
                continue
            gap = box.top - upper.segment.box.bottom
            flush = abs(box.left - upper.segment.box.left) <= 1.5 * sheet.em
            if -0.3 * sheet.em <= gap <= 1.1 * sheet.em and flush and not sheet.grid.level_between(upper.segment.box, box):
                value.options, value.chosen, value.is_doubtful = {Side.WRAPPED: question}, Side.WRAPPED, upper.is_doubtful
                break
