"""Printed labels and headings on a page: what the form asks, wherever it asks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from statistics import median
from typing import Final

from rapidfuzz import fuzz, process

from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Box, Mark, Word
from bridge.stages.answers import parse_choice
from bridge.stages.folding import fold, needed_similarity, squeeze
from bridge.stages.lines import Segment, Sheet, same_row, union

_LONGEST: Final = 9  # words of a label
_HINT: Final = re.compile(r"^\(.*\)?$")
_NUMBERING: Final = re.compile(r"^\(?(?:\d{1,2}(?:\.\d{1,2})?|[A-Za-z]|[IVX]{1,4})[.)]+$|^\d{1,2}$|^[•▪■●*-]$")
_CLOCK_OR_RATIO: Final = re.compile(r"\d:\d?")
_HEADING_PREFIX: Final = re.compile(
    r"^(?:\d{1,2} ?)?(?:[a-z] )?(?:angaben|daten|informationen|hinweise) (?:zu[rm]?|uber|der|des|ueber) (?:den |die |das |der |dem )?"
)


class LabelKind(StrEnum):
    """What a piece of print is, other than a value."""

    FIELD = "field"  # asks for one of the type's fields
    HEADING = "heading"  # opens a section
    IGNORED = "ignored"  # asks for something nobody needs
    UNKNOWN = "unknown"  # ends in a colon, so it asks for something, but nobody knows what


@dataclass(frozen=True)
class Phrase:
    """A known printed phrase: the specs that it may ask for (none: ignored), or the section that it opens."""

    text: str
    specs: tuple[FieldSpec, ...] = ()
    section: str | None = None


@dataclass(frozen=True)
class Label:
    """One label or heading found on a page: words `start` to `stop` of a segment (of two, where it is wrapped).

    `score` 0..1 tells how well the print fits. `is_tight` where nothing (colon, gap, cell) parts it from what follows.
    """

    kind: LabelKind
    segment: Segment
    start: int
    stop: int
    score: float
    specs: tuple[FieldSpec, ...] = ()
    section: str | None = None
    wrapped: Segment | None = None
    has_colon: bool = False
    is_tight: bool = False

    @cached_property
    def box(self) -> Box:
        """The box around its words."""
        own = union(word.box for word in self.segment.words[self.start : self.stop])
        return own.union(self.wrapped.box) if self.wrapped else own

    @property
    def is_whole(self) -> bool:
        """Tell whether its segment holds nothing else behind it."""
        return self.stop >= len(self.segment.words)


@lru_cache(maxsize=64)
def _phrases(kind: DocumentTypeKey) -> tuple[tuple[str, ...], tuple[Phrase, ...]]:
    """Return the squeezed texts and the phrases of a type, longest first; one text may serve several specs."""
    found: dict[str, Phrase] = {}
    for spec in kind.specs:
        for text in (*spec.labels, *filter(None, map(_turned_round, spec.labels))):
            known = found.get(squeeze(text))
            found[squeeze(text)] = Phrase(text, (*(known.specs if known else ()), spec), known.section if known else None)
    for section, texts in kind.sections:
        for text in texts:
            known = found.get(squeeze(text))
            found[squeeze(text)] = Phrase(text, known.specs if known else (), section)
    for text in kind.ignored:
        found.setdefault(squeeze(text), Phrase(text))
    ordered = sorted(found.items(), key=lambda item: -len(item[0]))
    return tuple(key for key, _ in ordered), tuple(phrase for _, phrase in ordered)


def _turned_round(label: str) -> str | None:
    """Return "Labor / Untersuchungsstelle" for "Untersuchungsstelle / Labor"."""
    parts = [part.strip() for part in label.split("/")]
    return f"{parts[1]} / {parts[0]}" if len(parts) == 2 and min(map(len, parts)) >= 4 else None


@dataclass(frozen=True, eq=False)
class DocumentTypeKey:
    """The part of a type that labels depend on; one object per type, so that its phrases are gathered once."""

    specs: tuple[FieldSpec, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    ignored: tuple[str, ...]


_KEYS: dict[int, tuple[DocumentType, DocumentTypeKey]] = {}


def _key_of(kind: DocumentType) -> DocumentTypeKey:
    known = _KEYS.get(id(kind))
    if known is None or known[0] is not kind:
        known = (kind, DocumentTypeKey(kind.fields, tuple(kind.sections.items()), (*kind.ignored, *kind.openers)))
        _KEYS[id(kind)] = known
    return known[1]


@dataclass(frozen=True, slots=True)
class _Candidate:
    segment: Segment
    start: int
    stop: int
    text: str
    wrapped: Segment | None = None


def find_labels(sheet: Sheet, kind: DocumentType) -> tuple[Label, ...]:
    """Return every label and heading of a page in reading order; none overlaps another."""
    texts, phrases = _phrases(_key_of(kind))
    candidates = list(_candidates(sheet))
    matched = _match(candidates, texts, phrases)
    kept: list[Label] = []
    for label in sorted(matched, key=_strength, reverse=True):
        if not any(_overlap(label, other) for other in kept):
            kept.append(label)
    kept = [label for label in kept if not _is_answer(label, kept, sheet)]
    kept = [_settled(label, kept, sheet, kind) for label in kept]
    kept += _unknown_labels(sheet, kept)
    places = {id(segment): place for place, segment in enumerate(sheet.segments)}
    return tuple(sorted(kept, key=lambda label: (places[id(label.segment)], label.start)))


def _settled(label: Label, labels: Sequence[Label], sheet: Sheet, kind: DocumentType) -> Label:
    """Return a label that may be a heading or a question ("Krankenhaus") as what it is: a question has an answer beside it.

    A question opens a section only where the section names a person or party, as "Einsender: …" does.
    """
    if not label.specs or label.section is None:
        return label
    opens = any(label.section in s.sections and s.kind in {FieldKind.PARTY, FieldKind.FULL_NAME} for s in kind.fields)
    is_question = label.kind is LabelKind.FIELD or (not _is_title(label, sheet) and _is_followed_by_print(label, labels, sheet))
    if not is_question:
        return label
    return replace(label, kind=LabelKind.FIELD, section=label.section if opens else None)


def _is_answer(label: Label, labels: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether what reads like a label is the answer to the one left of it ("Art der Meldung | Krankheitsverdacht").

    It is, where it names one of that question's choices, or stands in a column of answers.
    """
    if label.has_colon or label.start > 0 or not label.is_whole:
        return False
    left = [o for o in labels if o is not label and o.is_whole and same_row(o.box, label.box) and o.box.right <= label.box.left]
    asking = max(left, key=lambda o: o.box.right, default=None)
    if asking is None or not asking.specs:
        return False
    if any(parse_choice(spec, label.segment.text) for spec in asking.specs if spec.choices):
        return True
    labelled = {id(other.segment) for other in labels}
    flush = [s for s in sheet.segments if abs(s.box.left - label.box.left) <= 0.7 * sheet.em and s is not label.segment]
    answers = [s for s in flush if id(s) not in labelled]
    return len(answers) >= 4 and len(answers) >= 4 * (len(flush) - len(answers))


def _is_title(label: Label, sheet: Sheet) -> bool:
    text = label.segment.text
    return (text.isupper() and len(text) > 5) or bool(_NUMBERING.match(text.split()[0])) or bool(_HEADING_PREFIX.match(fold(text)))


def _is_followed_by_print(label: Label, labels: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether what stands next to a label, right of it or else below, is no label."""
    asking = {id(other.segment) for other in labels if other is not label and (other.start == 0 or other.segment is not label.segment)}
    cell = sheet.grid.cell_of(label.box)
    right = [s for s in sheet.segments if s is not label.segment and same_row(s.box, label.box) and s.box.left >= label.box.right]
    nearest = min(right, key=lambda s: s.box.left, default=None)
    inside = nearest is not None and sheet.grid.upright_between(label.box, nearest.box) <= 1
    if nearest is not None and inside and id(nearest) not in asking and nearest.box.left - label.box.right < 60 * sheet.mm:
        return True
    below = [s for s in sheet.segments if 0 < s.box.centre[1] - label.box.centre[1] <= 3.2 * sheet.em]
    below = [s for s in below if abs(s.box.left - label.box.left) <= 2.5 * sheet.em or _follows_mark(s, sheet)]
    below = [s for s in below if s.box.left - label.box.left <= 6 * sheet.em and (not cell.is_closed or cell.box.contains(s.box, sheet.em))]
    lower = min(below, key=lambda s: (round(s.box.top / sheet.em), s.box.left), default=None)
    return lower is not None and id(lower) not in asking


def _strength(label: Label) -> tuple[float, ...]:
    """Longer and better phrases win; among equals the one that is clearly parted from its value."""
    letters = sum(len(fold(word.text)) for word in label.segment.words[label.start : label.stop])
    letters += len(fold(label.wrapped.text)) if label.wrapped else 0
    return (letters * label.score**3, not label.is_tight)


def _overlap(one: Label, other: Label) -> bool:
    if one.segment is other.segment:
        return one.start < other.stop and other.start < one.stop
    return one.wrapped is other.segment or other.wrapped is one.segment or (one.wrapped is not None and one.wrapped is other.wrapped)


def _candidates(sheet: Sheet) -> Iterable[_Candidate]:
    for segment in sheet.segments:
        words = segment.words
        is_option = _follows_mark(segment, sheet)
        for start in range(len(words)):
            if start and not _may_begin(words, start):
                continue
            text = ""
            for stop in range(start + 1, min(len(words), start + _LONGEST) + 1):
                text = f"{text} {words[stop - 1].text}".strip()
                if is_option and not _is_asking(words, start, stop):
                    continue
                yield _Candidate(segment, start, stop, text)
                if words[stop - 1].text.endswith(":"):
                    break
        lower = None if is_option else _wrapped_under(segment, sheet)
        if lower is not None:
            yield _Candidate(segment, 0, len(words), _join(segment.text, lower.text), lower)


def _follows_mark(segment: Segment, sheet: Sheet) -> bool:
    """Tell whether a segment is printed right behind a check box: an option, not a label."""
    near = (
        m.box
        for m in sheet.marks
        if not is_lonely(m, sheet) and m.box.overlap_y(segment.box) >= 0.4 * min(m.box.height, segment.box.height)
    )
    return any(-2 * box.width <= segment.box.left - box.right <= 2 * sheet.em and segment.box.right > box.right for box in near)


def is_lonely(mark: Mark, sheet: Sheet) -> bool:
    """Tell whether a check box has no other in its line, nor flush with it above or below: likely a speck, not a box."""
    for other in sheet.marks:
        if other is mark:
            continue
        if same_row(other.box, mark.box):
            return False
        if abs(other.box.left - mark.box.left) <= sheet.em and abs(other.box.top - mark.box.top) <= 12 * sheet.em:
            return False
    return True


def _is_asking(words: Sequence[Word], start: int, stop: int) -> bool:
    """Tell whether words inside an option ask for more ("ja, seit: …", "Tod am 12.03.2026") and do not just name it."""
    asks = words[stop - 1].text.endswith(":") or (stop < len(words) and any(c.isdigit() for c in words[stop].text))
    return asks and (start > 0 or words[stop - 1].text.endswith(":"))


def _join(upper: str, lower: str) -> str:
    return upper[:-1] + lower if upper.endswith("-") else f"{upper} {lower}"


def _wrapped_under(segment: Segment, sheet: Sheet) -> Segment | None:
    """Return the segment in which a label may go on: right below, flush left, in the same cell."""
    if segment.text.endswith(":"):
        return None
    height = max(segment.box.height, sheet.em)
    for other in sheet.segments:
        gap = other.box.top - segment.box.bottom
        if -0.3 * height <= gap <= 0.9 * height and abs(other.box.left - segment.box.left) <= height and other is not segment:
            return None if sheet.grid.level_between(segment.box, other.box) else other
    return None


def _may_begin(words: Sequence[Word], start: int) -> bool:
    """Tell whether a label can begin inside a segment: after numbering, a separator, or anywhere if a colon follows."""
    before = words[start - 1].text
    if _NUMBERING.match(before) or before.endswith((",", ";", ")", "/", "|")):
        return True
    ahead = words[start : start + 5]
    if any(word.text.endswith(":") for word in ahead):
        return True
    return words[start].text[:1].islower() or any(c.isdigit() for word in ahead[1:] for c in word.text)


def _match(candidates: Sequence[_Candidate], texts: tuple[str, ...], phrases: tuple[Phrase, ...]) -> list[Label]:
    if not texts or not candidates:
        return []
    queries = [_query(candidate) for candidate in candidates]
    headings = [squeeze(_HEADING_PREFIX.sub("", fold(c.text))) for c in candidates]
    plain = process.cdist(queries, texts, scorer=fuzz.ratio, score_cutoff=82, dtype="float32")
    opened = process.cdist(headings, texts, scorer=fuzz.ratio, score_cutoff=82, dtype="float32")
    found: list[Label] = []
    for index, candidate in enumerate(candidates):
        for scores, query, is_heading in ((plain, queries[index], False), (opened, headings[index], True)):
            if not query or (is_heading and query == queries[index]):
                continue
            best = int(scores[index].argmax())
            score = float(scores[index][best]) / 100
            if score < needed_similarity(texts[best]) or score == 0 or not _is_alike_in_length(query, texts[best]):
                continue
            label = _label(candidate, phrases[best], score, is_heading=is_heading)
            if label is not None:
                found.append(label)
    return found


def _is_alike_in_length(one: str, other: str) -> bool:
    """Tell whether two texts differ by misread letters only, not by a word more or less."""
    return min(len(one), len(other)) >= 0.8 * max(len(one), len(other))


def _without_hint(text: str) -> str:
    """Return a label without what it says in brackets and without its number."""
    plain = re.sub(r"\([^)]*[^\W\d_][^)]*\)?", " ", text.replace("}", ")").replace("]", ")"))
    first, _, rest = plain.strip().partition(" ")
    return rest if rest and _NUMBERING.match(first) else plain


def _query(candidate: _Candidate) -> str:
    """Return a candidate's text as labels are compared: without hints, in each of its lines for itself."""
    if candidate.wrapped is None:
        return squeeze(_without_hint(candidate.text))
    return squeeze(_join(_without_hint(candidate.segment.text).strip(), _without_hint(candidate.wrapped.text).strip()))


def _label(candidate: _Candidate, phrase: Phrase, score: float, *, is_heading: bool) -> Label | None:
    words, stop = candidate.segment.words, candidate.stop
    stop = _after_hint(words, stop)
    has_colon = words[stop - 1].text.endswith(":") or words[candidate.stop - 1].text.endswith(":")
    ends = stop >= len(words)
    if phrase.section is not None and (is_heading or not phrase.specs or _stands_alone(candidate, has_colon)):
        if not (candidate.start == 0 and ends) and not (candidate.start <= 1 and has_colon):
            return None
        return Label(
            LabelKind.HEADING, candidate.segment, candidate.start, stop, score, phrase.specs, phrase.section, candidate.wrapped, has_colon
        )
    if is_heading:
        return None
    is_tight = not (has_colon or ends or _gap_after(words, stop))
    inner = candidate.start > 0 and not _NUMBERING.match(words[candidate.start - 1].text)
    if is_tight and not _may_follow(words[stop], phrase):
        return None
    if inner and ends and not has_colon:
        return None
    label_kind = LabelKind.FIELD if phrase.specs else LabelKind.IGNORED
    opens = phrase.section if candidate.start <= 1 else None
    return Label(label_kind, candidate.segment, candidate.start, stop, score, phrase.specs, opens, candidate.wrapped, has_colon, is_tight)


def _stands_alone(candidate: _Candidate, has_colon: bool) -> bool:
    return candidate.start == 0 and candidate.stop == len(candidate.segment.words) and not has_colon


def _after_hint(words: Sequence[Word], stop: int) -> int:
    """Return where a label ends once what follows in brackets ("(TT.MM.JJJJ)") is counted to it."""
    if stop < len(words) and words[stop].text.startswith("("):
        for end in range(stop, min(len(words), stop + 8)):
            if words[end].text.rstrip(":").endswith(")"):
                hint = "".join(word.text for word in words[stop : end + 1])
                return end + 1 if any(c.isalpha() for c in hint) else stop  # "(0351)" is no hint but an area code
    return stop


def _gap_after(words: Sequence[Word], stop: int) -> bool:
    """Tell whether the gap after a label is clearly wider than the blanks inside the segment."""
    gap = words[stop].box.left - words[stop - 1].box.right
    usual = [b.box.left - a.box.right for a, b in zip(words, words[1:], strict=False)]
    height = max(words[stop].box.height, words[stop - 1].box.height)
    return gap >= 0.75 * height and gap >= 1.5 * median(usual)


def _may_follow(word: Word, phrase: Phrase) -> bool:
    """Tell whether `word` can be the value's first after a label with neither colon nor gap behind it: only figures can.

    "Name des Ehegatten" is no name, but "geb. am 12.03.1980" is a date.
    """
    return any(spec.kind in _FIGURES for spec in phrase.specs) and any(c.isdigit() for c in word.text)


_FIGURES: Final = frozenset(
    {FieldKind.DATE, FieldKind.POSTAL_CODE, FieldKind.PHONE, FieldKind.INTEGER, FieldKind.LANR, FieldKind.BSNR, FieldKind.ADDRESS}
)


def _unknown_labels(sheet: Sheet, known: Sequence[Label]) -> list[Label]:
    """Return what ends in a colon and is no known label: it asks for something, so its value belongs to nobody else."""
    found: list[Label] = []
    for segment in sheet.segments:
        taken = {i for label in known if label.segment is segment for i in range(label.start, label.stop)}
        taken |= set(range(len(segment.words))) if any(label.wrapped is segment for label in known) else set()
        start = 0
        for index, word in enumerate(segment.words):
            if index in taken:
                start = index + 1
            elif word.text.endswith(":") and sum(c.isalpha() for c in word.text) >= 2 and not _CLOCK_OR_RATIO.search(word.text):
                found.append(Label(LabelKind.UNKNOWN, segment, start, index + 1, 1.0, has_colon=True))
                start = index + 1
        if not taken and start == 0 and (_is_caption(segment, sheet) or _is_in_label_column(segment, known, sheet)):
            found.append(Label(LabelKind.UNKNOWN, segment, 0, len(segment.words), 1.0))
    return found


def _is_in_label_column(segment: Segment, known: Sequence[Label], sheet: Sheet) -> bool:
    """Tell whether a segment stands in a column of labels, with print right of it where their answers stand: a label too."""
    mates = [label for label in known if label.start == 0 and abs(label.box.left - segment.box.left) <= 0.7 * sheet.em]
    if len(mates) < 4 or not any(c.isalpha() for c in segment.text):
        return False
    labelled = {id(label.segment) for label in known}
    answers = [s for m in mates for s in sheet.segments if same_row(s.box, m.box) and s.box.left > m.box.right and id(s) not in labelled]
    here = [s for s in sheet.segments if same_row(s.box, segment.box) and s.box.left > segment.box.right]
    lined_up = [s for s in here if sum(abs(a.box.left - s.box.left) <= 0.7 * sheet.em for a in answers) >= 3]
    return bool(lined_up)


def _is_caption(segment: Segment, sheet: Sheet) -> bool:
    """Tell whether a segment is small print in the upper left of a ruled cell with larger print below: a label."""
    cell = sheet.grid.cell_of(segment.box)
    if not cell.is_closed or segment.box.left - cell.box.left > 2 * sheet.em or not any(c.isalpha() for c in segment.text):
        return False
    mates = [s for s in sheet.segments if s is not segment and cell.box.contains(s.box, sheet.em)]
    below = [s for s in mates if s.box.top >= segment.box.bottom - 0.2 * sheet.em]
    return len(below) == len(mates) > 0 and segment.box.height <= 0.8 * min(s.box.height for s in below)
