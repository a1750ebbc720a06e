"""Where the columns of a list begin and end: at its upright rules, else in the gutters that no entry crosses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final

from bridge.domain.forms import FieldSpec
from bridge.domain.layout import Word
from bridge.stages.gutters import Strip, gutter_words
from bridge.stages.headers import Header, Title
from bridge.stages.lines import Sheet

_LEAST_RULES: Final = 3
_PIERCED: Final = 3  # entries that a streak runs through
_INSIDE: Final = 0.2  # of an entry's width: what is nearer to its end may be a box grown over a rule
_BLANK: Final = 0.7  # heights of letters between words of one title at most
_BROKEN_RULE: Final = re.compile(r"[nmuaorevw\W_]{2,}")  # what the dashes of a broken rule are read as
_BAR_APART: Final = re.compile(r"[^|¦]+")
# where an entry may end and another begin: behind figures, before figures, before a capital; not within a day
_JOINT: Final = re.compile(r"\d[.)]?(?=[^\W\d_]{2})|[^\W\d_]\.?(?=\d)|[a-zäöüß]\.?(?=[A-ZÄÖÜ])")
_JOINT_NEAR: Final = 2.5  # letters
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
    """Return the columns under a header, left to right; `words` are those below it.

    Rules part them, and gutters where no rule was found: a fax loses some, and forms draw some alone.
    """
    solid = gutter_words([word for word in words if is_solid(word, sheet)], header, sheet)
    rules = _unpierced(table_rules(sheet, header), solid)
    asked = [title for title in header.titles if title.is_known]
    is_complete = len(rules) >= max(_LEAST_RULES, len(asked) - 1)
    titles = _lowest(header.titles, rules, sheet)
    edges = _with_ends(rules, header, sheet)
    borders: list[float] = []
    for left, right in pairwise(edges):
        strip = Strip.of(left, right, [t for t in titles if t.is_known or len(t.text) > 1], solid)
        is_drawn = is_complete and left in rules and right in rules
        found = strip.gutters(sheet, only_clean=is_drawn)
        borders += found if is_drawn else [*found, *strip.untitled_borders(found, sheet)]
    inner = sorted([*edges[1:-1], *borders])
    ends = _ends(edges, inner, header, titles, solid, sheet)
    edges = _matched([ends[0], *inner, ends[1]], titles, solid, rules)
    return _titled(_occupied(edges, solid, header, rules), titles, header)


def _unpierced(rules: Sequence[float], words: Sequence[Word]) -> list[float]:
    """Return the rules without those that run through entries: streaks do, which a scanner draws down a page."""

    def is_streak(x: float) -> bool:
        return sum(w.box.left + _INSIDE * w.box.width < x < w.box.right - _INSIDE * w.box.width for w in words) >= _PIERCED

    return [x for x in rules if not is_streak(x)]


def _lowest(titles: Sequence[Title], rules: Sequence[float], sheet: Sheet) -> list[Title]:
    """Return the titles of single columns: none that stands over another's title, no remark under one or right beside it."""
    known = [title for title in titles if title.is_known]

    def is_over_another(title: Title) -> bool:
        return any(other.box.top > title.box.centre[1] and other.box.overlap_x(title.box) > 0 for other in known)

    def is_remark(title: Title) -> bool:
        near = [other.box for other in known if other.box.overlap_y(title.box) > 0 or other.box.overlap_x(title.box) > 0]
        gaps = [(min(b.right, title.box.right), max(b.left, title.box.left)) for b in near]
        return not title.is_known and any(b - a < _BLANK * sheet.em and not any(a <= x <= b for x in rules) for a, b in gaps)

    return [title for title in titles if not is_over_another(title) and not is_remark(title)]


def _with_ends(rules: Sequence[float], header: Header, sheet: Sheet) -> list[float]:
    """Return the rules with endless strips beside them where titles stand outside them."""
    edges = list(rules)
    if not edges or header.box.left < edges[0] - sheet.em:
        edges.insert(0, float("-inf"))
    if len(edges) < 2 or header.box.right > edges[-1] + sheet.em:
        edges.append(float("inf"))
    return edges


def _ends(
    edges: Sequence[float], inner: Sequence[float], header: Header, titles: Sequence[Title], words: Sequence[Word], sheet: Sheet
) -> tuple[float, float]:
    """Return where the first column begins and the last one ends: at their rules, where the lines of the header end, else around print."""
    drawn = sheet.grid.level_span(header.box.top - 2 * sheet.em, header.box.bottom + 2 * sheet.em) if len(edges) > 2 else None
    left, right = edges[0], edges[-1]
    if left == float("-inf"):
        first = [w.box.left for w in words if not inner or w.box.centre[0] < inner[0]]
        is_within = drawn is not None and drawn[0] < header.box.left
        left = drawn[0] if drawn is not None and is_within else min([titles[0].box.left, *first]) - sheet.em
    if right == float("inf"):
        last = [w.box.right for w in words if not inner or w.box.centre[0] > inner[-1]]
        is_within = drawn is not None and drawn[1] > header.box.right
        right = drawn[1] if drawn is not None and is_within else max([titles[-1].box.right, *last]) + sheet.em
    return left, min(float(sheet.layout.width), right)


def _matched(edges: Sequence[float], titles: Sequence[Title], words: Sequence[Word], rules: Sequence[float]) -> list[float]:
    """Return `edges` without gutters between a title over no entries and entries under no title: the one stands over the other's end."""
    kept = [edges[0]]
    for border, right in pairwise(edges[1:]):
        beside = [(left, stop) for left, stop in ((kept[-1], border), (border, right))]
        is_titled = [any(left <= t.box.centre[0] < stop for t in titles) for left, stop in beside]
        is_filled = [any(left <= w.box.centre[0] < stop for w in words) for left, stop in beside]
        is_torn = is_titled in ([True, False], [False, True]) and is_filled == [not titled for titled in is_titled]
        if border in rules or not is_torn:
            kept.append(border)
    return [*kept, edges[-1]]


def _occupied(edges: Sequence[float], words: Sequence[Word], header: Header, rules: Sequence[float]) -> list[float]:
    """Return `edges` without those of columns that no rule, no known title and no entry claims: half of a title, not a column."""
    kept = [edges[0]]
    for left, right in pairwise(edges[1:]):
        is_asked = any(left <= t.box.centre[0] < right and t.is_known for t in header.titles)
        if is_asked or left in rules or any(left <= w.box.centre[0] < right for w in words):
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
    tops = {x: sheet.grid.top_of_upright(x, bottom) for x in rules}
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


def parted_at_bars(words: Iterable[Word]) -> list[Word]:
    """Return the words, those in which a rule was read as a bar ("männl.|23.12.1982") as several, each as wide as its letters."""
    parted: list[Word] = []
    for word in words:
        width = word.box.width / max(1, len(word.text))
        pieces = list(_BAR_APART.finditer(word.text))
        at = [(piece.group(), word.box.left + piece.start() * width, word.box.left + piece.end() * width) for piece in pieces]
        parted += [replace(word, text=text, box=replace(word.box, left=a, right=b)) for text, a, b in at] if len(at) > 1 else [word]
    return parted


def parted_at_borders(words: Iterable[Word], columns: Sequence[Column], sheet: Sheet) -> list[Word]:
    """Return the words, two entries of neighbouring columns read as one word ("1Böhm", "männl.31.05.1946") as two."""
    borders = [column.right for column in columns[:-1]]
    apart: list[Word] = []
    for word in words:
        border = next((x for x in borders if word.box.left < x - 0.3 * sheet.em and x + sheet.em < word.box.right), None)
        joint = _joint(word, border) if border is not None else None
        if border is None or joint is None:
            apart.append(word)
            continue
        # where the second begins is not known: its crop is as wide as its column anyway
        apart += [
            replace(word, text=word.text[:joint], box=replace(word.box, right=border)),
            replace(word, text=word.text[joint:], box=replace(word.box, left=border)),
        ]
    return apart


def _joint(word: Word, border: float) -> int | None:
    """Return where in a word's text one entry meets another: figures meet letters there, near the border."""
    expected = (border - word.box.left) / word.box.width * len(word.text)
    joints = [joint.end() for joint in _JOINT.finditer(word.text) if abs(joint.end() - expected) <= _JOINT_NEAR]
    return min(joints, key=lambda at: abs(at - expected), default=None)


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


def _titled(edges: Sequence[float], titles: Sequence[Title], header: Header) -> tuple[Column, ...]:
    """Return the columns between `edges` with their titles."""
    columns = []
    for left, right in pairwise(edges):
        inside = [t for t in titles if left <= t.box.centre[0] < right]
        # half of a title may happen to be another nobody asks for: what is asked for goes first
        title = max(inside, key=lambda t: (t.spec is not None, t.score), default=Title(header.box, "", None, 0.0))
        text = " ".join(t.text for t in inside)
        columns.append(Column(left, right, title.spec, title.score, title.is_ignored, text))
    return tuple(columns)
