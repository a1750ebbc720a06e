"""Where one document ends and the next begins in a fax; which pages are covers or blank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from bridge.domain.findings import Part, Split
from bridge.domain.forms import DocumentType
from bridge.domain.layout import Box, Layout
from bridge.stages.classify import UNKNOWN, classify
from bridge.stages.folding import fold
from bridge.stages.headers import find_header
from bridge.stages.letters import CLOSING
from bridge.stages.lines import Segment, Sheet, open_sheet
from bridge.stages.phrases import page_text, strength_of
from bridge.stages.tables import find_tables

_PAGE_OF: Final = re.compile(r"\b(?:seite|blatt|page|s)\.? ?(\d{1,3}) ?(?:von|of|aus|/) ?(\d{1,3})\b")
_PAGE_ALONE: Final = re.compile(r"\b(?:seite|blatt) (\d{1,3})\b(?! ?(?:von|of|aus|\d))")
_SLASHED: Final = re.compile(r"\b(?:Seite|Blatt|S\.)\s*(\d{1,3})\s*/\s*(\d{1,3})\b", re.IGNORECASE)
_CONTINUED: Final = re.compile(r"\b(?:fortsetzung|seite 2|blatt 2)\b")
_COVER_TITLE: Final = (
    r"deckblatt|vorblatt|begleitblatt|fax ?(?:cover|mitteilung|nachricht|ubermittlung|sendung|anschreiben|brief)|telefaxnachricht"
)
_COVER: Final = re.compile(rf"\b(?:tele)?(?:{_COVER_TITLE}|fax|kurzmitteilung)\b|{_COVER_TITLE}")
_COVER_LABELS: Final = (
    "an",
    "von",
    "seiten",
    "seitenzahl",
    "anzahl seiten",
    "anzahl der seiten",
    "betreff",
    "fax",
    "datum",
    "empfanger",
    "absender",
    "betr",
    "anbei",
    "in der anlage",
    "einschliesslich dieser",
    "inkl dieser",
)
_TITLE_ZONE: Final = 0.3  # of the page's height: where titles stand
_TITLE: Final = re.compile(r"\b\w*(?:meldung|meldebogen|meldeformular|befund|befundbericht)\b")
_TITLE_HEIGHT: Final = 1.4  # of the usual print
_TITLE_WORDS: Final = 8
_FAX_LINE: Final = 0.035  # of the page's height: what stands above was printed by fax machines, read as their line or not
_SIGNATURE_MM: Final = (80.0, 25.0)
_SIGNED_MM: Final = 35.0  # at most from the closing down to the signature
_MOST_COVER_WORDS: Final = 110


@dataclass(frozen=True)
class _PageSigns:
    """What one page says about its place; `number` of `count` as printed by the document, never by the fax line.

    A noted cover is a cover sheet on which somebody wrote something that a person must see: it stands alone.
    """

    number: int | None
    count: int | None
    has_opener: bool
    type: str
    confidence: float
    is_continued: bool
    is_table: bool
    is_noted_cover: bool = False


def split(layouts: Mapping[int, Layout], types: Mapping[str, DocumentType]) -> Split:
    """Split a fax into documents by what its pages print: titles, page numbers, kinds; the TTI line does not count.

    `layouts` by page number. A document whose bounds are not clear is doubtful, and nothing of it goes out by itself.
    """
    blanks, covers, rest = [], [], []
    for number in sorted(layouts):
        layout = layouts[number]
        if layout.is_blank:
            blanks.append(number)
        elif is_cover(open_sheet(number, layout), layout, types):
            covers.append(number)
        else:
            rest.append(number)
    signs = {number: _signs(number, layouts[number], types) for number in rest}
    for before, here in pairwise(rest):
        if signs[here].is_table and not signs[here].has_opener and _rows_go_on(layouts, before, here, types[signs[before].type]):
            signs[here] = replace(signs[here], type=signs[before].type, confidence=signs[before].confidence)
    return Split(tuple(_parts(rest, signs, set(blanks) | set(covers))), tuple(blanks), tuple(covers))


def _rows_go_on(layouts: Mapping[int, Layout], before: int, here: int, kind: DocumentType) -> bool:
    """Tell whether a page without a header of its own holds rows that fit the columns of the list on the page before."""
    if not kind.columns:
        return False
    tables = find_tables(open_sheet(before, layouts[before]), kind, None)
    sheet = open_sheet(here, layouts[here])
    return bool(tables) and find_header(sheet, kind, 0.0) is None and bool(find_tables(sheet, kind, tables[-1]))


def _parts(numbers: list[int], signs: Mapping[int, _PageSigns], between: set[int]) -> list[Part]:
    parts: list[Part] = []
    for number in numbers:
        if not parts:
            parts.append(Part((number,), _begins_midway(signs[number])))
            continue
        last = parts[-1].pages[-1]
        begins, is_doubtful = _begins(signs[last], signs[number], parts[-1], signs)
        parted_by_cover = any(last < other < number for other in between)
        if begins:
            parts.append(Part((number,), is_doubtful))
            if is_doubtful:
                parts[-2] = Part(parts[-2].pages, True)
        else:
            doubtful = parts[-1].is_doubtful or is_doubtful or (parted_by_cover and signs[number].number is None)
            parts[-1] = Part((*parts[-1].pages, number), doubtful)
    return [Part(p.pages, p.is_doubtful or _is_short(p, signs)) for p in parts]


def _begins_midway(sign: _PageSigns) -> bool:
    return sign.number is not None and sign.number > 1


def _is_short(part: Part, signs: Mapping[int, _PageSigns]) -> bool:
    """Tell whether a document prints more pages than it has."""
    counts = [count for page in part.pages if (count := signs[page].count) is not None]
    return bool(counts) and max(counts) != len(part.pages)


def _begins(before: _PageSigns, here: _PageSigns, part: Part, signs: Mapping[int, _PageSigns]) -> tuple[bool, bool]:
    """Return (does a document begin here, is that doubtful)."""
    if here.number == 1:
        return True, False
    if before.is_noted_cover or here.is_noted_cover:
        return True, here.number is not None
    if here.number is not None:
        follows = before.number is not None and here.number == before.number + 1 and here.count == before.count
        return (False, False) if follows or len(part.pages) + 1 == here.number else (False, True)
    if before.count is not None and before.number == before.count:
        return True, not here.has_opener and here.type == UNKNOWN
    if here.has_opener:
        same = here.type == before.type
        return True, here.is_continued or (same and here.type == "case_list")
    if here.is_table and signs[part.pages[0]].type in {"case_list", UNKNOWN} and here.type in {"case_list", UNKNOWN}:
        return False, signs[part.pages[0]].type != "case_list"
    if here.type not in {UNKNOWN, before.type} and here.confidence >= 0.8:
        return True, before.type == UNKNOWN or min(before.confidence, here.confidence) < 0.9 or before.type == "letter"
    if here.is_continued:
        return False, False
    return False, True


def _signs(number: int, layout: Layout, types: Mapping[str, DocumentType]) -> _PageSigns:
    sheet = open_sheet(number, layout)
    found = classify((layout,), types)
    text = " ".join(s.text for s in sheet.segments if s.box.bottom > _FAX_LINE * layout.height)
    page, count = _printed_number(text)
    top = [s for s in sheet.segments if s.box.top <= _TITLE_ZONE * layout.height]
    title = f" {fold(' '.join(s.text for s in top))} "
    openers = types[found.type].openers if found.type in types else ()
    has_opener = any(strength_of(phrase, title) >= 0.86 for phrase in openers) or any(_is_title(s, sheet) for s in top)
    is_continued = bool(_CONTINUED.search(title))
    dates = len(re.findall(r"\b\d{1,2}\.\d{1,2}\.\d{2,4}\b", text))
    is_noted = bool(layout.handwriting) and _is_printed_cover(sheet, layout, types)
    return _PageSigns(page, count, has_opener, found.type, found.confidence, is_continued, dates >= 4, is_noted)


def _is_title(segment: Segment, sheet: Sheet) -> bool:
    """Tell whether a line in large print says that it opens a notification or a report, whatever form it is of."""
    is_large = segment.box.height >= _TITLE_HEIGHT * sheet.em and len(segment.words) <= _TITLE_WORDS
    return is_large and bool(_TITLE.search(fold(segment.text)))


def _printed_number(text: str) -> tuple[int | None, int | None]:
    """Return the page number and count that the document itself prints, None where it prints none or several."""
    slashed = {(int(a), int(b)) for a, b in _SLASHED.findall(text)}
    spelled = {(int(a), int(b)) for a, b in _PAGE_OF.findall(fold(text))}
    found = {(a, b) for a, b in slashed | spelled if 1 <= a <= b}
    if len(found) == 1:
        return found.pop()
    alone = {int(n) for n in _PAGE_ALONE.findall(fold(text))}
    return (alone.pop(), None) if not found and len(alone) == 1 else (None, None)


def is_cover(sheet: Sheet, layout: Layout, types: Mapping[str, DocumentType]) -> bool:
    """Tell whether a page is a fax cover sheet: titled so, few words, its usual labels, no notification on it, no note by hand.

    What somebody wrote onto a cover by hand may be all the fax is about; only a signature under its closing is not.
    """
    return all(_is_signature(box, sheet) for box in layout.handwriting) and _is_printed_cover(sheet, layout, types)


def _is_signature(box: Box, sheet: Sheet) -> bool:
    wide, high = (side * sheet.mm for side in _SIGNATURE_MM)
    closings = [s.box for s in sheet.segments if CLOSING.match(s.text)]
    is_under = any(-sheet.em <= box.top - c.bottom <= _SIGNED_MM * sheet.mm and box.left <= c.right + wide for c in closings)
    return is_under and box.width <= wide and box.height <= high


def _is_printed_cover(sheet: Sheet, layout: Layout, types: Mapping[str, DocumentType]) -> bool:
    text = page_text(layout)
    title = f" {fold(' '.join(s.text for s in sheet.segments if s.box.top <= 0.4 * layout.height))} "
    if not _COVER.search(title) or len(text.split()) > _MOST_COVER_WORDS:
        return False
    labels = sum(f" {label} " in text for label in _COVER_LABELS)
    strong = bool(re.search(_COVER_TITLE, title))
    return labels >= (2 if strong else 4) and not _carries_notification(layout, text, types)


def _carries_notification(layout: Layout, text: str, types: Mapping[str, DocumentType]) -> bool:
    found = classify((layout,), types)
    if found.type not in {UNKNOWN, "letter", "advertisement"} and found.confidence >= 0.5:
        return True
    personal = ("geburtsdatum", "geb am", "geboren am", "erkrankungsbeginn", "diagnosedatum", "erreger", "patient")
    return any(f" {word} " in text for word in personal) and len(re.findall(r"\b\d{1,2} \d{1,2} (?:19|20)\d\d\b", text)) >= 1
