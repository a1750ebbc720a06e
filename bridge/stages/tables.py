"""Lists: a header row of known column titles, and the rows below it, over as many pages as they run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Box, Word
from bridge.stages.columns import Column, column_at, name_columns, place_columns
from bridge.stages.folding import fold_blanks
from bridge.stages.headers import Header, find_header
from bridge.stages.lines import Segment, Sheet, rows_of, union
from bridge.stages.vocabulary import Label

EMPTY_ROW: Final = "Zwischen zwei Zeilen der Liste steht eine, die nicht gelesen werden konnte."
UNKNOWN_COLUMN: Final = "Die Spalte konnte keinem Feld zugeordnet werden."
CROSSES_COLUMNS: Final = "Der Eintrag ragt in eine andere Spalte."


@dataclass(frozen=True)
class Table:
    """One page's part of a list: the columns (for a page without header), where it stands, the number of the next row."""

    columns: tuple[Column, ...]
    box: Box
    located: tuple[Located, ...]
    next_row: int


@dataclass(frozen=True)
class _Row:
    words: tuple[Word, ...]


def find_tables(sheet: Sheet, kind: DocumentType, labels: Sequence[Label], previous: Table | None) -> tuple[Table, ...]:
    """Return the lists on a page; one that began on the page before goes on with its columns and numbering."""
    first_row = previous.next_row if previous else 0
    found: list[Table] = []
    below = 0.0
    while (header := find_header(sheet, kind, below)) is not None:
        words = _words_below(sheet, header.box)
        columns = name_columns(place_columns(sheet, header, words), words, kind.columns)
        table = _read(sheet, columns, header, words, first_row)
        found.append(table)
        first_row, below = table.next_row, max(table.box.bottom, header.box.bottom) + 1
    if not found and previous is not None:
        overleaf = _continue(sheet, previous, labels)
        found += [overleaf] if overleaf else []
    return tuple(found)


def _words_below(sheet: Sheet, header: Box) -> list[Word]:
    return [word for segment in sheet.segments for word in segment.words if word.box.centre[1] > header.bottom]


def _continue(sheet: Sheet, previous: Table, labels: Sequence[Label]) -> Table | None:
    """Return the rows of a page without header, if what stands on it fits the columns of the page before."""
    top = max((label.box.bottom for label in labels if label.box.bottom < 0.2 * sheet.layout.height), default=0.0)
    words = [word for segment in sheet.segments for word in segment.words if word.box.centre[1] > top]
    left, right = previous.columns[0].left, previous.columns[-1].right
    table = _read(sheet, previous.columns, Header(Box(left, top, right, top), ()), words, previous.next_row)
    filled = {place.path.rsplit(".", 1)[1] for place in table.located if place.path.startswith("rows.")}
    return table if len(filled) >= min(3, len(previous.columns)) else None


def _read(sheet: Sheet, columns: tuple[Column, ...], header: Header, words: Sequence[Word], first_row: int) -> Table:
    left, right = columns[0].left, columns[-1].right
    inside = [w for w in words if left - sheet.em <= w.box.centre[0] <= right + sheet.em]
    bands = _bands(sheet, header.box, left, right)
    rows, gaps = _banded(inside, bands) if len(bands) >= 2 else (_unruled(inside, columns, header.box, sheet), [])
    located: list[Located] = []
    filled = [cells for row in rows if _is_filled(cells := _cells(row.words, columns))]
    often = {id(c) for c in columns if sum(bool(entry) for cells in filled for col, entry in cells if col is c) >= 0.5 * len(filled)}
    for number, cells in enumerate(filled, start=first_row):
        located += [_place(sheet, column, cell, number) for column, cell in cells if cell and not column.is_ignored]
        extent = union(word.box for _, cell in cells for word in cell)
        located += [
            _empty_place(sheet, column, extent, number)
            for column, cell in cells
            if not cell and column.spec is not None and id(column) in often
        ]
    number = first_row + len(filled)
    located += [Located("unassigned", FieldKind.TEXT, sheet.number, gap, "", 0.0, doubt=EMPTY_ROW) for gap in gaps]
    ends = bands[-1][1] if len(bands) >= 2 else max((w.box.bottom for row in rows for w in row.words), default=header.box.bottom)
    return Table(columns, Box(left, header.box.top, right, ends), tuple(located), number)


def _bands(sheet: Sheet, header: Box, left: float, right: float) -> list[tuple[float, float]]:
    """Return the strips between the horizontal rules under a header, as far as they follow without a break."""
    levels = [y for y in sheet.grid.level_in(left, right) if y > header.centre[1]]
    levels = [y for y in levels if y >= header.bottom - 0.5 * sheet.em]
    if len(levels) < 2:
        return []
    strips = [(a, b) for a, b in pairwise(levels) if b - a > 0.8 * sheet.em]
    if not strips:
        return []
    usual = sorted(b - a for a, b in strips)[len(strips) // 2]
    kept: list[tuple[float, float]] = []
    for strip in strips:
        if strip[1] - strip[0] > 5 * usual or (kept and strip[0] - kept[-1][1] > usual):
            break
        kept.append(strip)
    return kept


def _banded(words: Sequence[Word], bands: Sequence[tuple[float, float]]) -> tuple[list[_Row], list[Box]]:
    """Return a row per strip that holds words, and the empty strips between filled ones."""
    rows = [tuple(w for w in words if top <= w.box.centre[1] <= bottom) for top, bottom in bands]
    filled = [i for i, row in enumerate(rows) if len(row) > 1 or any(len(w.text) > 2 for w in row)]
    gaps = [
        Box(0.0, bands[i][0], max((w.box.right for w in words), default=1.0), bands[i][1])
        for i in range(filled[0] if filled else 0, filled[-1] if filled else 0)
        if i not in filled
    ]
    return [_Row(rows[i]) for i in filled], gaps


def _unruled(words: Sequence[Word], columns: Sequence[Column], header: Box, sheet: Sheet) -> list[_Row]:
    """Return the rows of a list without horizontal rules.

    A line without an entry in the list's first filled column goes on with the line above. The list ends at a wide gap, or at a line
    that keeps to no column.
    """
    lines = rows_of(Segment((word,)) for word in words)
    rows: list[list[Word]] = []
    bottom, pitch = header.bottom, 0.0
    anchor = next((c for c in columns if c.spec is not None and c.spec.path in _ANCHORS), columns[0])
    for line in lines:
        box = union(segment.box for segment in line)
        gap = box.top - bottom
        if gap > max(4.5 * sheet.em, 2.2 * pitch) or _is_prose(line, columns, sheet):
            break
        mine = [segment.words[0] for segment in line]
        if rows and not any(column_at(word, columns) is anchor for word in mine) and gap <= 1.3 * sheet.em:
            rows[-1] += mine
        else:
            rows.append(mine)
        pitch, bottom = max(pitch, gap), box.bottom
    return [_Row(tuple(row)) for row in rows]


_ANCHORS: Final = ("number", "family_name", "full_name", "pathogen")


def _is_prose(line: Sequence[Segment], columns: Sequence[Column], sheet: Sheet) -> bool:
    """Tell whether a line runs across the column borders, as a footer does: blanks, not gutters, at most borders."""
    borders = [column.left for column in columns[1:]]
    crossed = 0
    for border in borders:
        near = [s.box for s in line if s.box.left - 0.5 * sheet.em < border < s.box.right + 0.5 * sheet.em]
        crossed += any(box.left + 0.6 * sheet.em < border < box.right - 0.6 * sheet.em for box in near)
    columns_hit = {id(column_at(segment.words[0], columns)) for segment in line}
    return crossed >= 2 or (crossed >= 1 and len(columns_hit) <= 2) or (len(line) >= 3 and len(columns_hit) == 1 and len(columns) >= 4)


def _cells(words: Iterable[Word], columns: Sequence[Column]) -> list[tuple[Column, tuple[Word, ...]]]:
    dealt: dict[int, list[Word]] = {id(column): [] for column in columns}
    for word in words:
        if any(c.isalnum() for c in word.text):
            dealt[id(column_at(word, columns))].append(word)
    return [(column, tuple(dealt[id(column)])) for column in columns]


def _is_filled(cells: Sequence[tuple[Column, tuple[Word, ...]]]) -> bool:
    """Tell whether more than a printed running number stands in a row."""
    return any(cell for column, cell in cells if column.spec is None or column.spec.path != "number")


def _empty_place(sheet: Sheet, column: Column, row: Box, number: int) -> Located:
    """Return a cell in which the page reader saw nothing, though its column is usually filled: the crop tells."""
    assert column.spec is not None  # noqa: S101 - the caller asks only for known columns
    inset = 0.4 * sheet.em
    box = Box(
        column.left + inset, row.top - 0.2 * sheet.em, max(column.left + 2 * inset, column.right - inset), row.bottom + 0.2 * sheet.em
    )
    path = f"rows.{number}.{column.spec.path}"
    return Located(path, column.spec.kind, sheet.number, box, "", 0.0, boxes=(box,), label_score=column.score)


def _place(sheet: Sheet, column: Column, words: tuple[Word, ...], row: int) -> Located:
    lines = rows_of(Segment((word,)) for word in words)
    box = union(word.box for word in words)
    crosses = box.left < column.left - 0.8 * sheet.em or box.right > column.right + 0.8 * sheet.em
    handwritten = any(box.overlap_x(h) * box.overlap_y(h) >= 0.3 * box.width * box.height for h in sheet.layout.handwriting)
    spec = column.spec or FieldSpec("unassigned", FieldKind.TEXT, ())
    doubt = UNKNOWN_COLUMN if column.spec is None else CROSSES_COLUMNS if crosses else None
    place = Located(
        path=f"rows.{row}.{spec.path}" if column.spec else "unassigned",
        kind=spec.kind,
        page=sheet.number,
        box=box,
        text="\n".join(fold_blanks(" ".join(segment.text for segment in line)) for line in lines),
        confidence=min(word.confidence for word in words),
        boxes=tuple(union(segment.box for segment in line) for line in lines),
        is_handwritten=handwritten,
        doubt=doubt,
        label_score=column.score,
    )
    return place if not handwritten else replace(place, doubt="Der Eintrag ist handschriftlich und muss angesehen werden.")
