"""Domain objects as rows and back: most have columns of the same names; senders and blobs spread over several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from bridge.domain.model import BlobRef, Envelope, Fax, Page, Receipt, Sender

T = TypeVar("T")
Row = Mapping[Any, Any]  # column name -> value; SQLAlchemy's mappings may also be asked by column


def plain_row(thing: Any) -> dict[str, Any]:
    """Return a dataclass's fields by name."""
    return {field.name: getattr(thing, field.name) for field in fields(thing)}


def from_row(kind: type[T], row: Row) -> T:
    """Build the dataclass `kind` from the columns named as its fields."""
    build: Callable[..., T] = kind
    return build(**{field.name: row[field.name] for field in fields(cast("Any", kind))})


def envelope_row(envelope: Envelope) -> dict[str, Any]:
    """Return the columns of an envelope."""
    return _without(plain_row(envelope), "content") | blob_columns("content", envelope.content)


def envelope_from(row: Row) -> Envelope:
    """Build an envelope."""
    return from_row(Envelope, {**row, "content": _blob("content", row)})


def fax_row(fax: Fax) -> dict[str, Any]:
    """Return the columns of a fax."""
    return _without(plain_row(fax), "sender", "original") | sender_columns(fax.sender) | blob_columns("original", fax.original)


def fax_from(row: Row) -> Fax:
    """Build a fax."""
    sender = Sender(row["sender_number"], row["sender_tsid"], row["sender_name"])
    return from_row(Fax, {**row, "sender": sender, "original": _blob("original", row)})


def page_row(page: Page) -> dict[str, Any]:
    """Return the columns of a page."""
    return _without(plain_row(page), "image", "upright") | blob_columns("image", page.image) | blob_columns("upright", page.upright)


def page_from(row: Row) -> Page:
    """Build a page."""
    return from_row(Page, {**row, "image": _blob("image", row), "upright": _blob("upright", row)})


def receipt_row(receipt: Receipt) -> dict[str, Any]:
    """Return the columns of a receipt."""
    return _without(plain_row(receipt), "answer") | blob_columns("answer", receipt.answer)


def receipt_from(row: Row) -> Receipt:
    """Build a receipt."""
    return from_row(Receipt, {**row, "answer": _blob("answer", row)})


def sender_columns(sender: Sender) -> dict[str, Any]:
    """Return the columns of a fax's sender."""
    return {"sender_number": sender.number, "sender_tsid": sender.tsid, "sender_name": sender.name}


def blob_columns(prefix: str, blob: BlobRef | None) -> dict[str, Any]:
    """Return the three columns of a blob."""
    return {f"{prefix}_{name}": getattr(blob, name, None) for name in ("sha256", "size", "media_type")}


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _blob(prefix: str, row: Row) -> BlobRef | None:
    sha256 = row[f"{prefix}_sha256"]
    return None if sha256 is None else BlobRef(sha256, row[f"{prefix}_size"], row[f"{prefix}_media_type"])
