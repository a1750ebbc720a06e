"""Where the columns of a list begin and end: at its upright rules, else in the gutters that no entry crosses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bridge.domain.forms import FieldKind, FieldSpec
from bridge.domain.layout import Word
from bridge.stages.answers import parse_choice
from bridge.stages.headers import Header, Title
from bridge.stages.lines import Sheet


@dataclass(frozen=True)
class Column:
    """One column in pixels of the page; `spec` None where its title is not known."""

    left: float
    right: float
    spec: FieldSpec | None
    score: float
    is_ignored: bool = False


def place_columns(sheet: Sheet, header: Header, words: Sequence[Word]) -> tuple[Column, ...]:
    """Return the columns under a header, left to right; `words` are those below it."""
    rules = sheet.grid.upright_in(header.box.top, header.box.bottom)
    asked = [title for title in header.titles if title.spec is not None or title.is_ignored]
    if len(rules) >= max(3, len(asked) - 1):
        return _ruled(sheet, header, rules)
    titles = [t for t in header.titles if t.spec is not None or t.is_ignored or len(t.text) > 2]
    borders = [_gutter(left, right, words, sheet) for left, right in pairwise(titles)]
    edges = [min(titles[0].box.left, *(w.box.left for w in words), sheet.layout.width) - sheet.em, *borders, float(sheet.layout.width)]
    return tuple(
        Column(left, right, title.spec, title.score, title.is_ignored) for left, right, title in zip(edges, edges[1:], titles, strict=False)
    )


def name_columns(columns: tuple[Column, ...], words: Sequence[Word], specs: Sequence[FieldSpec]) -> tuple[Column, ...]:
    """Return the columns with those of unreadable titles named by what stands in them, where only one field can mean it."""
    taken = {column.spec.path for column in columns if column.spec is not None}
    open_ones = [spec for spec in specs if spec.kind is FieldKind.CHOICE and spec.path not in taken]
    named = []
    for column in columns:
        mine = [w for w in words if column_at(w, columns) is column and any(c.isalnum() for c in w.text)]
        fitting = [s for s in open_ones if sum(parse_choice(s, w.text) is not None for w in mine) >= 0.8 * len(mine)]
        if column.spec is None and not column.is_ignored and len(mine) >= 3 and len(fitting) == 1:
            named.append(replace(column, spec=fitting[0], score=0.85))
        else:
            named.append(column)
    return tuple(named)


def column_at(word: Word, columns: Sequence[Column]) -> Column:
    """Return the column in which a word stands: that of its middle; a long word belongs where it begins."""
    x = word.box.centre[0]
    for column in columns:
        if column.left <= x < column.right:
            return column
    return columns[0] if x < columns[0].left else columns[-1]


def _ruled(sheet: Sheet, header: Header, rules: Sequence[float]) -> tuple[Column, ...]:
    edges = list(rules)
    if header.box.left < edges[0] - sheet.em:
        edges.insert(0, header.box.left - sheet.em)
    if header.box.right > edges[-1] + sheet.em:
        edges.append(float(sheet.layout.width))
    columns = []
    for left, right in pairwise(edges):
        inside = [t for t in header.titles if left <= t.box.centre[0] < right]
        title = max(inside, key=lambda t: (t.score, t.is_ignored), default=Title(header.box, "", None, 0.0))
        columns.append(Column(left, right, title.spec, title.score, title.is_ignored))
    return tuple(columns)


def _gutter(left: Title, right: Title, words: Sequence[Word], sheet: Sheet) -> float:
    """Return the middle of the widest strip between two titles' beginnings that the fewest words cross."""
    start, stop = left.box.left + sheet.em, right.box.right
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
