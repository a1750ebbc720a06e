"""What stands on a letter without a label: letterhead, address window, date line, subject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import DocumentType, FieldKind
from bridge.domain.layout import Box
from bridge.stages.lines import Segment, Sheet, same_row, union
from bridge.stages.parties import has_title
from bridge.stages.sections import Question
from bridge.stages.vocabulary import LabelKind

_POSTAL_LINE: Final = re.compile(r"(?:^|[\s·•|,–-])(?:D-)?\d{5}\s+[A-ZÄÖÜ]")
_OFFICE: Final = re.compile(r"gesundheits(?:amt|dienst)|amt f[uü]r gesundheit|fach(?:bereich|dienst) gesundheit", re.IGNORECASE)
_BARE_OFFICE: Final = re.compile(r"^(?:zust[aä]ndiges |empfangendes )?gesundheitsamt:?$", re.IGNORECASE)
_ADDRESSED: Final = re.compile(r"^(?:an\s+(?:das|den|die)?|empf[aä]nger:?)\s*", re.IGNORECASE)
_NO_OFFICE_NAME: Final = re.compile(r"meld|formular|wird|mitteil|übermitt|bitte|fax-?nr|gemäß|nach §", re.IGNORECASE)
_DATE_LINE: Final = re.compile(
    r"^(?:[A-ZÄÖÜ][\wäöüß.\- /()]{1,40}?,?\s+)?(?:den\s+|am\s+)?\d{1,2}\.\s?(?:\d{1,2}\.\s?|[A-Za-zä]{3,9}\s)(?:19|20)\d\d$"
)
_SALUTATION: Final = re.compile(r"^(?:sehr geehrte|liebe[r]? |guten tag|hallo)", re.IGNORECASE)
_CONTACT_WORDS: Final = re.compile(
    r"^(?:tel|fon|fax|telefax|telefon|e-?mail|mail|internet|web|www|mobil|bsnr|lanr|zentrale|homepage)", re.IGNORECASE
)
_CLOSING: Final = re.compile(
    r"^(?:mit (?:freundliche[nm]|kollegiale[nm]|beste[nm]) gr[uü](?:ß|ss)"
    r"|freundliche gr[uü]|hochachtungsvoll|viele gr[uü]|beste gr[uü])",
    re.IGNORECASE,
)
_NAME_LINE: Final = re.compile(
    r"^(?:(?:Dr|Prof|PD|Dipl|med|i|A|V|gez|h|c|rer|nat|dent|phil|jur|vet)\b\.?[- ]?(?:[A-Z][a-z]+\.)?\s*)*"
    r"[A-ZÄÖÜ][a-zäöüßé]+(?:[- ][A-ZÄÖÜ]?[a-zäöüßé.]+){1,4}$"
)
_SIGNS_OF_PARTY: Final = re.compile(
    r"praxis|labor|klinik|krankenhaus|institut|gmbh|mvz|dr\.|e\. ?v\.|universit|zentrum|schule|kita|kinder|verein"
    r"|kg\b|ag\b|stadt|kreis|amt",
    re.IGNORECASE,
)

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
    blocks = _blocks(sheet, questions)
    located: list[Located] = []
    spent: list[Box] = []
    window = next((b for b in blocks if _is_window(b)), None)
    if window is not None and kind.recipient in paths and kind.recipient not in asked:
        spent += [segment.box for segment in window]
        located += _recipient(window, sheet, kind.recipient)
    head = _head(blocks, window, min([0.3 * sheet.layout.height, *_first_question(questions)]))
    if head is not None and kind.letterhead is not None:
        spent += _unlabelled(head, questions)
        located.append(_lines(f"{kind.letterhead}.block", FieldKind.PARTY, head, sheet))
    signatory = _signatory(sheet, questions) if kind.letterhead else []
    signed = f"{kind.letterhead}.name"
    found = (("date", _date_line(sheet, questions)), ("subject", _subject(sheet, questions)), (signed, signatory))
    for path, segments in found:
        if path in paths and path not in asked and segments:
            located.append(_lines(path, paths[path].kind, segments, sheet))
            spent += [segment.box for segment in segments]
    return Letterhead(tuple(located), tuple(spent), tuple(segment.box for segment in head or ()))


def _blocks(sheet: Sheet, questions: Sequence[Question]) -> list[list[Segment]]:
    """Return the paragraphs in the upper part of a page that ask for nothing, top to bottom."""
    labelled = {id(q.label.segment) for q in questions if not _is_contact(q) and not _is_window([q.label.segment])}
    blocks: list[list[Segment]] = []
    for segment in sheet.segments:
        if segment.box.bottom > 0.42 * sheet.layout.height or id(segment) in labelled:
            continue
        home = next((b for b in reversed(blocks) if _continues(b[-1].box, segment.box, sheet)), None)
        if home is None:
            blocks.append([segment])
        else:
            home.append(segment)
    return blocks


def _continues(upper: Box, lower: Box, sheet: Sheet) -> bool:
    """Tell whether `lower` goes on with the paragraph: in the same line after a separator, or in the next one."""
    if same_row(upper, lower) and 0 <= lower.left - upper.right <= 3 * sheet.em:
        return True
    gap = lower.top - upper.bottom
    tall = max(upper.height, lower.height, sheet.em)
    aligned = abs(upper.left - lower.left) <= 1.5 * sheet.em
    centred = abs(upper.centre[0] - lower.centre[0]) <= 1.5 * sheet.em
    flush_right = abs(upper.right - lower.right) <= 1.5 * sheet.em
    return -0.3 * tall <= gap <= 1.2 * tall and (aligned or centred or flush_right) and not sheet.grid.level_between(upper, lower)


def _is_window(block: Sequence[Segment]) -> bool:
    """Tell whether a block is the address of a health office (or begins with "An das")."""
    for segment in block[:4]:
        words = len(segment.words)
        if _OFFICE.search(segment.text) and words <= 8 and not _NO_OFFICE_NAME.search(segment.text):
            return True
    return bool(re.match(r"^an (?:das|den|die)\b", block[0].text, re.IGNORECASE)) and len(block) >= 2 and len(block[0].words) <= 8


def _recipient(window: Sequence[Segment], sheet: Sheet, path: str) -> list[Located]:
    names: list[Segment] = []
    for segment in window:
        text = segment.text
        if (
            any(c.isdigit() for c in text)
            or _CONTACT_WORDS.match(text)
            or re.match(r"^(?:z\. ?hd|postfach|abt|per fax|fax)", text, re.IGNORECASE)
        ):
            break
        skipped = _skip_address(segment)
        if skipped is not None:
            names.append(skipped)
    if len(names) > 1 and _BARE_OFFICE.match(names[0].text) and _OFFICE.search(names[1].text):
        names = names[1:]  # a printed caption over the address
    if not names:
        return []
    office = [s for s in names if _OFFICE.search(s.text)]
    first = names[0]
    if (first in office and not (len(names) > 1 and _BARE_OFFICE.match(first.text))) or not office:
        return [_lines(path, FieldKind.OFFICE, [first], sheet)]
    return [_lines(path, FieldKind.OFFICE, names[: max(2, names.index(office[0]) + 1)], sheet, doubt=TWO_NAMES)]


def _skip_address(segment: Segment) -> Segment | None:
    """Return the segment without a leading "An das", None where nothing is left."""
    match = _ADDRESSED.match(segment.text)
    count = len(match.group().split()) if match else 0
    return segment.cut(count) if count < len(segment.words) else None


def _unlabelled(head: Sequence[Segment], questions: Sequence[Question]) -> list[Box]:
    """Return the boxes of a letterhead's lines as far as no label stands in them: what follows "Fax:" answers that."""
    boxes = []
    for segment in head:
        starts = [q.label.start for q in questions if q.label.segment is segment]
        plain = segment.words[: min(starts, default=len(segment.words))]
        boxes += [word.box for word in plain]
    return boxes


def _first_question(questions: Sequence[Question]) -> list[float]:
    """Return where the first label stands that is no contact line of a letterhead."""
    tops = [q.label.box.top for q in questions if q.spec is not None and not _is_contact(q)]
    return [min(tops)] if tops else []


def _is_contact(question: Question) -> bool:
    """Tell whether a label is one that letterheads carry (telephone, fax, mail)."""
    label = question.label
    return bool(_CONTACT_WORDS.match(label.segment.words[label.start].text))


def _head(blocks: Sequence[Sequence[Segment]], window: Sequence[Segment] | None, limit: float) -> list[Segment] | None:
    """Return the letterhead: the topmost block with a place in it that begins above `limit`."""
    for block in blocks:
        if block is window or block[0].box.top > limit:
            continue
        if any(_POSTAL_LINE.search(segment.text) for segment in block) and _looks_like_party(block):
            return list(block)
    return None


def _looks_like_party(block: Iterable[Segment]) -> bool:
    text = " ".join(segment.text for segment in block)
    return bool(_SIGNS_OF_PARTY.search(text)) or len(text.split()) <= 25


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


def _signatory(sheet: Sheet, questions: Sequence[Question]) -> list[Segment]:
    """Return the name of who signed: printed under a letter's closing, or with a title at the foot, under the line to sign on."""
    closing = next((s for s in sheet.segments if _CLOSING.match(s.text)), None)
    if closing is not None:
        below = [s for s in sheet.segments if 0 < s.box.top - closing.box.bottom <= 45 * sheet.mm]
        below = [s for s in below if abs(s.box.left - closing.box.left) <= 3 * sheet.em and _NAME_LINE.match(s.text)]
        return below[:1]
    labelled = {id(q.label.segment) for q in questions}
    foot = [s for s in sheet.segments if s.box.top > 0.55 * sheet.layout.height and id(s) not in labelled]
    signed = [s for s in foot if has_title(s.text) and _NAME_LINE.match(s.text) and sheet.grid.has_line_above(s.box, 2 * sheet.em)]
    return signed if len(signed) == 1 else []


def _lines(path: str, kind: FieldKind, segments: Sequence[Segment], sheet: Sheet, doubt: str | None = None) -> Located:
    """Return a place of one box per segment; unlabelled, so its label score is less than a printed label's."""
    return Located(
        path=path,
        kind=kind,
        page=sheet.number,
        box=union(segment.box for segment in segments),
        text="\n".join(segment.text for segment in segments),
        confidence=min(word.confidence for segment in segments for word in segment.words),
        boxes=tuple(segment.box for segment in segments),
        doubt=doubt,
        label_score=0.9,
    )
