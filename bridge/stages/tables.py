"""Lists: a header row of known column titles, and the rows below it, over as many pages as they run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Box, Word
from bridge.stages.column_names import looks_like, name_columns
from bridge.stages.columns import (
    Column,
    column_at,
    is_solid,
    parted_at_bars,
    parted_at_borders,
    place_columns,
    shifted,
    table_rules,
)
from bridge.stages.folding import fold, fold_blanks
from bridge.stages.headers import Header, find_header, title_key
from bridge.stages.headings import entry_words, group_spec, group_words, names_something
from bridge.stages.lines import Segment, Sheet, rows_of, same_row, union
from bridge.stages.rows import Row, find_rows

EMPTY_ROW: Final = "Zwischen zwei Zeilen der Liste steht eine, die nicht gelesen werden konnte."
NO_ROWS: Final = "Unter der Kopfzeile der Liste steht etwas, das nicht als Zeile zu erkennen war."
UNKNOWN_COLUMN: Final = "Die Spalte konnte keinem Feld zugeordnet werden."
GUESSED_COLUMN: Final = "Die Überschrift der Spalte war nicht zu lesen; sie wurde nach ihren Einträgen zugeordnet."
CROSSES_COLUMNS: Final = "Der Eintrag ragt in eine andere Spalte."
HEADING: Final = "Zwischen den Zeilen der Liste steht eine Überschrift."
HANDWRITTEN: Final = "Der Eintrag ist handschriftlich und muss angesehen werden."
OTHER_COUNT: Final = "Auf dem Fax steht, es seien {said}; in der Liste wurden {found} Zeilen gefunden."

_WIDE_BLANK: Final = 8.0  # heights of letters: no list has so much white between its rows
_FIRST_ROW: Final = 4.0  # heights of letters below a header within which its first row stands
_LEAST_COUNTED: Final = 3  # columns that a line must number to be no row of the list
_LEAST_NEAR: Final = 4  # words right below a header that must be rows
_MOST_COLUMNS: Final = 30
_LONGEST_COUNT: Final = 4  # characters of such a number, with what a rule beside it is read as
_HEADING_ABOVE: Final = 5.0  # heights of letters between the top of a heading and the row below it at most
_TELLING: Final = frozenset({FieldKind.DATE, FieldKind.INTEGER, FieldKind.POSTAL_CODE, FieldKind.CHOICE, FieldKind.PHONE})
_COUNT: Final = re.compile(
    r"\b(?:anzahl|gesamt(?:zahl)?|insgesamt|summe)(?: (?:der|aller|erkrankte[rn]?|betroffene[rn]?|positive[rn]?|gemeldete[rn]?|enge[rn]?))*"
    r"(?: ?(?:personen|falle|kinder|schuler(?:innen und schuler)?|bewohner|beschaftigten?|kontaktpersonen|kontakte|erkrankten?))?"
    r" ?(\d{1,3})(?: (?:personen|falle|kinder|schuler|bewohner|beschaftigte|kontaktpersonen|kontakte|erkrankte))?$"
)


@dataclass(frozen=True)
class Table:
    """One page's part of a list: the columns (for a page without header), where it stands, the number of the next row.

    `group` is what the last heading between its rows names: rows overleaf belong to it too.
    """

    columns: tuple[Column, ...]
    box: Box
    located: tuple[Located, ...]
    next_row: int
    group: Located | None = None


def find_tables(sheet: Sheet, kind: DocumentType, previous: Table | None) -> tuple[Table, ...]:
    """Return the lists on a page; one that began on the page before goes on with its columns and numbering."""
    first_row = previous.next_row if previous else 0
    found: list[Table] = []
    below = 0.0
    while (header := find_header(sheet, kind, below)) is not None:
        head, words = _below_counts(header.box, _words_below(sheet, header.box.bottom), sheet)
        near = _together(words, head.bottom, sheet)
        columns = place_columns(sheet, header, near)
        if previous is not None:
            columns = _inherited(columns, previous.columns)
        columns = name_columns(columns, _inside(near, columns, sheet), kind.columns)
        group = found[-1].group if found else previous.group if previous else None
        table = _read(sheet, columns, head, words, first_row, kind, group)
        found.append(table)
        first_row, below = table.next_row, max(table.box.bottom, head.bottom) + 1
    if not found and previous is not None:
        overleaf = _continue(sheet, previous, kind)
        found += [overleaf] if overleaf else []
    return tuple(found)


def count_doubt(sheets: Sequence[Sheet], table: Table | None) -> Located | None:
    """Return a doubt where the fax prints how many persons it lists ("Anzahl Personen: 12") and another number of rows was found."""
    if table is None:
        return None
    for sheet in sheets:
        for segment in sheet.segments:
            said = _COUNT.search(fold(segment.text))
            if said is not None and int(said.group(1)) != table.next_row:
                doubt = OTHER_COUNT.format(said=said.group(1), found=table.next_row)
                return Located("rows", FieldKind.TEXT, sheet.number, segment.box, "", 0.0, doubt=doubt)
    return None


def _words_below(sheet: Sheet, y: float) -> list[Word]:
    return parted_at_bars(word for segment in sheet.segments for word in segment.words if word.box.centre[1] > y)


def _together(words: Iterable[Word], top: float, sheet: Sheet) -> list[Word]:
    """Return the words down to the first wide blank: prose at the foot of a page must not place a list's columns."""
    kept: list[Word] = []
    bottom = top
    for word in sorted(words, key=lambda w: w.box.top):
        if word.box.top - bottom > _WIDE_BLANK * sheet.em:
            break
        kept.append(word)
        bottom = max(bottom, word.box.bottom)
    return kept


def _inside(words: Iterable[Word], columns: Sequence[Column], sheet: Sheet) -> list[Word]:
    left, right = columns[0].left - sheet.em, columns[-1].right + sheet.em
    return [w for w in words if left <= w.box.centre[0] <= right]


def _inherited(columns: tuple[Column, ...], before: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns of a repeated header, those whose title was not read named as on the page before."""
    taken = {column.spec.path for column in columns if column.spec is not None}

    def named(column: Column) -> Column:
        middle = (column.left + column.right) / 2
        same = next((c for c in before if c.left <= middle < c.right), None)
        is_told = column.is_ignored and not (same is not None and same.is_guessed and same.title == column.title)
        if column.spec is not None or is_told:
            return column
        if same is None or (same.spec is not None and same.spec.path in taken):
            return column
        return replace(column, spec=same.spec, score=same.score, is_ignored=same.is_ignored, is_guessed=same.is_guessed)

    return tuple(map(named, columns))


def _continue(sheet: Sheet, previous: Table, kind: DocumentType) -> Table | None:
    """Return the rows of a page without header, if what stands on it fits the columns of the page before."""
    words = _words_below(sheet, 0.0)
    columns = shifted(previous.columns, words, sheet)
    first = _first_row(sheet, columns)
    if first is None:
        return None
    top = _heading_above(sheet, first, group_spec(kind.columns))
    rules = table_rules(sheet, Header(Box(columns[0].left, top, columns[-1].right, top + 2 * sheet.em), ()))
    if len(rules) == len(columns) + 1:
        columns = tuple(replace(c, left=a, right=b) for c, a, b in zip(columns, rules, rules[1:], strict=False))
    start = Box(columns[0].left, top - 1, columns[-1].right, top - 1)
    start, below = _below_counts(start, [w for w in words if w.box.centre[1] > top], sheet)
    table = _read(sheet, columns, start, below, previous.next_row, kind, previous.group)
    filled = {place.path.rsplit(".", 1)[1] for place in table.located if place.path.startswith("rows.") and place.text}
    return table if len(filled) >= min(3, len(columns)) else None


def _first_row(sheet: Sheet, columns: Sequence[Column]) -> float | None:
    """Return the top of the first line whose entries are what their columns ask for, in two columns that cannot hold just anything."""
    for line in rows_of(Segment((word,)) for segment in sheet.segments for word in segment.words if is_solid(word, sheet)):
        fitting = 0
        for column in columns:
            entry = " ".join(s.text for s in line if column_at(s.words[0], columns) is column)
            fitting += bool(entry) and column.spec is not None and column.spec.kind in _TELLING and looks_like(column.spec, entry)
        if fitting >= 2:
            return min(segment.box.top for segment in line)
    return None


def _heading_above(sheet: Sheet, first: float, group: FieldSpec | None) -> float:
    """Return the top of a heading that names the group of the first row on a page, else the top of that row."""
    above = [w for w in _words_below(sheet, first - _HEADING_ABOVE * sheet.em) if w.box.bottom <= first and is_solid(w, sheet)]
    lines = [[segment.words[0] for segment in line] for line in rows_of(Segment((word,)) for word in above)]
    return next((min(w.box.top for w in line) for line in lines if group_words(line, group)), first)


def _read(
    sheet: Sheet, columns: tuple[Column, ...], header: Box, words: Sequence[Word], first_row: int, kind: DocumentType, group: Located | None
) -> Table:
    """Return the list below a header; `group` is what the last heading on the pages before names."""
    free = _without_column(kind, columns)
    found = find_rows(sheet, columns, header, parted_at_borders(_inside(words, columns, sheet), columns, sheet), free)
    located: list[Located] = []
    rows = [(row, cells) for row in found.rows if _is_filled(cells := _cells(row.words, columns, sheet))]
    groups = _groups(sheet, found.headings, free)
    for number, (row, cells) in enumerate(rows, start=first_row):
        for column, cell in cells:
            if column.spec is not None:
                place = _place(sheet, column, column.spec, cell) if cell else _empty_place(sheet, column, column.spec, row)
                located.append(replace(place, path=f"rows.{number}.{place.path}"))
        mine = next((named for top, named in reversed(groups) if top < row.top), group)
        if mine is not None and group_spec(free) is not None:
            located.append(replace(mine, path=f"rows.{number}.{mine.path}"))
    located += _entries_below(sheet, found.headings, [row for row, _ in rows], first_row, free)
    located += [_loose(sheet, gap, EMPTY_ROW) for gap in found.gaps]
    located += _without_rows(sheet, header, _inside(words, columns, sheet)) if not rows else []
    located += [_loose(sheet, union(w.box for w in h.words), HEADING) for h in found.headings if not names_something(h.words, free)]
    located += _unknown_columns(sheet, columns, [cells for _, cells in rows])
    box = Box(columns[0].left, header.top, columns[-1].right, max(found.bottom, header.bottom))
    return Table(columns, box, tuple(located), first_row + len(rows), groups[-1][1] if groups else group)


def _without_rows(sheet: Sheet, header: Box, words: Sequence[Word]) -> list[Located]:
    """Return a doubt where print stands right below a header and none of it was taken for a row."""
    near = [w for w in words if is_solid(w, sheet) and header.bottom < w.box.centre[1] <= header.bottom + _FIRST_ROW * sheet.em]
    return [_loose(sheet, union(w.box for w in near), NO_ROWS)] if len(near) >= _LEAST_NEAR else []


def _without_column(kind: DocumentType, columns: Sequence[Column]) -> tuple[FieldSpec, ...]:
    """Return the fields that no column of a list fills, without labels of which nobody asks the answer ("Hinweis: ...")."""
    taken = {path for column in columns if column.spec is not None for path in column.spec.filled_paths()}
    free = [spec for spec in kind.columns if not taken & set(spec.filled_paths())]
    ignored = {title_key(text) for text in kind.ignored}
    return tuple(replace(spec, labels=tuple(text for text in spec.labels if title_key(text) not in ignored)) for spec in free)


def _groups(sheet: Sheet, headings: Sequence[Row], free: Sequence[FieldSpec]) -> list[tuple[float, Located | None]]:
    """Return (top, where the group stands) of each heading; None where a heading names no group, and no other's may hold below it."""
    spec = group_spec(free)
    found: list[tuple[float, Located | None]] = []
    for heading in headings:
        words = group_words(heading.words, spec)
        if words and spec is not None:
            found.append((heading.top, _named_place(sheet, spec, words)))
        elif not entry_words(heading.words, free)[1]:
            found.append((heading.top, None))
    return found


def _entries_below(sheet: Sheet, headings: Sequence[Row], rows: Sequence[Row], first_row: int, free: Sequence[FieldSpec]) -> list[Located]:
    """Return the entries that lines below rows name themselves, as those of the row above them; without one they are doubtful."""
    located = []
    for heading in headings:
        spec, words = entry_words(heading.words, free)
        if spec is None or group_words(heading.words, group_spec(free)):
            continue
        above = sum(row.top < heading.top for row in rows)
        place = _named_place(sheet, spec, words)
        located.append(replace(place, path=f"rows.{first_row + above - 1}.{spec.path}") if above else _loose(sheet, place.box, HEADING))
    return located


def _named_place(sheet: Sheet, spec: FieldSpec, words: Sequence[Word]) -> Located:
    """Return the place of an entry that stands in no column, behind its own title."""
    box = union(word.box for word in words)
    text = fold_blanks(" ".join(word.text for word in words))
    doubt = HANDWRITTEN if sheet.is_handwritten(box) else None
    sure = min(word.confidence for word in words)
    return Located(spec.path, spec.kind, sheet.number, box, text, sure, boxes=(box,), is_handwritten=doubt is not None, doubt=doubt)


def _unknown_columns(sheet: Sheet, columns: Sequence[Column], rows: Sequence[Sequence[tuple[Column, tuple[Word, ...]]]]) -> list[Located]:
    """Return a doubt for each column that holds entries and could not be named."""
    located = []
    for column in columns:
        mine = [word.box for cells in rows for own, cell in cells if own is column for word in cell]
        if column.spec is None and not column.is_ignored and mine:
            located.append(_loose(sheet, union(mine), UNKNOWN_COLUMN))
    return located


def _loose(sheet: Sheet, box: Box, doubt: str) -> Located:
    return Located("unassigned", FieldKind.TEXT, sheet.number, box, "", 0.0, doubt=doubt)


def _cells(words: Iterable[Word], columns: Sequence[Column], sheet: Sheet) -> list[tuple[Column, tuple[Word, ...]]]:
    dealt: dict[int, list[Word]] = {id(column): [] for column in columns}
    for word in words:
        if is_solid(word, sheet):
            dealt[id(column_at(word, columns))].append(word)
    return [(column, tuple(dealt[id(column)])) for column in columns]


def _is_filled(cells: Sequence[tuple[Column, tuple[Word, ...]]]) -> bool:
    """Tell whether more than a printed running number stands in a row."""
    return any(cell for column, cell in cells if column.spec is None or column.spec.path != "number")


def _below_counts(header: Box, words: Sequence[Word], sheet: Sheet) -> tuple[Box, list[Word]]:
    """Return a header and the words below it, a line that only numbers the columns taken for a part of the header."""
    near = [w for w in words if w.box.top <= header.bottom + _FIRST_ROW * sheet.em and any(map(str.isalnum, w.text))]
    first = [segment.words[0] for segment in next(iter(rows_of(Segment((w,)) for w in near)), [])]
    if not _is_count([word.text for word in first]):
        return header, list(words)
    bottom = max(header.bottom, *(w.box.bottom for w in first))
    return replace(header, bottom=bottom), [w for w in words if w.box.centre[1] > bottom]


def _is_count(texts: Sequence[str]) -> bool:
    """Tell whether a line only numbers columns, rising from the left; some of its figures may be misread or lost."""
    numbers = [int(figures) for text in texts if (figures := re.sub(r"\D", "", text))]
    if any(len(text) > _LONGEST_COUNT or (text.isalpha() and len(text) > 1) for text in texts) or len(numbers) < _LEAST_COUNTED:
        return False
    steps = [other - one for one, other in pairwise(numbers)]
    rising = sum(step > 0 for step in steps)
    return numbers[-1] <= _MOST_COLUMNS and (set(steps) == {1} or (rising >= 0.75 * len(steps) and len(numbers) > _LEAST_COUNTED))


def _empty_place(sheet: Sheet, column: Column, spec: FieldSpec, row: Row) -> Located:
    """Return a cell in which the page reader saw nothing: the crop tells whether it is empty."""
    line = union(word.box for word in row.words if is_solid(word, sheet))
    box = _across(sheet, column, Box(line.left, line.top - 0.2 * sheet.em, line.right, line.bottom + 0.2 * sheet.em))
    doubt = GUESSED_COLUMN if column.is_guessed else None
    return Located(spec.path, spec.kind, sheet.number, box, "", 0.0, boxes=(box,), label_score=column.score, doubt=doubt)


def _across(sheet: Sheet, column: Column, line: Box) -> Box:
    """Return the whole width of a column at the height of a line: the crop reads what the page reader left out."""
    inset = min(0.4 * sheet.em, 0.1 * (column.right - column.left))
    return Box(column.left + inset, line.top, max(column.left + 2 * inset, column.right - inset), line.bottom)


def _place(sheet: Sheet, column: Column, spec: FieldSpec, words: tuple[Word, ...]) -> Located:
    lines = _printed_lines(words)
    box = union(word.box for word in words)
    crosses = box.left < column.left - 0.8 * sheet.em or box.right > column.right + 0.8 * sheet.em
    handwritten = sheet.is_handwritten(box)
    boxes = _boxes_of(lines)
    return Located(
        path=spec.path,
        kind=spec.kind,
        page=sheet.number,
        box=box,
        text="\n".join(fold_blanks(" ".join(word.text for word in line)) for line in lines),
        confidence=min(word.confidence for word in words),
        boxes=boxes if crosses else tuple(_across(sheet, column, line) for line in boxes),
        is_handwritten=handwritten,
        doubt=HANDWRITTEN if handwritten else CROSSES_COLUMNS if crosses else GUESSED_COLUMN if column.is_guessed else None,
        label_score=column.score,
    )


def _printed_lines(words: Sequence[Word]) -> list[list[Word]]:
    """Return the lines in a cell: what stands above or below another word is in no line with it, however tall it was read."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box.bottom):
        line = lines[-1] if lines else []
        is_under = any(word.box.overlap_x(w.box) > 0.5 * min(word.box.width, w.box.width) for w in line)
        if line and not is_under and any(same_row(word.box, w.box) for w in line):
            line.append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.box.left) for line in lines]


def _boxes_of(lines: Sequence[Sequence[Word]]) -> tuple[Box, ...]:
    """Return a box around each line, none of them reaching up into the line above."""
    boxes: list[Box] = []
    for line in lines:
        box = union(word.box for word in line)
        above = boxes[-1].bottom if boxes else box.top
        boxes.append(replace(box, top=min(max(box.top, above), box.centre[1])))
    return tuple(boxes)
