"""Where the values of a document stand: labels, sections, check boxes, tables and letterheads put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import CodeEntry, DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Box, Layout
from bridge.domain.model import JsonValue
from bridge.stages.answers import canonical, parse_choice
from bridge.stages.choices import Group, Option, faint, find_options, group, printed, spent_boxes, ticked
from bridge.stages.claims import Answer, Side
from bridge.stages.combs import combs_of
from bridge.stages.insured import read_insured_head
from bridge.stages.labels import find_labels
from bridge.stages.letters import Letterhead, read_letterhead
from bridge.stages.lines import Segment, Sheet, open_sheet, rows_of, union
from bridge.stages.named import named_alone, named_by_title
from bridge.stages.parties import has_title
from bridge.stages.parts import ask_by_part, claim_by_part
from bridge.stages.people import named_people
from bridge.stages.roles import is_lonely
from bridge.stages.rooms import room_for_value
from bridge.stages.second_look import with_reader
from bridge.stages.sections import AMBIGUOUS, OTHER, Question, last_section
from bridge.stages.strikes import is_struck_out
from bridge.stages.tables import Table, count_doubt, find_tables
from bridge.stages.vocabulary import Label, LabelKind

UNASSIGNED: Final = "unassigned"  # the path of print that asks and answers something no field stands for

TWO_MARKS: Final = "Mehrere Antworten sind angekreuzt, obwohl nur eine gelten kann."
FAINT_MARK: Final = "Es ist nicht sicher zu erkennen, ob angekreuzt wurde."
UNKNOWN_OPTION: Final = "Angekreuzt ist eine Antwort, deren Text nicht gelesen werden konnte."
STRUCK_OUT: Final = "Der Eintrag ist durchgestrichen."
TWO_LABELS: Final = "Es ist nicht sicher, zu welchem Feld der Eintrag gehört."
HANDWRITTEN: Final = "Der Eintrag ist handschriftlich und muss angesehen werden."
NOTHING_READ: Final = "Im Feld steht etwas, das nicht gelesen werden konnte."
NO_LABEL: Final = "Die Angabe steht bei keiner Beschriftung, die sich erkennen ließ."
UNKNOWN_LABEL: Final = "Der Eintrag steht bei einer Beschriftung, die keinem Feld zugeordnet werden konnte."

A4_WIDTH_MM: Final = 210.0
_FAX_LINE: Final = 0.04  # of the page's height: where fax machines print their own line
_SIGNATURE: Final = re.compile(r"unterschrift|stempel|gr[uü](?:ß|ss)en|^gez\b", re.IGNORECASE)
_FIGURE: Final = re.compile(
    r"\b\d{1,2}\. ?(?:\d{1,2}\.|[A-Z][a-zä]{2,8}) ?(?:19|20)\d\d\b"
    r"|\b\d{5} [A-ZÄÖÜ][a-zäöüß]{2}|(?:\+49|\b0\d{2,4})[ /()-]{1,3}\d{3,}|\S@\S+\.[a-z]{2}"
)
_PAGE_FOOT: Final = re.compile(
    r"stand|version|fassung|seite|gedruckt|ausdruck|erstellt|formular|vordruck|bundesgesetzblatt|bgbl|zuletzt", re.IGNORECASE
)
_TITLE_ROWS: Final = 4.0  # of the print's height: a table's header
_FORM_QUESTIONS: Final = 4  # different ones inside a table make it none
_TABLE_GAPS: Final = 2  # lines to write on, each with its caption, inside a table make it none
_SINGLE_ANSWER: Final = frozenset({FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.CODE})


def locate(layouts: Mapping[int, Layout], kind: DocumentType, codes: Mapping[str, tuple[CodeEntry, ...]]) -> tuple[Located, ...]:
    """Find the values of one document.

    `layouts` are its pages by number in the fax, `codes` the code lists by name. Returns the places in page order; a
    path may come twice where the form carries it twice. What is printed but cannot be given to any field comes back
    under `unassigned.N`, so that nobody takes the document for wholly understood.
    """
    found: list[Located] = []
    section: str | None = None
    table: Table | None = None
    for number in sorted(layouts):
        sheet = open_sheet(number, layouts[number])
        labels = tuple(label for part in sheet.parts() for label in find_labels(part, kind))
        tables = find_tables(sheet, kind, table) if kind.columns else ()
        tables = tuple(t for t in tables if not _is_part_of_form(t, labels, sheet))
        if tables:
            table = tables[-1]
        body = [t.box for t in tables]
        outside = tuple(label for label in labels if not _is_within(label.box, body, sheet.em))
        questions = ask_by_part(sheet, outside, section, kind)
        section = last_section(outside) or section
        found += _locate_page(sheet, kind, codes, questions, body, is_first=number == min(layouts))
        for each in tables:
            found += each.located
    sheets = [open_sheet(number, layouts[number]) for number in sorted(layouts)]
    doubt = count_doubt(sheets, table)
    found += [doubt] if doubt else []
    found += named_by_title(layouts[min(layouts)], min(layouts), kind, found)
    found += named_alone(sheets, kind, codes, found)
    found = [*_not_within(found, people := named_people(sheets, kind, found)), *people]
    combs = {number: combs_of(layout.rules, layout.width / A4_WIDTH_MM) for number, layout in layouts.items()}
    return tuple(with_reader(place, layouts[place.page], combs[place.page]) for place in _numbered(found))


def _not_within(found: Sequence[Located], told: Sequence[Located]) -> list[Located]:
    """Return the places without unassigned ones whose print is understood after all."""
    spent = {place.page: [other.box for other in told if other.page == place.page] for place in told}
    return [
        p
        for p in found
        if p.path != UNASSIGNED or not any(box.overlap_y(p.box) > 0 and box.overlap_x(p.box) > 0 for box in spent.get(p.page, ()))
    ]


def _is_part_of_form(table: Table, labels: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether what looks like a table holds a form's questions below its first rows: its "header" was some of them."""
    low = table.box.top + _TITLE_ROWS * sheet.em
    if sum(table.box.holds(gap.caption) for gap in sheet.gaps) >= _TABLE_GAPS:
        return True
    inside = [label for label in labels if label.specs and label.box.top > low and _is_within(label.box, [table.box], 0.0)]
    return len({spec.path for label in inside for spec in label.specs[:1]}) >= _FORM_QUESTIONS


def _locate_page(
    sheet: Sheet,
    kind: DocumentType,
    codes: Mapping[str, tuple[CodeEntry, ...]],
    questions: tuple[Question, ...],
    tables: Sequence[Box],
    *,
    is_first: bool,
) -> list[Located]:
    insured = read_insured_head(sheet, questions)
    rest = replace(sheet, segments=tuple(s for s in sheet.segments if not _is_within(s.box, insured.spent, 0.0)))
    head = read_letterhead(rest, kind, questions) if is_first else None
    if head is not None:
        questions = tuple(_asked_of_letterhead(q, kind, head) for q in questions if not _is_within(q.label.box, head.spent, 0.0))
    questions = tuple(q for q in questions if not _is_within(q.label.box, insured.spent, 0.0))
    options = find_options(sheet, questions, _tickable(kind), codes)
    options = tuple(o for o in options if not _is_within(o.mark.box, tables, 0.0))
    spent = [*spent_boxes(options), *tables, *(head.spent if head else ()), *insured.spent]
    answers, loose = claim_by_part(sheet, questions, spent)
    found = [*(head.located if head else ()), *insured.located]
    groups = group(options)
    found += [place for each in groups for place in _ticks(each, sheet)]
    found += _lost_ticks(options, groups, sheet)
    answered = {id(answer.question) for answer in answers}
    ticked_kinds = {each.spec.path: bool(ticked(each.options) or faint(each.options)) for each in groups}
    for answer in answers:
        place = None if _is_of_recipient(answer, questions, kind, sheet) else _answer(answer, sheet)
        if place is not None and place.path in ticked_kinds and place.kind in _SINGLE_ANSWER:
            place = _beside_boxes(place, answer.question.spec, has_tick=ticked_kinds[place.path])
        if place is not None:
            found.append(place)
    ticked_paths = {each.spec.path for each in groups}
    asked_by_boxes = {id(option.question) for option in options if option.question is not None}
    for question in questions:
        if id(question) not in answered | asked_by_boxes and question.spec is not None and question.spec.path not in ticked_paths:
            found += _unanswered(question, questions, sheet)
    found += [Located(UNASSIGNED, FieldKind.TEXT, sheet.number, box, "", 0.0, doubt=NOTHING_READ) for box in sheet.layout.unread]
    if kind.is_form:
        found += _loose_figures(loose, sheet)
    return found + _loose_handwriting(loose, sheet)


def _asked_of_letterhead(question: Question, kind: DocumentType, head: Letterhead) -> Question:
    """Return a label inside the letterhead ("Fax:", "LANR:") as a question about its owner."""
    if not _is_within(question.label.box, head.lines, 0.0):
        return question
    own = [spec for spec in question.label.specs if not spec.sections or kind.letterhead in spec.sections]
    return replace(question, spec=own[0] if own else None, section=kind.letterhead if own else OTHER)


def _tickable(kind: DocumentType) -> tuple[FieldSpec, ...]:
    return tuple(s for s in kind.fields if s.choices or s.kind is FieldKind.YES_NO or s.codes)


def _is_within(box: Box, outer: Iterable[Box], slack: float) -> bool:
    return any(o.holds(box, slack) for o in outer)


def _numbered(found: Sequence[Located]) -> tuple[Located, ...]:
    """Return the places with unassigned ones told apart by number."""
    count = 0
    numbered = []
    for place in found:
        if place.path == UNASSIGNED:
            numbered.append(replace(place, path=f"{UNASSIGNED}.{count}"))
            count += 1
        else:
            numbered.append(place)
    return tuple(numbered)


# -- what is ticked -----------------------------------------------------------------------------------------------------


def _ticks(group_: Group, sheet: Sheet) -> list[Located]:
    """Return the ticked answer of a field: nothing where nothing is ticked, a doubt where two or a faint one are."""
    spec, marked, unsure = group_.spec, ticked(group_.options), faint(group_.options)
    chosen = marked or unsure
    if not chosen:
        return []
    values: list[JsonValue] = []
    for option in chosen:
        value = canonical(spec, option.value)
        if value not in values:
            values.append(value)
    doubt = FAINT_MARK if unsure else None
    if spec.kind in _SINGLE_ANSWER and len(values) > 1:
        doubt = TWO_MARKS
    is_list, is_text = spec.kind is FieldKind.LIST, spec.kind is FieldKind.TEXT
    texts = [option.segment.text for option in chosen if option.segment]
    texts = [printed(text) for text in texts] if is_list or is_text else texts
    return [
        Located(
            path=spec.path,
            kind=spec.kind,
            page=sheet.number,
            box=union(box for option in chosen for box in _option_boxes(option)),
            text="; ".join(texts) if is_list else texts[0],
            confidence=min(_certainty(option) for option in chosen),
            value=_as_list(texts) if is_list else ", ".join(texts) if is_text else values[0],
            is_ticked=True,
            doubt=doubt,
            label_score=min(option.score for option in chosen),
        )
    ]


def _as_list(texts: Sequence[str]) -> JsonValue:
    return [*texts]


def _option_boxes(option: Option) -> tuple[Box, ...]:
    return (option.mark.box, *((option.segment.box,) if option.segment else ()))


def _certainty(option: Option) -> float:
    words = option.segment.words if option.segment else ()
    return min((word.confidence for word in words), default=0.0)


def _lost_ticks(options: Sequence[Option], groups: Sequence[Group], sheet: Sheet) -> list[Located]:
    """Return ticked boxes whose words nobody understood, under the field whose other boxes stand around them."""
    lost = []
    for option in [*ticked(options), *faint(options)]:
        if option.spec is not None or (option.segment is None and is_lonely(option.mark, sheet)):
            continue
        asked = option.question.spec if option.question else None
        if option.question and (option.question.section == OTHER or option.question.label.kind is LabelKind.IGNORED):
            continue
        spec = asked if asked and (asked.choices or asked.codes or asked.kind is FieldKind.YES_NO) else _around(option, groups)
        lost.append(
            Located(
                path=spec.path if spec else UNASSIGNED,
                kind=spec.kind if spec else FieldKind.TEXT,
                page=sheet.number,
                box=union(_option_boxes(option)),
                text=option.segment.text if option.segment else "",
                confidence=0.0,
                is_ticked=True,
                doubt=UNKNOWN_OPTION,
            )
        )
    return lost


def _around(option: Option, groups: Sequence[Group]) -> FieldSpec | None:
    """Return the field whose check boxes enclose this one in the same column or row."""
    box = option.mark.box
    for each in groups:
        marks = [other.mark.box for other in each.options]
        if len(marks) >= 2 and union(marks).contains(box, slack=2 * box.height):
            return each.spec
    return None


# -- what is written ----------------------------------------------------------------------------------------------------


def _answer(answer: Answer, sheet: Sheet) -> Located | None:
    """Return the place of a written answer; None for values that nobody asks for."""
    question, label = answer.question, answer.question.label
    spec = question.spec
    if spec is None:
        if question.section == OTHER or label.kind in {LabelKind.IGNORED, LabelKind.HEADING}:
            return None
        return _unassigned(answer, sheet)
    rows = rows_of(answer.segments)
    words = [word for segment in answer.segments for word in segment.words]
    box = union(word.box for word in words)
    is_handwritten = sheet.is_handwritten(box)
    is_doubtful = answer.is_doubtful or question.score <= AMBIGUOUS
    doubt = HANDWRITTEN if is_handwritten else STRUCK_OUT if is_struck_out(words, sheet) else TWO_LABELS if is_doubtful else None
    return Located(
        path=spec.path,
        kind=spec.kind,
        page=sheet.number,
        box=box,
        text="\n".join(" ".join(segment.text for segment in row) for row in rows),
        confidence=min(word.confidence for word in words),
        boxes=tuple(union(segment.box for segment in row) for row in rows),
        is_handwritten=is_handwritten,
        doubt=doubt,
        label_score=question.score,
    )


def _is_of_recipient(answer: Answer, questions: Sequence[Question], kind: DocumentType, sheet: Sheet) -> bool:
    """Tell whether an answer is the office's own number or address, printed below its name."""
    label = answer.question.label.box
    if answer.question.spec is not None and answer.question.section is not None:
        return False
    for other in questions:
        if other is answer.question or other.spec is None or other.spec.path != kind.recipient:
            continue
        cell = sheet.grid.cell_of(other.label.box)
        if cell.is_closed and cell.box.holds(label):
            return True
    return False


def _beside_boxes(place: Located, spec: FieldSpec | None, *, has_tick: bool) -> Located | None:
    """Return words at a question with check boxes as a doubt, where they name an answer: its box was not recognised."""
    names_answer = spec is not None and any(parse_choice(spec, word) for line in place.text.split("\n") for word in (line, *line.split()))
    if names_answer or not has_tick:
        return replace(place, doubt=UNKNOWN_OPTION, boxes=())
    return None


def _unassigned(answer: Answer, sheet: Sheet) -> Located | None:
    """Return a value behind a label that no field knows. Only what stands clearly at it counts."""
    if not set(answer.sides) & {Side.INLINE, Side.CELL, Side.RIGHT}:
        return None
    box = union(segment.box for segment in answer.segments)
    text = " ".join(segment.text for segment in answer.segments)
    return Located(UNASSIGNED, FieldKind.TEXT, sheet.number, box, text, 0.0, doubt=UNKNOWN_LABEL)


def _unanswered(question: Question, questions: Sequence[Question], sheet: Sheet) -> list[Located]:
    """Return where the value of a label would stand that has none: the crop tells whether it is really empty there."""
    spec = question.spec
    if spec is None or spec.kind is FieldKind.PARTY:
        return []
    region = room_for_value(question, questions, sheet)
    if region is None:
        return []
    written = [h for h in sheet.layout.handwriting if h.overlap_x(region) * h.overlap_y(region) >= 0.5 * h.width * h.height]
    return [
        Located(
            path=spec.path,
            kind=spec.kind,
            page=sheet.number,
            box=region,
            text="",
            confidence=0.0,
            boxes=() if written else (region,),
            is_handwritten=bool(written),
            doubt=HANDWRITTEN if written else None,
            label_score=question.score,
        )
    ]


def _loose_figures(loose: Sequence[Segment], sheet: Sheet) -> list[Located]:
    """Return print that looks like a value (date, number, address, titled name) and belongs to no label."""
    return [
        Located(UNASSIGNED, FieldKind.TEXT, sheet.number, segment.box, segment.text, 0.0, doubt=NO_LABEL)
        for segment in loose
        if segment.box.bottom > _FAX_LINE * sheet.layout.height
        and len(segment.words) <= 7
        and (_FIGURE.search(segment.text) or has_title(segment.text))
        and not _PAGE_FOOT.search(segment.text)
    ]


def _loose_handwriting(loose: Sequence[Segment], sheet: Sheet) -> list[Located]:
    """Return what somebody wrote by hand beside the form, signatures left out."""
    signed = [segment.box for segment in sheet.segments if _SIGNATURE.search(segment.text)]
    written = [segment for segment in loose if sheet.is_handwritten(segment.box)]
    written = [segment for segment in written if not any(_is_near(segment.box, box, 30 * sheet.mm) for box in signed)]
    if written and not signed and _is_one_signature(union(segment.box for segment in written), sheet):
        return []
    return [
        Located(UNASSIGNED, FieldKind.TEXT, sheet.number, segment.box, segment.text, 0.0, is_handwritten=True, doubt=HANDWRITTEN)
        for segment in written
    ]


def _is_one_signature(box: Box, sheet: Sheet) -> bool:
    """Tell whether all that is written by hand is one stroke of a signature's size in the lower half of the page."""
    return box.top > 0.5 * sheet.layout.height and box.width <= 80 * sheet.mm and box.height <= 25 * sheet.mm


def _is_near(one: Box, other: Box, reach: float) -> bool:
    return abs(one.centre[1] - other.centre[1]) <= reach and one.left <= other.right + 2 * reach and one.right >= other.left - 2 * reach
