"""Printed labels and headings on a page: what the form asks, wherever it asks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final

from rapidfuzz import fuzz, process

from bridge.domain.forms import DocumentType, FieldKind
from bridge.domain.layout import Word
from bridge.stages.folding import differ_by_misreading, fold, needed_similarity, squeeze
from bridge.stages.lines import Segment, Sheet, same_row
from bridge.stages.roles import answers_above, follows_mark, is_answer, settled, unknown_labels
from bridge.stages.vocabulary import HEADING_PREFIX, NUMBERING, Label, LabelKind, Phrase, is_numbering, known_phrases
from bridge.stages.wordings import UNDERSTOOD, understand

_LONGEST: Final = 9  # words of a label
_TRANSLATED: Final = 6  # words of a label in another language behind a slash, the slash included
_PARAGRAPH: Final = re.compile(
    r"(?:n\.|nach|gem\.|gemäß|lt\.|i\. ?S\. ?d\.) +(?:[§$&8S]{1,2}|Par\.) *\d[^:]{0,30}? ?[I1l][fFt]?S[G6C]\b:?", re.IGNORECASE
)
_SHORT: Final = 3  # letters of a label too short to be guessed by them
_PLACE: Final = squeeze("Ort")
_GUESS: Final = 0.68  # likeness from which a label whose place shows that it is one may be guessed
_GUESSED_AT_MOST: Final = 0.8
_CLEARLY: Final = 0.08  # by which a guess must be better than any other field's label


@dataclass(frozen=True, slots=True)
class _Candidate:
    segment: Segment
    start: int
    stop: int
    text: str
    wrapped: Segment | None = None


def find_labels(sheet: Sheet, kind: DocumentType) -> tuple[Label, ...]:
    """Return every label and heading of a page in reading order; none overlaps another."""
    texts, phrases = known_phrases(kind)
    candidates = list(_candidates(sheet))
    matched = _match(candidates, texts, phrases)
    matched = [label for label in matched if not _is_two_labels(label, matched)]
    kept: list[Label] = []
    for label in sorted(matched, key=_strength, reverse=True):
        if not any(_overlap(label, other) for other in kept):
            kept.append(label)
    kept = [label for label in kept if not (is_answer(label, kept, sheet) or answers_above(label, kept, sheet))]
    kept = [settled(label, kept, sheet, kind) for label in kept]
    kept += _worded(sheet, kept, kind)
    unknown = [label for label in unknown_labels(sheet, kept) if not answers_above(label, kept, sheet)]
    kept += [_understood(label, kind) or _guessed(label, kept, texts, phrases, sheet) for label in unknown]
    places = {id(segment): place for place, segment in enumerate(sheet.segments)}
    return tuple(sorted(kept, key=lambda label: (places[id(label.segment)], label.start)))


def _is_two_labels(label: Label, matched: Sequence[Label]) -> bool:
    """Tell whether a label taken for wrapped is two, one below the other: each line is known, and better, by itself."""
    if label.wrapped is None:
        return False
    upper = (o for o in matched if o.segment is label.segment and o.wrapped is None and o.start == 0 and o.is_whole)
    lower = (o for o in matched if o.segment is label.wrapped and o.wrapped is None and o.start == 0)
    return any(o.score >= label.score for o in upper) and any(o.score >= label.score for o in lower)


def _worded(sheet: Sheet, known: Sequence[Label], kind: DocumentType) -> list[Label]:
    """Return labels that fill their segment and whose wording tells what they ask, though nobody listed it."""
    taken = {id(label.segment) for label in known} | {id(label.wrapped) for label in known if label.wrapped}
    free = [segment for segment in sheet.segments if id(segment) not in taken and len(segment.words) <= _LONGEST]
    found: list[Label] = []
    for segment in free:
        if any(c.isdigit() for c in segment.text) or follows_mark(segment, sheet):
            continue
        label = Label(LabelKind.UNKNOWN, segment, 0, len(segment.words), UNDERSTOOD, has_colon=segment.text.endswith(":"))
        understood = _understood(label, kind, is_evident=False)
        others = [*known, *found]
        if understood is not None and not (is_answer(understood, others, sheet) or answers_above(understood, others, sheet)):
            found.append(understood)
    return found


def _understood(label: Label, kind: DocumentType, *, is_evident: bool = True) -> Label | None:
    """Return an unknown label as what its wording asks, None where that does not tell."""
    text = " ".join(word.text for word in label.segment.words[label.start : label.stop])
    phrase = understand(_without_hint(text, is_first=label.start == 0).strip() or text, kind, is_evident=is_evident)
    if phrase is None:
        return None
    label_kind = LabelKind.FIELD if phrase.specs else LabelKind.HEADING if phrase.section else LabelKind.IGNORED
    return replace(label, kind=label_kind, specs=phrase.specs, section=None if phrase.specs else phrase.section, score=UNDERSTOOD)


def _guessed(label: Label, known: Sequence[Label], texts: tuple[str, ...], phrases: tuple[Phrase, ...], sheet: Sheet) -> Label:
    """Return a label that nobody knows as the one it most likely is, where its place shows that it is one.

    Blurred beyond the usual, it counts if it resembles one field's labels only; beside a postal code stands the place.
    The low score keeps what it asks for from leaving without a person.
    """
    text = squeeze(_without_hint(" ".join(word.text for word in label.segment.words[label.start : label.stop]), is_first=label.start == 0))
    if len(text) <= _SHORT:
        place = texts.index(_PLACE) if _PLACE in texts and label.start == 0 and _follows_postal_code(label, known, sheet) else None
        return label if place is None else replace(label, kind=LabelKind.FIELD, specs=phrases[place].specs, score=_GUESS)
    scores = process.cdist([text], texts, scorer=fuzz.ratio, score_cutoff=100 * _GUESS, dtype="float32")[0]
    best_first = [int(index) for index in scores.argsort()[::-1][:12] if scores[index] > 0]
    near = [(phrases[index], float(scores[index]) / 100) for index in best_first if differ_by_misreading(text, texts[index])]
    if not near:
        return label
    (phrase, score), *others = near
    paths = {spec.path for spec in phrase.specs}
    is_alone = all(score - other >= _CLEARLY or {spec.path for spec in rival.specs} & paths for rival, other in others)
    if not phrase.specs or not is_alone:
        return label
    return replace(label, kind=LabelKind.FIELD, specs=phrase.specs, score=min(score, _GUESSED_AT_MOST))


def _follows_postal_code(label: Label, known: Sequence[Label], sheet: Sheet) -> bool:
    left = [other for other in known if same_row(other.box, label.box) and other.box.right <= label.box.left]
    nearest = max(left, key=lambda other: other.box.right, default=None)
    return (
        nearest is not None
        and any(spec.kind is FieldKind.POSTAL_CODE for spec in nearest.specs)
        and not any(spec.kind is FieldKind.CITY for other in known if same_row(other.box, label.box) for spec in other.specs)
        and label.box.left - nearest.box.right <= 60 * sheet.mm
    )


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
        is_option = follows_mark(segment, sheet)
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


def _is_asking(words: Sequence[Word], start: int, stop: int) -> bool:
    """Tell whether words inside an option ask for more ("ja, seit: …", "Tod am 12.03.2026") and do not just name it."""
    asks = words[stop - 1].text.endswith(":") or (stop < len(words) and any(c.isdigit() for c in words[stop].text))
    return asks and (start > 0 or words[stop - 1].text.endswith(":"))


def _join(upper: str, lower: str) -> str:
    return upper[:-1] + lower if upper.endswith("-") else f"{upper} {lower}"


def _wrapped_under(segment: Segment, sheet: Sheet) -> Segment | None:
    """Return the segment in which a label may go on: right below, flush left, in the same cell."""
    if segment.text.endswith((":", "?")):
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
    if NUMBERING.match(before) or before.endswith((",", ";", ")", "/", "|")):
        return True
    ahead = words[start : start + 5]
    if any(word.text.endswith(":") for word in ahead):
        return True
    return words[start].text[:1].islower() or any(c.isdigit() for word in ahead[1:] for c in word.text)


def _match(candidates: Sequence[_Candidate], texts: tuple[str, ...], phrases: tuple[Phrase, ...]) -> list[Label]:
    if not texts or not candidates:
        return []
    wholes = [squeeze(candidate.text) for candidate in candidates]
    queries = [_query(candidate) for candidate in candidates]
    headings = [squeeze(HEADING_PREFIX.sub("", fold(c.text))) for c in candidates]
    whole = process.cdist(wholes, texts, scorer=fuzz.ratio, score_cutoff=82, dtype="float32")
    plain = process.cdist(queries, texts, scorer=fuzz.ratio, score_cutoff=82, dtype="float32")
    opened = process.cdist(headings, texts, scorer=fuzz.ratio, score_cutoff=82, dtype="float32")
    found: list[Label] = []
    for index, candidate in enumerate(candidates):
        tried: set[str] = set()
        for scores, query, is_heading in (
            (whole, wholes[index], False),
            (plain, queries[index], False),
            (opened, headings[index], True),
        ):
            if not query or query in tried:
                continue
            tried.add(query)
            best = int(scores[index].argmax())
            score = float(scores[index][best]) / 100
            if score < needed_similarity(texts[best]) or score == 0 or not differ_by_misreading(query, texts[best]):
                continue
            label = _label(candidate, phrases[best], score, is_heading=is_heading)
            if label is not None:
                found.append(label)
    return found


def _without_hint(text: str, *, is_first: bool) -> str:
    """Return a label without what it says in brackets and, where it is the first in its line, without its number ("> 3.")."""
    plain = re.sub(r"\([^)]*[^\W\d_][^)]*\)?", " ", text.replace("}", ")").replace("]", ")"))
    first, _, rest = plain.strip().partition(" ")
    if not (rest and is_first and NUMBERING.match(first)):
        return plain
    return _without_hint(rest, is_first=True)


def _query(candidate: _Candidate) -> str:
    """Return a candidate's text as labels are compared: without hints, in each of its lines for itself."""
    if candidate.wrapped is None:
        return squeeze(_without_hint(candidate.text, is_first=candidate.start == 0))
    upper = _without_hint(candidate.segment.text, is_first=True).strip()
    return squeeze(_join(upper, _without_hint(candidate.wrapped.text, is_first=False).strip()))


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
    inner = not is_numbering(words[: candidate.start])
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
    """Return where a label ends once what follows in brackets ("(TT.MM.JJJJ)") or said again ("/ Given name") is counted to it.

    So is the paragraph of the law behind it ("Krankheit n. § 6 IfSG").
    """
    stop = _after_paragraph(words, stop)
    if stop < len(words) and words[stop].text.startswith("("):
        for end in range(stop, min(len(words), stop + 8)):
            if words[end].text.rstrip(":").endswith(")"):
                hint = "".join(word.text for word in words[stop : end + 1])
                return _after_translation(words, end + 1) if any(c.isalpha() for c in hint) else stop  # "(0351)" is an area code
    return _after_translation(words, stop)


def _after_paragraph(words: Sequence[Word], stop: int) -> int:
    """Return where a label ends that names the law's paragraph behind it; readers take its sign for a figure or another sign."""
    rest = " ".join(word.text for word in words[stop:])
    match = _PARAGRAPH.match(rest)
    return stop + len(match.group().split()) if match and not words[stop - 1].text.endswith(":") else stop


def _after_translation(words: Sequence[Word], stop: int) -> int:
    """Return where a label said again behind a slash ends: at its colon, else with its segment, if it is short and holds no figure."""
    if stop == 0 or stop >= len(words) or not words[stop].text.startswith("/") or words[stop - 1].text.endswith(":"):
        return stop
    for end in range(stop, min(len(words), stop + _TRANSLATED)):
        if any(c.isdigit() for c in words[end].text):
            return stop
        if words[end].text.endswith(":") or end + 1 == len(words):
            return end + 1
    return stop


def _gap_after(words: Sequence[Word], stop: int) -> bool:
    """Tell whether the gap after a label is clearly wider than the blanks inside the segment."""
    gap = words[stop].box.left - words[stop - 1].box.right
    usual = [b.box.left - a.box.right for a, b in pairwise(words)]
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
