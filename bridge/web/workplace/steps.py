"""What forms say as steps of a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bridge.domain.desk import Arrangement, Step, StepKind
from bridge.domain.errors import RefusedError
from bridge.domain.sheet import Line, Sheet

_ANSWERS: Final = {"absent": StepKind.ABSENT, "unreadable": StepKind.UNREADABLE}
_EMPTY: Final = "Hier steht noch nichts. Bitte den Wert eintragen, oder „steht nicht auf dem Fax“ beziehungsweise „unleserlich“ wählen."


def step_of(sent: Mapping[str, str], line: Line | None) -> Step:
    """Return the step that a line's form asks for. Raises RefusedError where it says nothing."""
    path = sent.get("path", "")
    if (kind := _ANSWERS.get(sent.get("kind", ""))) is not None:
        return Step(kind, path)
    text = (sent.get("choice") or sent.get("text", "")).strip()
    if not text and path.startswith("rows."):
        return Step(StepKind.ABSENT, path)  # an emptied cell says what it looks like
    if not text:
        raise RefusedError("nothing entered", _EMPTY)
    if line is not None and text == line.text and line.origin is not None and not sent.get("box"):
        return Step(StepKind.CONFIRMED, path)
    page, box = place_of(sent)
    return Step(StepKind.VALUE, path, text, page=page, box=box)


def place_of(sent: Mapping[str, str]) -> tuple[int | None, tuple[float, float, float, float] | None]:
    """Return the page and the box that the person pointed at, (None, None) where she did not."""
    page, box = sent.get("page", ""), sent.get("box", "")
    try:
        left, top, right, bottom = (min(1.0, max(0.0, float(part))) for part in box.split(","))
    except ValueError:
        return None, None
    return (int(page), (left, top, right, bottom)) if page.isdecimal() and left < right and top < bottom else (None, None)


def cells_of(sheet: Sheet, sent: Mapping[str, str], group: str) -> Sequence[Step]:
    """Return the steps that fill cells from pasted text: lines are rows, tabs part columns; rows that lack are added."""
    first_row, first_column = int(sent.get("row", "0") or 0), int(sent.get("column", "0") or 0)
    lines = sent.get("text", "").replace("\r", "").rstrip("\n").split("\n")
    if max(line.count("\t") for line in lines) >= len(sheet.columns) - first_column:
        raise RefusedError("too many columns", "Das hat mehr Spalten, als hier noch Platz haben. Bitte weiter links einfügen.")
    added = [Step(StepKind.ROW_INSERTED, row=number, group=group) for number in range(len(sheet.rows), first_row + len(lines))]
    return [*added, *_filled(sheet, lines, first_row, first_column, group)]


def _filled(sheet: Sheet, lines: Sequence[str], first_row: int, first_column: int, group: str) -> Iterator[Step]:
    for row, line in enumerate(lines, first_row):
        for (path, _), text in zip(sheet.columns[first_column:], line.split("\t"), strict=False):
            if text.strip():
                yield Step(StepKind.VALUE, f"rows.{row}.{path}", text.strip(), group=group)


def rearranged(sent: Mapping[str, str], present: Sequence[Sequence[int]]) -> Arrangement:
    """Return what the form for splitting says: `part.N` names the document of page N (empty: none), `type.X` its type, `turn.N` degrees.

    `present` are the pages of the fax's documents: where the form leaves them so, and names no type, how the fax was split stays.
    """
    pages: dict[str, list[int]] = {}
    for name, value in sent.items():
        if name.startswith("part.") and value.strip():
            pages.setdefault(value.strip(), []).append(int(name.removeprefix("part.")))
    turns = {int(name.removeprefix("turn.")): int(value) for name, value in sent.items() if name.startswith("turn.") and value in _TURNS}
    if any(not sent.get(f"part.{page}", "").strip() for page in turns):
        raise RefusedError("turned page in no document", "Eine gedrehte Seite muss zu einem Dokument gehören, sonst liest sie niemand.")
    parts = tuple((tuple(sorted(numbers)), sent.get(f"type.{key}") or None) for key, numbers in sorted(pages.items()))
    is_as_before = {numbers for numbers, _ in parts} == {tuple(sorted(numbers)) for numbers in present}
    is_untyped = all(kind is None for _, kind in parts)
    return Arrangement(() if is_as_before and is_untyped else parts, turns)


_TURNS: Final = frozenset({"90", "180", "270"})
