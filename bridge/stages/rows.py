"""The rows of a list: strips between rules, or printed lines; what stands between them and is none; where rows may be lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, median_low
from typing import Final

from bridge.domain.forms import FieldKind, FieldSpec
from bridge.domain.layout import Box, Word
from bridge.stages.columns import Column, column_at, is_solid
from bridge.stages.headings import entry_words, names_something
from bridge.stages.lines import Segment, Sheet, rows_of, union

_DRAWN: Final = 0.35  # share of a list's width that must be left of a rule between two rows
_TRACE: Final = 0.06  # and of one that stands where the pitch of the others expects it
_CERTAIN: Final = 0.6  # confidence from which a word on a rule is believed
_WRAPPED: Final = 0.4  # share of the columns that the second line of an entry fills at most
_OWN_ROW: Final = 0.6  # and share that a row of its own fills at least
_WRAP_GAP: Final = 1.3  # heights of letters between two lines of one entry at most
_INDENT: Final = 2.5  # heights of letters by which a heading begins right of the list's edge at most
_FAR_IN: Final = 8.0  # and one that names an entry of the row above
_SENTENCE: Final = 8  # words without a gutter between them that no row has
# what is never broken over two lines: an entry of these kinds begins a row
_UNBROKEN: Final = frozenset({FieldKind.DATE, FieldKind.INTEGER, FieldKind.POSTAL_CODE, FieldKind.CHOICE})
_ANCHORS: Final = frozenset({"number", "family_name", "full_name", "spoken_name"})


@dataclass(frozen=True)
class Row:
    """One row: its words, and the strip of the page it takes."""

    words: tuple[Word, ...]
    top: float
    bottom: float


@dataclass(frozen=True)
class Rows:
    """The rows of one page's list, `gaps` where one may be lost, `headings` between them, and where the list ends."""

    rows: tuple[Row, ...]
    gaps: tuple[Box, ...]
    headings: tuple[Row, ...]
    bottom: float


def find_rows(sheet: Sheet, columns: Sequence[Column], header: Box, words: Sequence[Word], free: Sequence[FieldSpec]) -> Rows:
    """Return the rows under `header`; `words` are those below it, within the columns; `free` are fields without a column."""
    bands = _bands(sheet, columns, header, words)
    if len(bands) >= 2:
        return _banded(sheet, columns, words, bands, free)
    return _unruled(sheet, columns, header, [word for word in words if is_solid(word, sheet)], free)


# -- between rules ------------------------------------------------------------------------------------------------------


def _bands(sheet: Sheet, columns: Sequence[Column], header: Box, words: Sequence[Word]) -> list[tuple[float, float]]:
    """Return the strips between the horizontal rules under a header; a rule that the fax lost is put where its row ends."""
    left, right = columns[0].left, columns[-1].right
    levels = [y for y in sheet.grid.level_in(left, right, _DRAWN) if y >= header.bottom - 0.5 * sheet.em and y > header.centre[1]]
    strips = [(a, b) for a, b in pairwise(levels) if b - a > 0.8 * sheet.em]
    if not strips:
        return []
    if len(_rows_in(words, columns, *strips[0], sheet)) > 1:
        return []  # the rules frame the rows, and do not part them
    usual = median(b - a for a, b in strips)
    if levels[0] - header.bottom > 0.8 * usual and _has_row(words, columns, header.bottom, levels[0], sheet):
        strips.insert(0, (header.bottom, levels[0]))  # the rule under the header is lost
    kept: list[tuple[float, float]] = []
    for strip in strips:
        if kept and strip[0] - kept[-1][1] > usual:
            break
        least = median_low(b - a for a, b in strips)
        if strip[1] - strip[0] > 3 * least and not _rows_in(words, columns, strip[0], strip[0] + 2 * least, sheet):
            break  # what begins so far below is no row
        kept += _divided(sheet, columns, strip, usual, words)
    if not any(_has_row(words, columns, *strip, sheet) for strip in kept):
        return []  # what the rules part is the header alone
    while kept and _has_row(words, columns, kept[-1][1], kept[-1][1] + usual, sheet):
        kept.append((kept[-1][1], kept[-1][1] + usual))  # the last rules are lost
    return kept


def _divided(
    sheet: Sheet, columns: Sequence[Column], strip: tuple[float, float], usual: float, words: Sequence[Word]
) -> list[tuple[float, float]]:
    """Return the strip in as many parts as it is rows high, where a trace of the rules or each part's entries say so."""
    top, bottom = strip
    count = round((bottom - top) / usual)
    if count < 2 or abs((bottom - top) / count - usual) > 0.2 * usual:
        return [strip]
    step = (bottom - top) / count
    parts = [(top + i * step, top + (i + 1) * step) for i in range(count)]
    traces = sheet.grid.level_in(columns[0].left, columns[-1].right, _TRACE)
    drawn = all(any(abs(y - part[1]) <= 0.2 * usual for y in traces) for part in parts[:-1])
    filled = sum(_has_row(words, columns, *part, sheet) for part in parts)
    return parts if drawn or filled >= 2 else [strip]


def _has_row(words: Sequence[Word], columns: Sequence[Column], top: float, bottom: float, sheet: Sheet) -> bool:
    """Tell whether a row begins between two heights: entries in two columns at least, one of them of a kind that never wraps."""
    return any(len(hit) >= 2 and any(map(_begins_row, hit)) for hit in _entries(words, columns, top, bottom, sheet))


def _rows_in(words: Sequence[Word], columns: Sequence[Column], top: float, bottom: float, sheet: Sheet) -> list[list[Column]]:
    """Return the columns of each line between two heights that is a row of its own: most columns filled, not across their borders."""
    most = max(2.0, _OWN_ROW * len(columns))
    return [hit for hit in _entries(words, columns, top, bottom, sheet) if len(hit) >= most and any(map(_begins_row, hit))]


def _entries(words: Sequence[Word], columns: Sequence[Column], top: float, bottom: float, sheet: Sheet) -> Iterator[list[Column]]:
    """Yield the columns that each printed line between two heights fills; prose fills none."""
    for line in _lines_between(words, top, bottom, sheet):
        if not _is_prose(line, columns, sheet):
            yield list({id(column): column for column in (column_at(s.words[0], columns) for s in line)}.values())


def _begins_row(column: Column) -> bool:
    return column.spec is not None and (column.spec.kind in _UNBROKEN or column.spec.path in _ANCHORS)


def _lines_between(words: Sequence[Word], top: float, bottom: float, sheet: Sheet) -> list[list[Segment]]:
    return rows_of(Segment((w,)) for w in words if top <= w.box.centre[1] < bottom and is_solid(w, sheet))


def _banded(
    sheet: Sheet, columns: Sequence[Column], words: Sequence[Word], bands: Sequence[tuple[float, float]], free: Sequence[FieldSpec]
) -> Rows:
    """Return a row per strip that holds entries; empty strips between filled ones are gaps, lines across them headings."""
    believed = [w for w in words if w.confidence >= _CERTAIN or not any(_lies_on(w, y, sheet) for band in bands for y in band)]
    inside = [tuple(w for w in believed if top <= w.box.centre[1] <= bottom) for top, bottom in bands]
    right = columns[-1].right
    rows, gaps, headings = list[Row](), list[Box](), list[Row]()
    filled = [i for i, mine in enumerate(inside) if len(mine) > 1 or any(len(w.text) > 2 for w in mine)]
    for index in range(filled[0] if filled else 0, filled[-1] + 1 if filled else 0):
        top, bottom = bands[index]
        if index not in filled:
            gaps.append(Box(columns[0].left, top, right, bottom))
            continue
        heads, mine = _parted(inside[index], columns, sheet, free)
        headings += heads
        if mine:
            rows.append(Row(mine, min(w.box.top for w in mine) if heads else top, bottom))
    return Rows(tuple(rows), tuple(gaps), tuple(headings), bands[-1][1])


def _lies_on(word: Word, y: float, sheet: Sheet) -> bool:
    """Tell whether a word is what a broken rule was read as."""
    return word.box.height < 0.9 * sheet.em and abs(word.box.centre[1] - y) < 0.4 * sheet.em


def _parted(
    words: Sequence[Word], columns: Sequence[Column], sheet: Sheet, free: Sequence[FieldSpec]
) -> tuple[list[Row], tuple[Word, ...]]:
    """Return the headings in a strip and the words of its row: a line that names what it says may stand at a row with no rule between."""
    if heading := _heading(words, columns, sheet, free):
        return [_row_of(heading)], ()
    lines = [[segment.words[0] for segment in line] for line in rows_of(Segment((w,)) for w in words if is_solid(w, sheet))]
    named = [(line, heading) for line in lines if names_something(heading := _heading(line, columns, sheet, free), free)]
    spent = {id(word) for line, _ in named for word in line}
    return [_row_of(heading) for _, heading in named], tuple(w for w in words if id(w) not in spent)


def _heading(words: Sequence[Word], columns: Sequence[Column], sheet: Sheet, free: Sequence[FieldSpec]) -> tuple[Word, ...]:
    """Return the words of a heading between rows ("Gruppe Igel"): one run of words, that no row begins with; empty where it is none.

    What names a group is one wherever its words fall, if it stands where the rows begin, or in their middle; single letters far from it
    are noise. A line that names its own entry ("Befund: ...") stands a little further in.
    """
    solid = [w for w in words if is_solid(w, sheet)]
    lines = rows_of(Segment((w,)) for w in solid)
    if len(lines) != 1 or len(columns) < 3:
        return ()
    line = [segment.words[0] for segment in lines[0]]
    length = next((i for i, (a, b) in enumerate(pairwise(line), start=1) if b.box.left - a.box.right > 1.2 * sheet.em), len(line))
    first, rest = tuple(line[:length]), line[length:]
    run = union(w.box for w in first)
    is_centred = abs(run.centre[0] - (columns[0].left + columns[-1].right) / 2) < 3 * sheet.em
    if names_something(first, free) and all(len(w.text) == 1 for w in rest):
        is_entry = bool(entry_words(first, free)[1])
        return first if is_centred or run.left < columns[0].left + (_FAR_IN if is_entry else _INDENT) * sheet.em else ()
    if rest:
        return ()
    hit = {id(column): column for column in (column_at(w, columns) for w in first)}
    if any(c.spec is not None and c.spec.kind in _UNBROKEN - {FieldKind.INTEGER} for c in hit.values()):
        return ()
    starts_row = run.left < columns[1].left
    crosses = any(w.box.left < c.left - 2 < w.box.right for w in first for c in columns[1:])
    is_heading = (crosses or len(hit) == 1) and (starts_row or (crosses and is_centred)) and sum(map(str.isalpha, _text(first))) >= 3
    return first if is_heading else ()


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


# -- without rules ------------------------------------------------------------------------------------------------------


def _unruled(sheet: Sheet, columns: Sequence[Column], header: Box, words: Sequence[Word], free: Sequence[FieldSpec]) -> Rows:
    """Return the rows of a list without horizontal rules.

    A line goes on with the row above where it fills few columns, none of them with what begins a row. The list ends at a wide gap,
    or at prose; a line of prose with rows below it is a heading.
    """
    lines = rows_of(Segment((word,)) for word in words)
    found: list[list[Segment]] = []
    headings: list[Row] = []
    pending: list[Row] = []
    leading: list[Segment] = []
    bottom, pitch = header.bottom, 0.0
    for index, line in enumerate(lines):
        box = union(segment.box for segment in line)
        mine = [segment.words[0] for segment in line]
        gap = box.top - bottom
        if gap > max(4.5 * sheet.em, 2.2 * pitch) + sum(pended.bottom - pended.top for pended in pending):
            break
        heading = _heading(mine, columns, sheet, free)
        is_named = names_something(heading, free)
        is_heading = bool(heading) and (is_named or (bool(found) and gap > 0.5 * sheet.em))
        if is_named:
            headings += [*pending, _row_of(heading)]
            pending, bottom = [], box.bottom
            continue
        if is_heading or _is_prose(line, columns, sheet):
            pending.append(_row_of(heading if is_heading else mine))
            if len(pending) > 2:
                break
            continue
        headings += pending
        pending = []
        if index + 1 < len(lines) and _leads(line, lines[index + 1], gap if found else None, columns, sheet):
            leading += line
            continue
        if found and not leading and gap <= _WRAP_GAP * sheet.em and _goes_on(mine, columns):
            found[-1] += line
        else:
            found.append([*leading, *line])
        leading = []
        pitch, bottom = max(pitch, min(gap, 4.5 * sheet.em)), box.bottom
    found += [leading] if leading else []
    rows = tuple(_row_of([segment.words[0] for segment in segments]) for segments in found)
    return Rows(rows, _wide_gaps(rows, columns, headings), tuple(headings), bottom)


def _row_of(words: Sequence[Word]) -> Row:
    box = union(word.box for word in words)
    return Row(tuple(words), box.top, box.bottom)


def _goes_on(words: Sequence[Word], columns: Sequence[Column]) -> bool:
    """Tell whether a line only wraps entries of the row above."""
    hit = {id(column): column for column in (column_at(word, columns) for word in words)}
    return len(hit) <= max(1, _WRAPPED * len(columns)) and not any(_begins_row(column) for column in hit.values())


def _leads(line: Sequence[Segment], after: Sequence[Segment], gap: float | None, columns: Sequence[Column], sheet: Sheet) -> bool:
    """Tell whether a line is the first one of a wrapped entry that stands higher than the rest of its row: the row is nearer.

    `gap` is the white above the line; None where no row stands there.
    """
    below = min(s.box.top for s in after) - max(s.box.bottom for s in line)
    is_nearer = below <= _WRAP_GAP * sheet.em and (gap is None or below < gap)
    words, others = [s.words[0] for s in line], [s.words[0] for s in after]
    return is_nearer and _goes_on(words, columns) and any(map(_begins_row, (column_at(w, columns) for w in others)))


def _wide_gaps(rows: Sequence[Row], columns: Sequence[Column], headings: Sequence[Row]) -> tuple[Box, ...]:
    """Return where the rows of an even list stand so far apart that one may be lost between them, and no heading is the reason."""
    steps = [(b.top + b.bottom - a.top - a.bottom) / 2 for a, b in pairwise(rows)]
    if len(steps) < 4:
        return ()
    usual = median(steps)
    left, right = columns[0].left, columns[-1].right
    apart = zip(pairwise(rows), steps, strict=True)
    wide = [Box(left, a.bottom, right, b.top) for (a, b), step in apart if step > 1.7 * usual and b.top > a.bottom]
    return tuple(gap for gap in wide if not any(gap.top <= (h.top + h.bottom) / 2 <= gap.bottom for h in headings))


def _is_prose(line: Sequence[Segment], columns: Sequence[Column], sheet: Sheet) -> bool:
    """Tell whether a line runs across the column borders, as a footer does: blanks, not gutters, at most borders."""
    gaps = [after.box.left - before.box.right for before, after in pairwise(line)]
    if len(line) >= _SENTENCE and max(gaps) < 0.8 * sheet.em:
        return True
    borders = [column.left for column in columns[1:]]
    crossed = 0
    for border in borders:
        near = [s.box for s in line if s.box.left - 0.5 * sheet.em < border < s.box.right + 0.5 * sheet.em]
        crossed += any(box.left + 0.6 * sheet.em < border < box.right - 0.6 * sheet.em for box in near)
    columns_hit = {id(column_at(segment.words[0], columns)) for segment in line}
    return crossed >= 2 or (crossed >= 1 and len(columns_hit) <= 2)
