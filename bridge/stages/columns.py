"""Where the columns of a list begin and end: at its upright rules, else in the gutters that no entry crosses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final

from bridge.domain.forms import FieldKind, FieldSpec
from bridge.domain.layout import Word
from bridge.stages.headers import Header, Title
from bridge.stages.lines import Segment, Sheet, rows_of, union

_LEAST_LINES: Final = 4  # that must stand aligned below a gutter, where no title tells of a column
_BROKEN_RULE: Final = re.compile(r"[nmuaorevw\W_]{2,}")  # what the dashes of a broken rule are read as
_NUMBERED: Final = re.compile(r"(\d{1,3}[.)]?)([^\W\d_]{2,}.*)")
_DOUBTED: Final = 0.5
_FURTHEST_SHIFT_MM: Final = 6.0  # of a page laid on the glass a little further than the one before


@dataclass(frozen=True)
class Column:
    """One column in pixels of the page; `spec` None where its title is not known, `title` as it was read.

    `score` (0..1) says how well the title fits; `is_guessed` where the title was not to be read and the entries named it.
    """

    left: float
    right: float
    spec: FieldSpec | None
    score: float
    is_ignored: bool = False
    title: str = ""
    is_guessed: bool = False


def place_columns(sheet: Sheet, header: Header, words: Sequence[Word]) -> tuple[Column, ...]:
    """Return the columns under a header, left to right; `words` are those below it."""
    rules = table_rules(sheet, header)
    asked = [title for title in header.titles if title.spec is not None or title.is_ignored]
    if len(rules) >= max(3, len(asked) - 1):
        return _ruled(sheet, header, rules)
    solid = _gutter_words([word for word in words if is_solid(word, sheet)], header, sheet)
    titles = [title for title in header.titles if title.spec is not None or title.is_ignored or len(title.text) > 1]
    borders = [_gutter(left, right, solid, sheet) for left, right in pairwise(titles)]
    borders += _untitled_borders(borders, titles, solid, sheet)
    inner = sorted(borders)
    first = [w.box.left for w in solid if not inner or w.box.centre[0] < inner[0]]
    last = [w.box.right for w in solid if not inner or w.box.centre[0] > inner[-1]]
    left = min([titles[0].box.left, *first]) - sheet.em
    right = min(float(sheet.layout.width), max([titles[-1].box.right, *last]) + sheet.em)
    return _titled(_occupied([left, *inner, right], solid, header), header)


def _gutter_words(words: Sequence[Word], header: Header, sheet: Sheet) -> list[Word]:
    """Return the words without lines that run on from title to title: prose and notes between the rows know no columns."""
    starts = [title.box.left for title in header.titles]
    kept: list[Word] = []
    for line in rows_of(Segment((word,)) for word in words):
        gaps = [after.box.left - before.box.right for before, after in pairwise(line)]
        box = union(segment.box for segment in line)
        runs_on = any(box.left + sheet.em < start < box.right - 0.3 * sheet.em for start in starts)
        if not runs_on or max(gaps, default=0.0) > 1.2 * sheet.em:
            kept += [segment.words[0] for segment in line]
    return kept


def _occupied(edges: Sequence[float], words: Sequence[Word], header: Header) -> list[float]:
    """Return `edges` without those of columns that neither a known title nor any entry claims: half of a title, not a column."""
    kept = [edges[0]]
    for left, right in pairwise(edges[1:]):
        is_asked = any(left <= t.box.centre[0] < right and (t.spec is not None or t.is_ignored) for t in header.titles)
        if is_asked or any(left <= w.box.centre[0] < right for w in words):
            kept.append(left)
    return [*kept, edges[-1]]


def table_rules(sheet: Sheet, header: Header) -> list[float]:
    """Return the x of the upright rules of a list: those that cross its header, but no streak that comes from above."""
    top, bottom = header.box.top, header.box.bottom
    found = {*sheet.grid.upright_in(top, bottom), *sheet.grid.upright_in(top, bottom + 12 * sheet.em, 0.5)}
    rules: list[float] = []
    for x in sorted(found):
        if not rules or x - rules[-1] > sheet.mm:
            rules.append(x)
    tops = {x: sheet.grid.top_of_upright(x) for x in rules}
    usual = median(tops.values()) if tops else 0.0
    return [x for x in rules if tops[x] >= usual - 2 * sheet.em]


def is_solid(word: Word, sheet: Sheet) -> bool:
    """Tell whether a word can be print of an entry: of a letter's height, not a rule, a streak or two lines read as one."""
    if word.confidence < _DOUBTED and _BROKEN_RULE.fullmatch(word.text):
        return False
    return any(c.isalnum() for c in word.text) and 0.45 * sheet.em <= word.box.height <= 2.1 * sheet.em


def column_at(word: Word, columns: Sequence[Column]) -> Column:
    """Return the column in which a word stands: that of its middle; a long word belongs where it begins."""
    x = word.box.centre[0]
    for column in columns:
        if column.left <= x < column.right:
            return column
    return columns[0] if x < columns[0].left else columns[-1]


def with_numbers_apart(words: Iterable[Word], columns: Sequence[Column], sheet: Sheet) -> list[Word]:
    """Return the words, a running number read together with the name in the next column as two."""
    borders = [column.right for column in columns if column.spec is not None and column.spec.kind is FieldKind.INTEGER]
    apart: list[Word] = []
    for word in words:
        glued = _NUMBERED.fullmatch(word.text)
        border = next((x for x in borders if word.box.left < x - 0.3 * sheet.em and x + sheet.em < word.box.right), None)
        if glued is None or border is None:
            apart.append(word)
            continue
        # where the name begins is not known: its crop is as wide as its column anyway
        apart += [
            replace(word, text=glued.group(1), box=replace(word.box, right=border)),
            replace(word, text=glued.group(2), box=replace(word.box, left=border)),
        ]
    return apart


def shifted(columns: Sequence[Column], words: Sequence[Word], sheet: Sheet) -> tuple[Column, ...]:
    """Return the columns of the page before, moved to where the entries of this one cross their borders least."""
    steps = range(-round(_FURTHEST_SHIFT_MM), round(_FURTHEST_SHIFT_MM) + 1)
    borders = [column.left for column in columns[1:]]
    solid = [word.box for word in words if is_solid(word, sheet)]

    def crossings(step: int) -> int:
        at = step * sheet.mm
        return sum(box.left < border + at < box.right for box in solid for border in borders)

    best = min(steps, key=lambda step: (crossings(step), abs(step))) * sheet.mm
    return tuple(replace(column, left=column.left + best, right=column.right + best) for column in columns)


def _ruled(sheet: Sheet, header: Header, rules: Sequence[float]) -> tuple[Column, ...]:
    edges = list(rules)
    if header.box.left < edges[0] - sheet.em:
        edges.insert(0, header.box.left - sheet.em)
    if header.box.right > edges[-1] + sheet.em:
        edges.append(float(sheet.layout.width))
    return _titled(edges, header)


def _titled(edges: Sequence[float], header: Header) -> tuple[Column, ...]:
    """Return the columns between `edges` with their titles."""
    columns = []
    for left, right in pairwise(edges):
        inside = [t for t in header.titles if left <= t.box.centre[0] < right]
        # half of a title may happen to be another nobody asks for: what is asked for goes first
        title = max(inside, key=lambda t: (t.spec is not None, t.score), default=Title(header.box, "", None, 0.0))
        text = " ".join(t.text for t in inside)
        columns.append(Column(left, right, title.spec, title.score, title.is_ignored, text))
    return tuple(columns)


def _gutter(left: Title, right: Title, words: Sequence[Word], sheet: Sheet) -> float:
    """Return the middle of the widest strip between two titles' middles that the fewest words cross: a title stands over its column."""
    start, stop = min(left.box.left + sheet.em, left.box.centre[0]), right.box.centre[0]
    best, best_key = right.box.left - 0.5 * sheet.em, (10**9, 0.0)
    step = max(1.0, sheet.em / 4)
    places = [start + step * i for i in range(max(1, int((stop - start) / step)))]
    crossings = [sum(w.box.left - 1 < x < w.box.right + 1 for w in words) for x in places]
    fewest = min(crossings)
    run: list[float] = []
    for x, crossed in [*zip(places, crossings, strict=True), (stop, fewest + 1)]:
        if crossed == fewest:
            run.append(x)
            continue
        if run:
            key = (fewest, -(run[-1] - run[0]) + 0.3 * abs((run[0] + run[-1]) / 2 - right.box.left))
            if key < best_key:
                best, best_key = (run[0] + run[-1]) / 2, key
        run = []
    return best


def _untitled_borders(borders: Sequence[float], titles: Sequence[Title], words: Sequence[Word], sheet: Sheet) -> list[float]:
    """Return borders of columns whose titles were not read: a gutter that nothing crosses, with entries aligned behind it."""
    edges = [float("-inf"), *sorted(borders), float("inf")]
    found = []
    for left, right in pairwise(edges):
        mine = sorted((w for w in words if left <= w.box.centre[0] < right), key=lambda w: w.box.left)
        reached = mine[0].box.right if mine else 0.0
        for word in mine[1:]:
            here = 0.5 * (reached + word.box.left)
            behind = [w for w in mine if w.box.left >= word.box.left and w.box.left - word.box.left <= 0.6 * sheet.em]
            is_gutter = word.box.left - reached >= 0.9 * sheet.em and len(behind) >= _LEAST_LINES
            if is_gutter and not any(t.box.left - 1 < here < t.box.right + 1 for t in titles):
                found.append(here)
            reached = max(reached, word.box.right)
    return found
