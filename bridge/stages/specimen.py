"""A record of a person who does not exist, for a receiver's first connection: every value is made up, none is taken from a fax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from bridge.domain.forms import CodeEntry, DocumentType, FieldKind, FieldSpec
from bridge.domain.lifecycle import DocumentState, FaxState
from bridge.domain.model import BlobRef, Completeness, Document, Fax, Field, JsonObject, JsonValue, Origin, ReviewOutcome, Sender
from bridge.stages.compose import compose

_UNLIKELY: Final = "death_date"  # she lives
MAILBOX: Final = "probe"
_NAMESPACE: Final = UUID("5f0f3f0e-2a52-4f0e-9a51-0b5c1d1f7a10")
_ORIGINAL: Final = BlobRef("0" * 64, 1, "image/tiff")
_BY_LEAF: Final[Mapping[str, JsonValue]] = {
    "family_name": "Mustermann",
    "given_name": "Erika",
    "birth_date": "1964-08-12",
    "name": "Dr. Max Beispiel",
    "organization": "Praxis Beispiel",
    "street": "Musterstraße 1",
    "postal_code": "10115",
    "city": "Berlin",
    "sex": "female",
    "country": "Deutschland",
    "fax": "+493023125002",
    "phone": "+493023125001",  # of the numbers that nobody gets, for films (Bundesnetzagentur)
}
_BY_KIND: Final[Mapping[FieldKind, JsonValue]] = {
    FieldKind.EMAIL: "erika.mustermann@example.org",
    FieldKind.LANR: "123456601",
    FieldKind.BSNR: "720000001",
    FieldKind.IBAN: "DE02120300000000202051",
    FieldKind.MONEY: "12.50",
    FieldKind.INTEGER: 1,
    FieldKind.YES_NO: True,
    FieldKind.LIST: ["Beispiel"],
}

Codes = Mapping[str, Sequence[CodeEntry]]


def specimen(kind: DocumentType, codes: Codes, at: datetime, public_url: str) -> JsonObject:
    """Return a whole record of `kind` as of `at`, which names the mailbox `probe`; the same moment gives the same record."""
    values = {path: value for spec in kind.fields for path, value in _values(spec, codes, at).items()}
    values |= {f"rows.0.{path}": value for spec in kind.columns for path, value in _values(spec, codes, at).items()}
    values = {path: value for path, value in values.items() if not path.endswith(_UNLIKELY)}
    fields = tuple(Field(path, value, _printed(value), 1.0, Origin.TYPED, page=1, is_sure=True) for path, value in values.items())
    ids = [str(uuid5(_NAMESPACE, f"{what} {kind.name} {at.isoformat()}")) for what in ("document", "fax")]
    fax = Fax(ids[1], ids[1], MAILBOX, "smtp", 1, FaxState.DECIDED, at, Sender(), _ORIGINAL, page_count=1, complete=True)
    state, whole = DocumentState.WAITING, Completeness.WHOLE
    document = Document(ids[0], fax.id, 1, kind.name, 1.0, (1,), state, fields=fields, completeness=whole)
    outcome = ReviewOutcome.CONFIRMED
    return compose(document, fax, public_url=public_url, reviewed_at=at, outcome=outcome, version=1, schema=kind.schema)


def _printed(value: JsonValue) -> str:
    """Return a value as a form would show it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return {True: "ja", False: "nein"}[value] if isinstance(value, bool) else str(value)


def _values(spec: FieldSpec, codes: Codes, at: datetime) -> Mapping[str, JsonValue]:
    if spec.kind is FieldKind.CODE:
        entry = codes[spec.codes or ""][0]
        return {path: entry.code if path.endswith("code") else entry.name for path in spec.filled_paths()}
    return {path: _value(path.rpartition(".")[2], spec, at) for path in spec.filled_paths()}


def _value(leaf: str, spec: FieldSpec, at: datetime) -> JsonValue:
    if spec.kind is FieldKind.CHOICE:
        return leaf_choice if (leaf_choice := _BY_LEAF.get(leaf)) in spec.choices else next(iter(spec.choices))
    if leaf in _BY_LEAF and (leaf, spec.kind) != ("name", FieldKind.TEXT):
        return _BY_LEAF[leaf]
    return at.date().isoformat() if spec.kind is FieldKind.DATE else _BY_KIND.get(spec.kind, "Beispiel")
