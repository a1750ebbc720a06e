"""A patient whom a page names without a label that anybody knows: the birth date beside a name tells, the address below goes along."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import DocumentType, FieldKind
from bridge.stages.blocks import has_town
from bridge.stages.dates import DAY
from bridge.stages.lines import Segment, Sheet
from bridge.stages.parties import has_title, is_organisation, is_road
from bridge.stages.run_in import SEX
from bridge.stages.unlabelled import unlabelled

NAMED_WITHOUT_LABEL: Final = "Die Angabe steht bei keiner bekannten Beschriftung; dem Inhalt nach gehört sie hierher. Bitte prüfen."

_PATH: Final = "patient.full_name"
_ADDRESS: Final = "patient.address"
_BORN: Final = re.compile(r"^\(?(?:geb(?:oren)?\b|\*)|^geb\.-?dat", re.IGNORECASE)
_DAY: Final = re.compile(DAY)
_NAME_WORD: Final = re.compile(r"[A-ZÄÖÜ][^\W\d_]+(?:[-'’][A-ZÄÖÜ]?[^\W\d_]+)*[,;]?")
_NO_NAME: Final = frozenset({"bei", "frau", "herr", "herrn", "patient", "patientin", "person", "pat", "betrifft", "kind", "wer", "name"})
_SEX: Final = re.compile(rf"\(?(?:{SEX.pattern})\)?[,;]?", re.IGNORECASE)
_MOST_NAMES: Final = 5  # words
_WITHIN: Final = 3  # words from the name to its birth date's sign
_BELOW: Final = 2.2  # heights of letters to the address below


def named_people(sheets: Sequence[Sheet], kind: DocumentType, found: Sequence[Located]) -> list[Located]:
    """Return the one person named with a birth date, and the address with it, where no label answers for either; always doubtful."""
    paths = {spec.path for spec in kind.fields}
    answered = {place.path for place in found if place.text or place.is_ticked}
    if _PATH not in paths or answered & {_PATH, "patient.family_name", "patient.given_name"}:
        return []
    hits = [(sheet, run, segment) for sheet in sheets for segment in sheet.segments for run in _named_in(segment)]
    if len(hits) != 1:
        return []
    sheet, run, segment = hits[0]
    named = [unlabelled(_PATH, FieldKind.FULL_NAME, [run], sheet, doubt=NAMED_WITHOUT_LABEL)]
    address = _address_below(segment, sheet)
    if address is not None and not answered & {_ADDRESS, "patient.street", "patient.postal_code"}:
        named.append(unlabelled(_ADDRESS, FieldKind.ADDRESS, [address], sheet, doubt=NAMED_WITHOUT_LABEL))
    return named


def _named_in(segment: Segment) -> Iterator[Segment]:
    """Yield the words of a line from a person's name on that is followed by the sign of a birth date and a day."""
    texts = [word.text for word in segment.words]
    for at, text in enumerate(texts):
        if not _BORN.match(text) or not _DAY.search(" ".join(texts[at : at + 4])):
            continue
        stop = at
        while stop > max(0, at - _WITHIN) and (_SEX.fullmatch(texts[stop - 1]) or not any(c.isalnum() for c in texts[stop - 1])):
            stop -= 1
        start = stop
        while start > max(0, stop - _MOST_NAMES) and _NAME_WORD.fullmatch(texts[start - 1]) and texts[start - 1].lower() not in _NO_NAME:
            start -= 1
        name = " ".join(texts[max(0, start - 1) : stop])
        if stop - start >= 2 and not has_title(name.replace("Frau", "").replace("Herr", "")) and not is_organisation(name):
            yield segment.cut(start)


def _address_below(line: Segment, sheet: Sheet) -> Segment | None:
    """Return the address that stands alone in the next line, behind whatever label."""
    below = [s for s in sheet.segments if 0 < s.box.top - line.box.centre[1] <= _BELOW * sheet.em and has_town(s.text)]
    road = next((s for s in below if is_road(s.text.split(",")[0])), None)
    return road if road is not None and road.box.overlap_x(line.box) > 0 else None
