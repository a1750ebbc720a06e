"""What becomes of a document without a person: out whole, out without its doubtful parts, filed, or waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.findings import Classification, Decision, Disposition, Validated
from bridge.domain.forms import PARTS, DocumentType, FieldKind
from bridge.domain.model import Completeness, Field, Issue, IssueCode
from bridge.stages.spoken import NAMES, printed_name

UNREADABLE_PAGE: Final = (
    "{pages} nicht gelesen werden, zum Beispiel nach schlechter Übertragung. "
    "Bitte im Bild ansehen und das Fax nötigenfalls beim Absender neu anfordern."
)
UNSURE_SPLIT: Final = "Es ist nicht sicher, welche Seiten zusammengehören. Bitte die Seiten prüfen."
INCOMPLETE_FAX: Final = "Das Fax ist unvollständig angekommen. Bitte prüfen und die fehlenden Seiten anfordern."
UNKNOWN_TYPE: Final = "Die Art des Dokuments wurde nicht erkannt. Bitte zuordnen."
UNSURE_TYPE: Final = "Die Art des Dokuments ist nicht sicher. Bitte bestätigen."
REVIEW_ALWAYS: Final = "Dokumente dieser Art werden immer angesehen."
WITHHELD: Final = "Der Wert ist nicht sicher genug gelesen und wird erst nach Prüfung weitergegeben."
MISSING: Final = "Die Pflichtangabe wurde auf dem Fax nicht gefunden."
NOT_FOUND: Final = "Die Angabe, die sonst fast immer dasteht, wurde auf dem Fax nicht gefunden. Bitte nachsehen."
CONTRADICTED: Final = "Die Daten passen nicht zusammen; bitte ansehen: {fields}."
ASKED: Final = "Bitte prüfen: {fields}."
FOLLOW_UP: Final = "Weitergegeben ohne unsichere Angaben. Bitte nachsehen: {fields}."
UNASSIGNED_PRINT: Final = "Auf dem Fax stehen Angaben, die keinem Feld zugeordnet werden konnten. Bitte ansehen."


def decide(
    kind: DocumentType,
    classification: Classification,
    validated: Validated,
    *,
    is_split_doubtful: bool,
    is_fax_complete: bool | None,
    unreadable_pages: Sequence[int] = (),
) -> Decision:
    """Return what happens to a document: released only where its type, its bounds and every required field are sure.

    `unreadable_pages` are those of its whole fax: what stands on them may belong to any document.
    `Decision.fields` keeps every field; `is_sure` says which may leave without a person. Every doubtful one has an issue.
    """
    fields, issues = _judged(kind, validated)
    stop = _unreadable(unreadable_pages) or _reason_to_stop(
        kind, classification, is_split_doubtful=is_split_doubtful, is_fax_complete=is_fax_complete
    )
    if stop is None and kind.disposition == "file":
        return Decision(Disposition.FILE, None, fields, issues, None)
    issues = (*issues, *_missing(kind.required, MISSING, fields, issues))
    issues = (*issues, *_missing((*kind.expected, *_addresses_not_found(kind, fields)), NOT_FOUND, fields, issues))
    if stop is not None:
        return Decision(Disposition.WAIT, None, fields, issues, stop)
    blocking = [path for path in kind.required if not _is_settled(path, fields, issues)]
    if blocking:
        return Decision(Disposition.WAIT, None, fields, issues, ASKED.format(fields=_named(blocking, kind)))
    contradicted = [issue.field for issue in issues if issue.code is IssueCode.IMPLAUSIBLE and issue.field in kind.order]
    if contradicted:
        return Decision(Disposition.WAIT, None, fields, issues, CONTRADICTED.format(fields=_named(contradicted, kind)))
    if any(issue.field.startswith("unassigned") for issue in issues):
        return Decision(Disposition.WAIT, None, fields, issues, UNASSIGNED_PRINT)
    if issues:
        doubtful = list(dict.fromkeys(issue.field for issue in issues))
        return Decision(Disposition.RELEASE, Completeness.PARTIAL, fields, issues, FOLLOW_UP.format(fields=_named(doubtful, kind)))
    return Decision(Disposition.RELEASE, Completeness.WHOLE, fields, issues, None)


def _unreadable(pages: Sequence[int]) -> str | None:
    if not pages:
        return None
    numbers = ", ".join(map(str, pages))
    return UNREADABLE_PAGE.format(pages=f"Seite {numbers} konnte" if len(pages) == 1 else f"Die Seiten {numbers} konnten")


def _reason_to_stop(
    kind: DocumentType, classification: Classification, *, is_split_doubtful: bool, is_fax_complete: bool | None
) -> str | None:
    if is_fax_complete is False:
        return INCOMPLETE_FAX
    if is_split_doubtful:
        return UNSURE_SPLIT
    if kind.name == "unknown":
        return UNKNOWN_TYPE
    if classification.confidence < kind.type_threshold:
        return UNSURE_TYPE
    return REVIEW_ALWAYS if kind.disposition == "review" else None


def _judged(kind: DocumentType, validated: Validated) -> tuple[tuple[Field, ...], tuple[Issue, ...]]:
    """Return the fields with `is_sure` set, and an issue for each one that is not."""
    doubted = {issue.field for issue in validated.issues}
    fields = tuple(
        replace(field, is_sure=field.confidence >= kind.field_threshold and field.path not in doubted) for field in validated.fields
    )
    withheld = tuple(
        Issue(field.path, IssueCode.WITHHELD, WITHHELD, field.page, field.box)
        for field in fields
        if not field.is_sure and field.path not in doubted
    )
    return fields, (*validated.issues, *withheld)


def _missing(paths: Sequence[str], message: str, fields: Sequence[Field], issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return an issue for each path that nothing on the page stands for."""
    present = {field.path for field in fields} | {issue.field for issue in issues}
    return tuple(
        Issue(path, IssueCode.MISSING, message) for path in paths if not any(p == path or p.startswith(f"{path}.") for p in present)
    )


def _addresses_not_found(kind: DocumentType, fields: Sequence[Field]) -> list[str]:
    """Return the paths of the address of each party that is named though nothing of its address was found.

    Whoever is named on a form has an address there nearly always: where all of it is lost, print was misunderstood.
    """
    found = {field.path for field in fields}
    known = {path for spec in kind.fields for path in spec.filled_paths()}
    parties = dict.fromkeys(path.rpartition(".")[0] for path in found if path.rpartition(".")[2] in _NAMED_BY)
    addresses = [[f"{party}.{part}" for part in _REACHED_BY if f"{party}.{part}" in known] for party in parties if party]
    return [path for address in addresses if not found.intersection(address) for path in address]


def _is_settled(path: str, fields: Sequence[Field], issues: Sequence[Issue]) -> bool:
    """Tell whether a required path is there and sure; of a list, whether it has rows and none may be missing."""
    if any(issue.field == path for issue in issues):
        return False
    own = [field for field in fields if field.path == path]
    if own:
        return all(field.is_sure for field in own)
    return _has_sure_rows(path, fields)


def _has_sure_rows(path: str, fields: Sequence[Field]) -> bool:
    """Tell whether there are rows and every one of them has a name that is sure: a row without one is no record of anybody."""
    rows: dict[str, bool] = {}
    for field in fields:
        if field.path.startswith(f"{path}."):
            number, _, column = field.path.removeprefix(f"{path}.").partition(".")
            rows[number] = rows.get(number, False) or (column == "family_name" and field.is_sure)
    return bool(rows) and all(rows.values())


_NAMED_BY: Final = frozenset({"name", "organization", "family_name"})
_REACHED_BY: Final = tuple(part for part in PARTS[FieldKind.PARTY] if part not in _NAMED_BY)


def _named(paths: Sequence[str], kind: DocumentType) -> str:
    """Return German names of fields: the type's own printed label where no shorter name is known."""
    names = []
    for path in paths:
        known = NAMES.get(path) or NAMES.get(path.rsplit(".", 1)[-1])
        row = f" (Zeile {int(path.split('.')[1]) + 1})" if path.startswith("rows.") else ""
        names.append((known or printed_name(path, kind) or path) + row)
    return ", ".join(dict.fromkeys(names))
