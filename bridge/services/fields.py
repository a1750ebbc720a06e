"""The fields of a type as a person meets them when deciding: which paths there are, and what a document must not leave without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from bridge.domain.errors import RefusedError
from bridge.domain.forms import DocumentType
from bridge.domain.model import Document, Field, Issue, IssueCode

MISSING: Final = "Die Pflichtangabe steht nicht auf dem Fax."
_LIKENESS: Final = 0.6


def has_path(kind: DocumentType, path: str) -> bool:
    """Tell whether the type has that leaf: by path, or as a column of its rows."""
    steps = path.split(".", 2)
    if steps[0] == "rows" and len(steps) == 3 and steps[1].isdigit():
        return steps[2] in _columns(kind)
    return path in _paths(kind)


def known_fields(fields: Sequence[Field], kind: DocumentType) -> tuple[Field, ...]:
    """Return those fields that the type has."""
    return tuple(field for field in fields if has_path(kind, field.path))


def unknown_path(kind: DocumentType, path: str) -> RefusedError:
    """Return the refusal of a path that the type lacks, with the one that is most like it."""
    near = _nearest(kind, path)
    hint = f"Meinten Sie „{near}“?" if near else f"Möglich sind: {', '.join(_paths(kind)) or 'keine'}."
    return RefusedError("unknown field", f"Das Feld „{path}“ gibt es bei „{kind.title}“ nicht. {hint}")


def missing_required(document: Document, kind: DocumentType) -> tuple[str, ...]:
    """Return the required paths for which the document has no value, nor any below them, and lists of which rows may be missing."""
    present = [field.path for field in document.fields]
    return tuple(path for path in kind.required if not _stands(path, present) or _is_short(path, document))


def without_required(document: Document, missing: Sequence[str], kind: DocumentType) -> RefusedError:
    """Return the refusal to send a document that lacks what its type requires, with what to do instead."""
    short = [path for path in missing if _is_short(path, document) and _stands(path, [field.path for field in document.fields])]
    absent = [path for path in missing if path not in short]
    sentences = [_say_short(document, path) for path in short] + ([_say_absent(document.id, absent, kind)] if absent else [])
    return RefusedError(
        "required fields are missing",
        f"{' '.join(sentences)} Sonst das Dokument ablehnen („bridge review reject“). "
        "Nur was wirklich nicht auf dem Fax steht, darf fehlen: „--without-required“ gibt das Dokument auch ohne "
        "Pflichtangaben frei, als unvollständig (partial).",
    )


def unanswered(document: Document, values: Mapping[str, str | None], now: Sequence[str]) -> tuple[Issue, ...]:
    """Return the doubts that a correction leaves: not those about what was typed, nor about a list whose first rows were.

    `now` are the paths that have a value after it.
    """
    before = [field.path for field in document.fields]
    return tuple(
        issue
        for issue in document.issues
        if issue.field not in values and not (_stands(issue.field, now) and not _stands(issue.field, before))
    )


def _say_absent(document_id: str, missing: Sequence[str], kind: DocumentType) -> str:
    named = ", ".join(_spoken(path, kind) for path in missing)
    begins = f"Die Pflichtangabe {named} fehlt." if len(missing) == 1 else f"Es fehlen Pflichtangaben: {named}."
    return f"{begins} Bitte vom Fax nachtragen („bridge review correct {document_id} {_example(missing[0], kind)}=…“)."


def _say_short(document: Document, path: str) -> str:
    told = " ".join(issue.message for issue in document.issues if issue.field == path)
    return (
        f"{told} Bitte fehlende Zeilen nachtragen; ist die Liste vollständig, mit „bridge review correct {document.id} {path}=“ bestätigen."
    )


def with_missing(document: Document, kind: DocumentType) -> Document:
    """Return the document with a named doubt for everything its type requires and it does not carry."""
    named = [field.path for field in document.fields] + [issue.field for issue in document.issues]
    missing = (path for path in kind.required if not _stands(path, named))
    return replace(document, issues=document.issues + tuple(Issue(path, IssueCode.MISSING, MISSING) for path in missing))


def _is_short(path: str, document: Document) -> bool:
    """Tell whether something may be missing at exactly that path: of a leaf that has a value, nobody says so."""
    return any(issue.field == path and issue.code is IssueCode.MISSING for issue in document.issues)


def _stands(path: str, present: Sequence[str]) -> bool:
    return any(each == path or each.startswith(f"{path}.") for each in present)


def _paths(kind: DocumentType) -> list[str]:
    return [path for spec in kind.fields for path in spec.filled_paths()]


def _columns(kind: DocumentType) -> list[str]:
    return [path for spec in kind.columns for path in spec.filled_paths()]


def _nearest(kind: DocumentType, path: str) -> str | None:
    """Return the path most like the one typed: of a column in the row that was typed, of a leaf also where its owner is left out."""
    steps = path.split(".", 2)
    if steps[0] == "rows":
        row = steps[1] if len(steps) > 1 and steps[1].isdigit() else "0"
        column = _most_like(steps[-1], _columns(kind))
        return f"rows.{row}.{column}" if column else None
    leaves = [known for known in _paths(kind) if known.rpartition(".")[2] == path]
    return leaves[0] if leaves else _most_like(path, _paths(kind))


def _most_like(word: str, known: Sequence[str]) -> str | None:
    return next(iter(get_close_matches(word, known, 1, _LIKENESS)), None)


def _spoken(path: str, kind: DocumentType) -> str:
    """Return the path with the words that a form prints for it, where it has any."""
    label = next((spec.labels[0] for spec in kind.fields if path in spec.filled_paths() and spec.labels), None)
    return f"{path} („{label}“)" if label else path


def _example(path: str, kind: DocumentType) -> str:
    """Return what to type a value for: of a list, the first cell of its first row."""
    columns = _columns(kind)
    if path != "rows" or not columns:
        return path
    return f"rows.0.{'family_name' if 'family_name' in columns else columns[0]}"
