"""What a person's steps make of a document: pure, so that a draft can be shown, taken back and confirmed by the same rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.desk import Step, StepKind
from bridge.domain.errors import RefusedError
from bridge.domain.forms import DocumentType
from bridge.domain.model import Document, Field, Issue, IssueCode, JsonValue, Origin
from bridge.services.fields import has_path, known_fields, unknown_path

ParseValue = Callable[[DocumentType, str, str], JsonValue]

UNREADABLE: Final = "Die Angabe steht auf dem Fax, ist aber nicht zu lesen."
LIST: Final = "rows"  # the path of a list as a whole, of which rows may be missing
COMPLETE: Final = "vollständig"  # what is said of it then
_MOST_ROWS: Final = 20_000


def apply_steps(document: Document, steps: Sequence[Step], types: Mapping[str, DocumentType], parse: ParseValue) -> Document:
    """Return the document after all steps, in their order. Raises RefusedError where one does not fit (a wrong value, an unknown path).

    Only the last type that was chosen counts: trying another one and going back costs nothing. What was said under a type before
    counts as far as the last one has a place for it.
    """
    last = max((place for place, step in enumerate(steps) if step.kind is StepKind.TYPE), default=-1)
    document = _retyped(document, steps[last], types) if last >= 0 else document
    kind = _type(document.type, types)
    for place, step in enumerate(steps):
        if step.kind is StepKind.TYPE or (place < last and not _has_place(kind, step)):
            continue
        document = _apply(document, step, types, parse)
    return document


def _has_place(kind: DocumentType, step: Step) -> bool:
    """Tell whether the type has what the step is about."""
    if step.kind in _ROWS or step.path == LIST:
        return bool(kind.columns)
    return step.path is not None and has_path(kind, step.path)


def differs(one: Document, other: Document) -> bool:
    """Tell whether the two say different things: another type, or a value more, less, or other than the one read."""
    said = [(document.type, {field.path: field.value for field in document.fields}) for document in (one, other)]
    return said[0] != said[1]


def fitting_steps(document: Document, steps: Sequence[Step], types: Mapping[str, DocumentType], parse: ParseValue) -> tuple[Step, ...]:
    """Return those steps that can still be taken, where the types or their grammars have changed since."""
    kept: list[Step] = []
    for step in steps:
        try:
            document = _apply(document, step, types, parse)
        except RefusedError:
            continue
        kept.append(step)
    return tuple(kept)


def without_empty_rows(document: Document) -> Document:
    """Return the document with its rows numbered without gaps: a row that was added and left empty is none."""
    numbers = sorted({number for path in named_paths(document) if (number := row_of(path)) is not None})
    places = {number: place for place, number in enumerate(numbers)}
    return _with_rows(document, places.get)


def named_paths(document: Document) -> frozenset[str]:
    """Return the paths that have a value or a doubt."""
    return frozenset([*(field.path for field in document.fields), *(issue.field for issue in document.issues)])


def row_of(path: str) -> int | None:
    """Return the number of the row to which a path belongs."""
    steps = path.split(".", 2)
    return int(steps[1]) if steps[0] == LIST and len(steps) == 3 and steps[1].isdecimal() else None


def _apply(document: Document, step: Step, types: Mapping[str, DocumentType], parse: ParseValue) -> Document:
    if step.kind is StepKind.TYPE:
        return _retyped(document, step, types)
    kind = _type(document.type, types)
    if step.kind in _ROWS:
        return _renumbered(document, kind, step)
    if step.path is None:
        raise RefusedError("step without a path", "Der Schritt nennt kein Feld. Bitte die Seite neu laden.")
    if step.path == LIST and kind.columns and step.kind in {StepKind.VALUE, StepKind.CONFIRMED}:
        return _completed(document, step)
    _expect_path(document, kind, step, step.path)
    return _CHANGES[step.kind](document, kind, step, step.path, parse)


def _expect_path(document: Document, kind: DocumentType, step: Step, path: str) -> None:
    """Refuse what the type has no field for; what stands in the document in spite of that can be taken away."""
    own = named_paths(document)
    is_list = path == LIST and bool(kind.columns)
    if not (has_path(kind, path) or is_list or (step.kind is StepKind.ABSENT and path in own)):
        raise unknown_path(kind, path)
    if (row_of(path) or 0) >= _MOST_ROWS:
        raise _too_many_rows()


def _completed(document: Document, step: Step) -> Document:
    """Return the list as one of which no row is missing, as a person says."""
    has_rows = any(row_of(field.path) is not None for field in document.fields)
    if not has_rows or (step.kind is StepKind.VALUE and (step.text or "").strip().lower() != COMPLETE):
        raise RefusedError(
            "rows are missing",
            "Bitte fehlende Zeilen unten ergänzen. Fehlt keine, „vollständig“ wählen; hat das Fax keine, „steht nicht auf dem Fax“.",
        )
    return _with(document, LIST, None)


def _retyped(document: Document, step: Step, types: Mapping[str, DocumentType]) -> Document:
    kind = _type(step.text or "", types)
    if kind.name == document.type:
        return document
    issues = tuple(issue for issue in document.issues if has_path(kind, issue.field))
    return replace(document, type=kind.name, type_confidence=1.0, fields=known_fields(document.fields, kind), issues=issues)


def _type(name: str, types: Mapping[str, DocumentType]) -> DocumentType:
    if name not in types:
        raise RefusedError("no such type", f"Die Dokumentart „{name}“ gibt es nicht. Möglich sind: {', '.join(sorted(types))}.")
    return types[name]


def _valued(document: Document, kind: DocumentType, step: Step, path: str, parse: ParseValue) -> Document:
    text = step.text or ""
    value = parse(kind, path, text)
    old = next((field for field in document.fields if field.path == path), None)
    if old is not None and old.value == value and type(old.value) is type(value):
        return _agreed(document, replace(old, page=step.page, box=step.box) if step.box is not None else old)
    if old is None:
        document = _begun(document, path)
        field = Field(path, value, text, 1.0, Origin.TYPED, page=step.page, box=step.box, is_sure=True)
    else:
        place = (step.page, step.box) if step.box is not None else (old.page, old.box)
        field = replace(old, value=value, text=text, confidence=1.0, origin=Origin.CORRECTED, page=place[0], box=place[1], is_sure=True)
    return _with(document, path, field)


def _confirmed(document: Document, _kind: DocumentType, _step: Step, path: str, _parse: ParseValue) -> Document:
    """Agree with what was read. Raises RefusedError where nothing was: an empty line that is agreed with would be lost unseen."""
    read = next((field for field in document.fields if field.path == path), None)
    if read is None:
        raise RefusedError("nothing to confirm", _NOTHING_READ)
    return _agreed(document, read)


def _agreed(document: Document, read: Field) -> Document:
    """Return the document with that value sure. A rule that it breaks stays named: the value stands on the fax like that."""
    fields = tuple(replace(read, is_sure=True, confidence=1.0) if field.path == read.path else field for field in document.fields)
    return replace(document, fields=fields, issues=_settled(document, read.path, IssueCode.IMPLAUSIBLE))


def _begun(document: Document, path: str) -> Document:
    """Return the document without the doubt that its list has no rows, where this is the first value of one."""
    is_first = row_of(path) is not None and all(row_of(field.path) is None for field in document.fields)
    return replace(document, issues=_settled(document, LIST)) if is_first else document


def _absent(document: Document, _kind: DocumentType, _step: Step, path: str, _parse: ParseValue) -> Document:
    if path == LIST and any(row_of(field.path) is not None for field in document.fields):
        raise RefusedError("there are rows", "Die Liste hat Zeilen. Bitte zuerst die Zeilen löschen, die nicht auf dem Fax stehen.")
    return _with(document, path, None)


def _unreadable(document: Document, _kind: DocumentType, _step: Step, path: str, _parse: ParseValue) -> Document:
    places = [(field.page, field.box) for field in document.fields if field.path == path]
    places += [(issue.page, issue.box) for issue in document.issues if issue.field == path]
    page, box = next((place for place in places if place[1] is not None), (None, None))
    issue = Issue(path, IssueCode.UNREADABLE, UNREADABLE, page, box)
    without = _with(document, path, None)
    return replace(without, issues=(*without.issues, issue))


def _with(document: Document, path: str, field: Field | None) -> Document:
    """Return the document with `field` at `path` (None: with nothing there), and no doubt about it."""
    fields = [each for each in document.fields if each.path != path]
    place = next((number for number, each in enumerate(document.fields) if each.path == path), len(fields))
    if field is not None:
        fields.insert(place, field)
    return replace(document, fields=tuple(fields), issues=_settled(document, path))


def _settled(document: Document, path: str, *kept: IssueCode) -> tuple[Issue, ...]:
    return tuple(issue for issue in document.issues if issue.field != path or issue.code in kept)


def _renumbered(document: Document, kind: DocumentType, step: Step) -> Document:
    """Insert or delete a row: the numbers of those behind it change, in fields and doubts alike."""
    if not kind.columns:
        raise RefusedError("type has no rows", f"„{kind.title}“ hat keine Zeilen.")
    row, is_gone = step.row, step.kind is StepKind.ROW_DELETED
    if row is None or row < 0:
        raise RefusedError("step without a row", "Der Schritt nennt keine Zeile. Bitte die Seite neu laden.")
    if row >= _MOST_ROWS:
        raise _too_many_rows()

    def moved(number: int) -> int | None:
        if number < row:
            return number
        if is_gone:
            return None if number == row else number - 1
        return number + 1

    return _with_rows(document, moved)


def _with_rows(document: Document, moved: Callable[[int], int | None]) -> Document:
    """Return the document with its rows under other numbers; one that is moved to None is gone."""

    def new(path: str) -> str | None:
        row = row_of(path)
        place = moved(row) if row is not None else None
        if row is None:
            return path
        return None if place is None else f"{LIST}.{place}.{path.split('.', 2)[2]}"

    fields = [replace(field, path=path) for field in document.fields if (path := new(field.path)) is not None]
    issues = [replace(issue, field=path) for issue in document.issues if (path := new(issue.field)) is not None]
    return replace(document, fields=tuple(fields), issues=tuple(issues))


def _too_many_rows() -> RefusedError:
    return RefusedError("too many rows", f"Eine Liste kann höchstens {_MOST_ROWS} Zeilen haben.")


_NOTHING_READ: Final = (
    "Hier steht kein Wert, der sich bestätigen ließe. Bitte eintragen, oder „steht nicht auf dem Fax“ beziehungsweise „unleserlich“ wählen."
)
_ROWS: Final = frozenset({StepKind.ROW_INSERTED, StepKind.ROW_DELETED})
_CHANGES: Final[Mapping[StepKind, Callable[[Document, DocumentType, Step, str, ParseValue], Document]]] = {
    StepKind.VALUE: _valued,
    StepKind.CONFIRMED: _confirmed,
    StepKind.ABSENT: _absent,
    StepKind.UNREADABLE: _unreadable,
}
