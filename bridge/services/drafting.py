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


def apply_steps(document: Document, steps: Sequence[Step], types: Mapping[str, DocumentType], parse: ParseValue) -> Document:
    """Return the document after all steps, in their order. Raises RefusedError where one does not fit (a wrong value, an unknown path)."""
    for step in steps:
        document = _apply(document, step, types, parse)
    return document


def answered(steps: Sequence[Step]) -> frozenset[str]:
    """Return the paths of which a person has said that they do not stand on the fax or cannot be read, and has not said otherwise since."""
    last: dict[str, StepKind] = {}
    for step in steps:
        if step.kind is StepKind.TYPE or step.kind in _ROWS:
            last = {path: kind for path, kind in last.items() if not path.startswith("rows.")}
        elif step.path is not None:
            last[step.path] = step.kind
    return frozenset(path for path, kind in last.items() if kind in {StepKind.ABSENT, StepKind.UNREADABLE})


def changes_values(steps: Sequence[Step]) -> bool:
    """Tell whether a step does more than agree with what was read."""
    return any(step.kind is not StepKind.CONFIRMED for step in steps)


def _apply(document: Document, step: Step, types: Mapping[str, DocumentType], parse: ParseValue) -> Document:
    if step.kind is StepKind.TYPE:
        return _retyped(document, step, types)
    kind = _type(document.type, types)
    if step.kind in _ROWS:
        return _renumbered(document, kind, step)
    if step.path is None:
        raise RefusedError("step without a path", "Der Schritt nennt kein Feld. Bitte die Seite neu laden.")
    is_known = has_path(kind, step.path)
    if not is_known and step.kind is StepKind.VALUE:
        raise unknown_path(kind, step.path)
    return _CHANGES[step.kind](document, kind, step, step.path, parse)


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
    if old is None:
        field = Field(path, value, text, 1.0, Origin.TYPED, page=step.page, box=step.box, is_sure=True)
    else:
        place = (step.page, step.box) if step.box is not None else (old.page, old.box)
        field = replace(old, value=value, text=text, confidence=1.0, origin=Origin.CORRECTED, page=place[0], box=place[1], is_sure=True)
    return _with(document, path, field)


def _confirmed(document: Document, _kind: DocumentType, _step: Step, path: str, _parse: ParseValue) -> Document:
    """Agree with what was read. A rule that it breaks stays named: the value stands on the fax like that."""
    fields = tuple(replace(field, is_sure=True, confidence=1.0) if field.path == path else field for field in document.fields)
    return replace(document, fields=fields, issues=_settled(document, path, IssueCode.IMPLAUSIBLE))


def _absent(document: Document, _kind: DocumentType, _step: Step, path: str, _parse: ParseValue) -> Document:
    return _with(document, path, None)


def _unreadable(document: Document, _kind: DocumentType, _step: Step, path: str, _parse: ParseValue) -> Document:
    old = next((field for field in document.fields if field.path == path), None)
    issue = Issue(path, IssueCode.UNREADABLE, UNREADABLE, old.page if old else None, old.box if old else None)
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
    row, is_gone = step.row or 0, step.kind is StepKind.ROW_DELETED

    def moved(path: str) -> str | None:
        steps = path.split(".", 2)
        if steps[0] != "rows" or len(steps) < 3 or not steps[1].isdigit() or int(steps[1]) < row:
            return path
        number = int(steps[1])
        if is_gone and number == row:
            return None
        return f"rows.{number - 1 if is_gone else number + 1}.{steps[2]}"

    fields = [replace(field, path=path) for field in document.fields if (path := moved(field.path)) is not None]
    issues = [replace(issue, field=path) for issue in document.issues if (path := moved(issue.field)) is not None]
    return replace(document, fields=tuple(fields), issues=tuple(issues))


_ROWS: Final = frozenset({StepKind.ROW_INSERTED, StepKind.ROW_DELETED})
_CHANGES: Final[Mapping[StepKind, Callable[[Document, DocumentType, Step, str, ParseValue], Document]]] = {
    StepKind.VALUE: _valued,
    StepKind.CONFIRMED: _confirmed,
    StepKind.ABSENT: _absent,
    StepKind.UNREADABLE: _unreadable,
}
