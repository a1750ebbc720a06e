"""The record a receiving agency gets: the contract's JSON object, built from a document's fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bridge.domain.model import WITHDRAWAL, Document, Fax, Field, Issue, IssueCode, JsonObject, JsonValue, ReviewOutcome, WithdrawalReason

CONFLICT: Final = "Für dieses Feld gibt es widersprüchliche Lesungen; der Wert wird erst nach Prüfung weitergegeben."


def compose(
    document: Document,
    fax: Fax,
    *,
    public_url: str,
    reviewed_at: datetime | None,
    outcome: ReviewOutcome,
    version: int,
    schema: str,
) -> JsonObject:
    """Return the record of `document` as JSON.

    Without a person (AUTOMATIC) only sure fields go out; after a review all do. `public_url` is what hrefs begin with; `version` counts
    from 1 and every higher one replaces the one before; `schema` is that of the document's type, such as `letter/1`.
    """
    fields = tuple(f for f in document.fields if f.is_sure or outcome is not ReviewOutcome.AUTOMATIC)
    return {
        "id": document.id,
        "type": document.type,
        "schema": schema,
        "version": version,
        "replaces": version - 1 if version > 1 else None,
        "completeness": document.completeness.value if document.completeness else None,
        "fax": _fax(fax, public_url),
        "pages": [*document.pages],
        "data": nest({field.path: field.value for field in fields}),
        "evidence": evidence_of(fields),
        "review": {"outcome": outcome.value, "at": reviewed_at.isoformat() if reviewed_at else None},
        "issues": issues_of([_outward(issue) for issue in document.issues]),
    }


def withdrawal(body: JsonObject, *, version: int, at: datetime, reason: WithdrawalReason, text: str | None) -> JsonObject:
    """Return the message that the record with `body` no longer holds, as its next `version`; it carries nothing from the fax.

    `text` is what a person says of it.
    """
    fax = body.get("fax")
    kept: JsonObject = {key: fax[key] for key in ("id", "mailbox") if key in fax} if isinstance(fax, dict) else {}
    return {
        "id": body["id"],
        "type": body.get("type"),
        "schema": WITHDRAWAL,
        "version": version,
        "replaces": version - 1,
        "fax": kept,
        "withdrawn": {"at": at.isoformat(), "reason": reason.value, "text": text},
    }


def nest(values: Mapping[str, JsonValue]) -> JsonObject:
    """Return nested objects of values by dotted path; `rows.0.city` fills a list in the order of its numbers."""
    tree: JsonObject = {}
    for path, value in values.items():
        steps = path.split(".")
        if steps[0] == "rows" and len(steps) > 2:
            _put(_row(tree, int(steps[1])), steps[2:], value)
        else:
            _put(tree, steps, value)
    return tree


def evidence_of(fields: Sequence[Field]) -> JsonObject:
    """Return the contract's `evidence` of fields, by path."""
    return {field.path: _evidence(field) for field in sorted(fields, key=lambda field: field.path)}


def issues_of(issues: Sequence[Issue]) -> list[JsonValue]:
    """Return the contract's `issues`."""
    return [_issue(issue) for issue in issues]


def _outward(issue: Issue) -> Issue:
    """Return the issue as an agency may see it: what is said of a conflict quotes the readings, and so the withheld value."""
    return replace(issue, message=CONFLICT) if issue.code is IssueCode.CONFLICT else issue


def _row(tree: JsonObject, place: int) -> JsonObject:
    """Return the row at `place`; a row of which nothing leaves stays as an empty object, so that no other takes its number."""
    rows = tree.setdefault("rows", [])
    assert isinstance(rows, list)  # noqa: S101 - only this function writes there
    while len(rows) <= place:
        rows.append({})
    row = rows[place]
    assert isinstance(row, dict)  # noqa: S101
    return row


def _put(tree: JsonObject, steps: Sequence[str], value: JsonValue) -> None:
    for step in steps[:-1]:
        inner = tree.setdefault(step, {})
        assert isinstance(inner, dict)  # noqa: S101 - a path never goes on below a leaf
        tree = inner
    tree[steps[-1]] = value


def _evidence(field: Field) -> JsonObject:
    entry: JsonObject = {"text": field.text, "confidence": field.confidence, "origin": field.origin.value, "page": field.page}
    if field.box is not None:
        entry["box"] = [*field.box]
    return entry


def _issue(issue: Issue) -> JsonObject:
    entry: JsonObject = {"field": issue.field, "code": issue.code.value, "message": issue.message}
    if issue.page is not None:
        entry["page"] = issue.page
    if issue.box is not None:
        entry["box"] = [*issue.box]
    return entry


def _fax(fax: Fax, public_url: str) -> JsonObject:
    original: JsonValue = None
    if fax.original is not None:
        href = f"{public_url.rstrip('/')}/api/v1/faxes/{fax.id}/original"
        original = {"sha256": fax.original.sha256, "media_type": fax.original.media_type, "href": href}
    return {
        "id": fax.id,
        "mailbox": fax.mailbox,
        "channel": fax.channel,
        "received_at": (fax.sent_at or fax.received_at).isoformat(),
        "sender": {"number": fax.sender.number, "tsid": fax.sender.tsid, "name": fax.sender.name},
        "page_count": fax.page_count,
        "complete": fax.complete,
        "original": original,
    }
