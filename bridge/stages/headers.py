"""The header row of a list: where known column titles stand side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Box, Word
from bridge.stages.dates import DAY
from bridge.stages.folding import needed_similarity, squeeze
from bridge.stages.lines import Segment, Sheet, union

_DATE: Final = re.compile(DAY)
_LEAST_TITLES: Final = 3
_LEAST_ALIKE: Final = 80.0  # percent: no title forgives as much, none needs to be looked at more closely
_RICHER: Final = 2  # titles by which a row must surpass another to be the header instead of it
_RICHER_WITHIN: Final = 12.0  # and heights of letters by which it may stand lower
_STOREY: Final = 2.6  # heights of letters from one storey of titles to the next
_INSIDE: Final = 0.9  # of a print's height within the header for it to be a title, though nobody knows it
_TOUCHING: Final = 0.5  # of the print's height, by which boxes of titles may reach into one another
_SURELY_IGNORED: Final = 0.9  # similarity from which a title is one nobody asks for: its column is left out without a word


@dataclass(frozen=True)
class Title:
    """A column's title; `spec` None where it is not known, `is_ignored` where it is known and not asked for."""

    box: Box
    text: str
    spec: FieldSpec | None
    score: float
    is_ignored: bool = False

    @property
    def is_known(self) -> bool:
        """Tell whether it is a title of a list's column, asked for or not."""
        return self.spec is not None or self.is_ignored


@dataclass(frozen=True)
class Header:
    """The titles of one list, left to right."""

    box: Box
    titles: tuple[Title, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """The titles a type's lists may have, made comparable, and what each asks for; None what nobody asks for."""

    titles: Sequence[str]
    specs: Sequence[FieldSpec | None]


def find_header(sheet: Sheet, kind: DocumentType, below: float) -> Header | None:
    """Return the topmost row of at least three different known column titles whose top lies under `below`.

    A richer row close below goes first: a box of the form above a list holds words that titles hold too.
    """
    known = _known_titles(kind)
    pieces = [p for s in sheet.segments if s.box.top >= below for p in _titles_in(s, known)]
    pieces = sorted(_stack(pieces, known, sheet), key=lambda t: t.box.top)
    best: Sequence[Title] = ()
    for piece in pieces:
        if best and piece.box.top > best[0].box.top + _RICHER_WITHIN * sheet.em:
            break
        row = [p for p in pieces if _is_level(p.box, piece.box, sheet)]
        if _count(row) >= (_count(best) + _RICHER if best else _LEAST_TITLES) and not _has_dates(best, piece.box.top, pieces):
            best = row
    return _header(_with_storey(best, pieces, sheet), pieces) if best else None


def _count(row: Sequence[Title]) -> int:
    """Return how many different known titles of a row stand side by side."""
    return len({title.spec.path for title in _side_by_side(row) if title.spec is not None})


def _has_dates(row: Sequence[Title], above: float, pieces: Sequence[Title]) -> bool:
    """Tell whether a date stands under one of the titles that ask for dates, higher than `above`: then the row heads a list."""
    asked = [t.box for t in row if t.spec is not None and t.spec.kind is FieldKind.DATE]
    dates = [p.box for p in pieces if _DATE.search(p.text) and p.box.top < above]
    return any(date.top > title.bottom and date.overlap_x(title) > 0 for date in dates for title in asked)


def _with_storey(row: Sequence[Title], pieces: Sequence[Title], sheet: Sheet) -> list[Title]:
    """Return a row of titles with those of the storey below it: known ones that stand under no other known title.

    One alone may be an entry of the first row, and so is all beside a figure.
    """
    bottom = max(t.box.bottom for t in row if t.spec is not None)
    below = [p for p in pieces if p not in row and 0 < p.box.bottom - bottom <= _STOREY * sheet.em]
    asked = [t for t in row if t.is_known]
    storey: list[Title] = []
    for piece in below:
        if piece.spec is None or any(piece.box.overlap_x(t.box) > 0 for t in (*asked, *storey)):
            continue
        taken = {path for t in (*asked, *storey) if t.spec is not None for path in t.spec.filled_paths()}
        beside = [p for p in below if p.spec is None and abs(p.box.centre[1] - piece.box.centre[1]) <= sheet.em]
        if not taken & {*piece.spec.filled_paths()} and not any(c.isdigit() for p in beside for c in p.text):
            storey.append(piece)
    return [*row, *storey] if len(storey) > 1 else [*row]


def _side_by_side(row: Sequence[Title]) -> list[Title]:
    """Return the known titles of a row of which none stands above another: labels of a form do, one a line."""
    chosen: list[Title] = []
    for title in sorted((t for t in row if t.spec is not None), key=lambda t: t.box.left):
        if not chosen or title.box.left >= chosen[-1].box.right - _TOUCHING * title.box.height:
            chosen.append(title)
    return chosen


def _header(row: Sequence[Title], pieces: Sequence[Title]) -> Header:
    """Return the header of a row of titles, with all that is printed beside them."""
    box = union(title.box for title in row if title.is_known)
    inside = [t for t in pieces if t in row or t.box.overlap_y(box) > _INSIDE * t.box.height]
    inside = [t for t in inside if t.box.overlap_y(box) > 0.3 * t.box.height]
    left = min(title.box.left for title in row)
    return Header(Box(left, box.top, max(t.box.right for t in row), box.bottom), tuple(sorted(inside, key=lambda t: t.box.left)))


def _is_level(one: Box, other: Box, sheet: Sheet) -> bool:
    return abs(one.centre[1] - other.centre[1]) <= 1.8 * sheet.em


def _known_titles(kind: DocumentType) -> _Known:
    asked = [(title_key(text), spec) for spec in kind.columns for text in spec.labels]
    ignored = [title_key(text) for text in kind.ignored]
    return _Known([*(title for title, _ in asked), *ignored], [*(spec for _, spec in asked), *(None for _ in ignored)])


def title_key(text: str) -> str:
    """Return a title made comparable: as `squeeze`, rn and m made one; signs alone ("#") stay as they are."""
    return squeeze(text).replace("rn", "m") or text.strip()


def _best(text: str, known: _Known) -> tuple[float, FieldSpec | None, bool]:
    """Return (score, spec, is known) of the title that fits best, score 0 where none fits well enough."""
    alike = process.extract(title_key(text), known.titles, scorer=fuzz.ratio, limit=None, score_cutoff=_LEAST_ALIKE)
    for title, percent, index in alike:  # the likest first
        spec = known.specs[index]
        if percent / 100 >= max(needed_similarity(title), _SURELY_IGNORED if spec is None else 0.0):
            return percent / 100, spec, True
    return 0.0, None, False


def _titles_in(segment: Segment, known: _Known) -> list[Title]:
    """Return the known titles in a segment from the left, and what is left between them."""
    words, titles, start = segment.words, list[Title](), 0
    loose: list[Word] = []
    while start < len(words):
        title, stop = _title_at(words, start, known)
        if title is None:
            loose.append(words[start])
        else:
            titles += [*_loose_title(loose), title]
            loose = []
        start = stop
    return titles + _loose_title(loose)


def _title_at(words: Sequence[Word], start: int, known: _Known) -> tuple[Title | None, int]:
    """Return the title that begins at a word, and where it ends: the longest, but of a blurred one and two plain ones the two."""
    found: list[tuple[Title, int]] = []
    for stop in range(min(len(words), start + 5), start, -1):
        text = " ".join(word.text for word in words[start:stop])
        score, spec, is_known = _best(text, known)
        # a form's question, with its answer behind it, or one of several things that a form asks for at once
        is_question = text.endswith((":", ",")) and stop < len(words)
        if is_known and not is_question:
            found.append((Title(union(w.box for w in words[start:stop]), text, spec, score, spec is None), stop))
    if not found:
        return None, start + 1
    longest, end = found[0]
    for shorter, stop in found[1:]:
        rest = " ".join(word.text for word in words[stop:end])
        if longest.score < shorter.score == 1.0 and _best(rest, known)[0] == 1.0:
            return shorter, stop
    return longest, end


def _loose_title(words: Sequence[Word]) -> list[Title]:
    if not words:
        return []
    return [Title(union(w.box for w in words), " ".join(w.text for w in words), None, 0.0)]


def _stack(pieces: Sequence[Title], known: _Known, sheet: Sheet) -> list[Title]:
    """Return the pieces with titles that are wrapped over two or three lines put together."""
    done: set[int] = set()
    stacked: list[Title] = []
    for upper in sorted(pieces, key=lambda t: t.box.top):
        if id(upper) in done:
            continue
        current = upper
        for lower in sorted(pieces, key=lambda t: t.box.top):
            if lower is upper or id(lower) in done or not _is_under(current.box, lower.box, sheet):
                continue
            text = current.text[:-1] + lower.text if current.text.endswith("-") else f"{current.text} {lower.text}"
            score, spec, is_known = _best(text, known)
            if is_known and (score >= current.score or current.spec is None):
                done.add(id(lower))
                current = Title(current.box.union(lower.box), text, spec, score, spec is None)
            elif current.score == 0 and lower.score == 0:
                done.add(id(lower))
                current = Title(current.box.union(lower.box), text, None, 0.0)
        stacked.append(current)
    return stacked


def _is_under(upper: Box, lower: Box, sheet: Sheet) -> bool:
    gap = lower.top - upper.bottom
    return -0.3 * sheet.em <= gap <= 0.9 * sheet.em and upper.overlap_x(lower) > 0 and not sheet.grid.level_between(upper, lower)
