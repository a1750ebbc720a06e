"""What stands on a letter without a label: letterhead, address window, date line, subject."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Box
from bridge.stages.lines import Segment, Sheet
from bridge.stages.paragraphs import (
    Block,
    blocks_of,
    find_foot,
    find_head,
    find_stamp,
    find_window,
    has_place,
    is_contact,
    is_street,
    names_office,
)
from bridge.stages.parties import has_title, is_organisation
from bridge.stages.payments import read_payment
from bridge.stages.sections import Question
from bridge.stages.unlabelled import unlabelled
from bridge.stages.vocabulary import LabelKind

_BARE_OFFICE: Final = re.compile(r"^(?:zust[aä]ndiges |empfangendes )?gesundheitsamt:?$", re.IGNORECASE)
_ADDRESSED: Final = re.compile(r"^(?:an\s+(?:das|den|die)?|empf[aä]nger:?)\s*", re.IGNORECASE)
_DATE_LINE: Final = re.compile(
    r"^(?!vom |seit |ab |bis |zum |eing|posteing|gedruckt|stand|erstellt|druck)(?:[a-zäöü][\wäöüß.\- /()]{1,40}?,?\s+)?(?:den\s+|am\s+)?"
    r"\d{1,2}\.\s?(?:\d{1,2}\.\s?(?:(?:19|20)\d\d|\d\d)|[a-zä]{3,9}\.?\s(?:19|20)\d\d)$",
    re.IGNORECASE,
)
_SALUTATION: Final = re.compile(r"^\W*(?:sehr ge\w{2,4}te|liebe[rs]? |werte[rs]? |guten (?:tag|morgen)|hallo|moin)", re.IGNORECASE)
CLOSING: Final = re.compile(
    r"^(?:mit (?:(?:freundliche|kollegiale|beste|herzliche)[nmr],? (?:und )?){1,2}(?:gr[uü](?:ß|ss|b)|empf)"
    r"|(?:freundliche|viele|beste|herzliche|kollegiale) gr[uü]|hochachtungsvoll|es gr[uü](?:ß|ss)t|mfg\b|gez\.)",
    re.IGNORECASE,
)
_NAME_LINE: Final = re.compile(
    r"^(?:(?:Dr|Prof|PD|Dipl|med|i|A|V|gez|h|c|rer|nat|dent|phil|jur|vet)\b\.?[- ]?(?:[A-Z][a-z]+\.)?\s*)*"
    r"[A-ZÄÖÜ][a-zäöüßé]+(?:[- ][A-ZÄÖÜ]?[a-zäöüßé.]+){1,4}$"
)
_NO_NAME: Final = re.compile(
    r"^(?:z\. ?h|postfach|abt|(?:vorab )?per (?:tele)?fax|per e?-?mail|fax|einschreiben|vertraulich|pers[öo]nlich)", re.IGNORECASE
)
_LEAST_LETTERS: Final = 3
_MOST_SUBJECT_LINES: Final = 3

STAMPED: Final = "Die Anschrift steht wie ein Stempel ohne Beschriftung auf dem Formular; bitte prüfen, wessen sie ist."
TWO_NAMES: Final = "Der Name des Amtes steht über mehrere Zeilen; bitte prüfen, welche dazugehören."


@dataclass(frozen=True)
class Letterhead:
    """What was found without labels, the boxes of print that is thereby understood, and those of the letterhead's lines."""

    located: tuple[Located, ...]
    spent: tuple[Box, ...]
    lines: tuple[Box, ...] = ()


def read_letterhead(sheet: Sheet, kind: DocumentType, questions: Sequence[Question]) -> Letterhead:
    """Return the sender's letterhead, the recipient's name, the date line and the subject of a first page.

    Only paths that the type has are filled; a field that has its own label on the page is left to it.
    """
    paths = {spec.path: spec for spec in kind.fields}
    asked = {q.spec.path for q in questions if q.spec is not None and q.label.kind is LabelKind.FIELD}
    blocks = blocks_of(sheet, questions)
    located: list[Located] = []
    spent: list[Box] = []
    window = find_window(blocks, sheet, is_form=kind.is_form)
    if window is not None and kind.recipient in paths and kind.recipient not in asked:
        spent += [segment.box for segment in window.segments]
        located += _recipient(window.segments, sheet, kind.recipient)
    head = find_head(blocks, window, questions, sheet, kind) if kind.letterhead else []
    stamp = find_stamp(sheet, questions) or _signature_block(sheet, blocks) if kind.is_form and kind.letterhead and not head else []
    if stamp:
        spent += _boxes_without_labels(stamp, questions)
        located.append(unlabelled(f"{kind.letterhead}.block", FieldKind.PARTY, stamp, sheet, doubt=STAMPED))
    if head and not kind.is_form and not any(has_place(segment.text) for segment in head):
        head = [*head, *find_foot(sheet)]
    if head:
        spent += _boxes_without_labels(head, questions)
        located += _sender(head, sheet, paths, asked, f"{kind.letterhead}")
    signatory = _signatory(sheet, questions) if kind.letterhead else []
    signed = f"{kind.letterhead}.name"
    found = [("date", _date_line(sheet, questions)), ("subject", _subject(sheet, questions))]
    labelled = next((q for q in questions if q.spec is paths.get("subject") and q.spec is not None), None)
    goes_on = _lines_below_label(labelled, sheet, questions) if labelled else []
    if labelled and goes_on:
        located.append(unlabelled("subject", FieldKind.TEXT, goes_on, sheet))
        spent += [labelled.label.box, *(segment.box for segment in goes_on)]
    caption = _caption_under(signatory, signed, questions, sheet)
    if caption is not None:
        asked.discard(signed)
        spent.append(caption.label.box)
    found += [(signed, signatory)] if signed in paths and paths[signed].kind is FieldKind.NAME else []
    for path, segments in found:
        if path in paths and path not in asked and segments:
            located.append(unlabelled(path, paths[path].kind, segments, sheet))
            spent += [segment.box for segment in segments]
    for evident in read_payment(sheet, paths, questions):
        located.append(unlabelled(evident.spec.path, evident.spec.kind, [evident.segment], sheet))
        spent += [evident.segment.box, *(q.label.box for q in evident.labels)]
    return Letterhead(tuple(located), tuple(spent), tuple(segment.box for segment in (*head, *stamp)))


def _sender(head: Sequence[Segment], sheet: Sheet, paths: Mapping[str, FieldSpec], asked: Collection[str], stem: str) -> list[Located]:
    """Return a letterhead as one block, or as the line that names and the address, where the type tells no persons from organisations."""
    named = paths.get(f"{stem}.name")
    if named is None or named.kind is not FieldKind.TEXT:
        return [unlabelled(f"{stem}.block", FieldKind.PARTY, head, sheet)]
    line = next((s for s in head if is_organisation(s.text)), head[0])
    found = [] if named.path in asked or has_place(line.text) else [unlabelled(named.path, named.kind, [_name_in(line)], sheet)]
    below = [s for s in head if s is not line or has_place(s.text)]
    town = next((n for n, segment in enumerate(below) if has_place(segment.text)), None)
    parts = {f"{stem}.{part}" for part in ("street", "postal_code", "city")}
    if town is not None and parts <= paths.keys() and not parts & {*asked}:
        found.append(unlabelled(f"{stem}.address", FieldKind.ADDRESS, below[max(0, town - 1) : town + 1], sheet))
    return found


def _name_in(line: Segment) -> Segment:
    """Return what stands before the address in a line: up to its first comma or separator."""
    ends = [n + 1 for n, word in enumerate(line.words) if word.text.endswith((",", "·", "•", "|"))]
    return line.cut(0, ends[0]) if ends and not is_organisation(line.cut(ends[0]).text) else line


def _recipient(window: Sequence[Segment], sheet: Sheet, path: str) -> list[Located]:
    names: list[Segment] = []
    for segment in window:
        text = segment.text
        if any(c.isdigit() for c in text) or is_contact(text) or _NO_NAME.match(text):
            if names:
                break
            continue  # how it was sent, printed over the address
        skipped = _skip_address(segment)
        if skipped is not None and sum(c.isalpha() for c in skipped.text) >= _LEAST_LETTERS:  # else a speck or a rule read as a letter
            names.append(skipped)
    if len(names) > 1 and _BARE_OFFICE.match(names[0].text) and names_office(names[1].text):
        names = names[1:]  # a printed caption over the address
    if not names:
        return []
    office = [s for s in names if names_office(s.text)]
    first = names[0]
    if (first in office and not (len(names) > 1 and _BARE_OFFICE.match(first.text))) or not office:
        return [unlabelled(path, FieldKind.OFFICE, [first], sheet)]
    return [unlabelled(path, FieldKind.OFFICE, names[: max(2, names.index(office[0]) + 1)], sheet, doubt=TWO_NAMES)]


def _skip_address(segment: Segment) -> Segment | None:
    """Return the segment without a leading "An das", None where nothing is left."""
    match = _ADDRESSED.match(segment.text)
    count = len(match.group().split()) if match else 0
    return segment.cut(count) if count < len(segment.words) else None


def _boxes_without_labels(head: Sequence[Segment], questions: Sequence[Question]) -> list[Box]:
    """Return the boxes of a letterhead's lines as far as no label stands in them: what follows "Fax:" answers that."""
    boxes = []
    for segment in head:
        starts = [q.label.start for q in questions if q.label.segment is segment and not is_street(q)]
        plain = segment.words[: min(starts, default=len(segment.words))]
        boxes += [word.box for word in plain]
    return boxes


def _date_line(sheet: Sheet, questions: Sequence[Question]) -> list[Segment]:
    labelled = {id(q.label.segment) for q in questions}
    found = [s for s in sheet.segments if _DATE_LINE.match(s.text) and id(s) not in labelled and s.box.bottom < 0.5 * sheet.layout.height]
    return found[:1] if len(found) == 1 else []


def _subject(sheet: Sheet, questions: Sequence[Question]) -> list[Segment]:
    """Return the lines right above the salutation, if they stand apart from what is above them."""
    salutation = next((s for s in sheet.segments if _SALUTATION.match(s.text)), None)
    if salutation is None:
        return []
    labelled = {id(q.label.segment) for q in questions}
    above = [s for s in sheet.segments if s.box.bottom <= salutation.box.top and abs(s.box.left - salutation.box.left) <= 2 * sheet.em]
    lines: list[Segment] = []
    edge = salutation.box
    for segment in sorted(above, key=lambda s: -s.box.bottom):
        gap = edge.top - segment.box.bottom
        reach = 5.0 if not lines else 0.9
        if gap > reach * sheet.em or id(segment) in labelled or len(lines) == 3:
            break
        lines.insert(0, segment)
        edge = segment.box
    return lines if 0 < len(lines) < 3 else []


def _lines_below_label(question: Question, sheet: Sheet, questions: Sequence[Question]) -> list[Segment]:
    """Return a subject over several lines that begins behind its label ("Betr.: ...") and goes on flush with the label.

    Empty where it is one line, or begins elsewhere: then the label finds its answer like any other.
    """
    label = question.label
    first = label.segment.cut(label.stop)
    lines = [first] if first.words else []
    labelled = {id(q.label.segment) for q in questions}
    edge = label.segment.box
    for segment in (s for s in sheet.segments if s.box.top > edge.centre[1] and abs(s.box.left - label.box.left) <= sheet.em):
        if segment.box.top - edge.bottom > 0.9 * sheet.em or id(segment) in labelled or _SALUTATION.match(segment.text):
            break
        lines.append(segment)
        edge = segment.box
    return lines if first.words and 1 < len(lines) <= _MOST_SUBJECT_LINES else []


def _signatory(sheet: Sheet, questions: Sequence[Question]) -> list[Segment]:
    """Return the name of who signed: printed under a letter's closing, or with a title at the foot, under the line to sign on."""
    closing = next((s for s in sheet.segments if CLOSING.match(s.text)), None)
    if closing is not None:
        below = [s for s in sheet.segments if 0 < s.box.top - closing.box.bottom <= 45 * sheet.mm]
        below = [s for s in below if abs(s.box.left - closing.box.left) <= 3 * sheet.em and not sheet.is_handwritten(s.box)]
        return [s for s in below if _NAME_LINE.match(s.text) and not is_organisation(s.text)][:1]
    labelled = {id(q.label.segment) for q in questions}
    foot = [s for s in sheet.segments if s.box.top > 0.55 * sheet.layout.height and id(s) not in labelled]
    signed = [s for s in foot if has_title(s.text) and _NAME_LINE.match(s.text) and sheet.grid.has_line_above(s.box, 2 * sheet.em)]
    return signed if len(signed) == 1 else []


def _signature_block(sheet: Sheet, blocks: Sequence[Block]) -> list[Segment]:
    """Return the address that stands under a closing, as mails end with it."""
    closing = next((s for s in sheet.segments if CLOSING.match(s.text)), None)
    below = [b for b in blocks if closing is not None and b.box.top >= closing.box.centre[1] and b.has_postal_line]
    return [s for s in below[0].segments if not CLOSING.match(s.text)] if len(below) == 1 else []


def _caption_under(signatory: Sequence[Segment], path: str, questions: Sequence[Question], sheet: Sheet) -> Question | None:
    """Return the label right under a signatory's name that only says what that person is ("Ärztliche Leitung"), if there is one."""
    for question in questions if signatory else ():
        box = question.label.box
        is_under = -0.3 * sheet.em <= box.top - signatory[0].box.bottom <= 1.2 * sheet.em and box.overlap_x(signatory[0].box) > 0
        if is_under and question.spec is not None and question.spec.path == path and question.label.is_whole:
            return question
    return None
