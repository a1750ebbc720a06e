"""The tables.

Every listing, claim and sweep has its index; what belongs to a fax begins its primary key or an index with the fax.
Changes here need a revision in `migrations/versions`; a test compares both.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from bridge.domain.desk import Arrangement, ProposalState, Step
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState, Stage, WorkState
from bridge.domain.model import Completeness, Field, Issue, JsonObject, PageKind
from bridge.domain.people import Role
from bridge.ports import Settlement
from bridge.store.column_types import Json, Named, Text, Utc

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str = "id", **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), **options)


def _reference(name: str, target: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), sa.ForeignKey(target), nullable=False, **options)


def _time(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[datetime]:
    return sa.Column(name, Utc, nullable=nullable, **options)


def _state(kind: type[StrEnum], name: str = "state", *, nullable: bool = False) -> sa.Column[StrEnum]:
    return sa.Column(name, Named(kind), nullable=nullable)


def _text(name: str, *, nullable: bool = True, **options: Any) -> sa.Column[str]:
    return sa.Column(name, Text, nullable=nullable, **options)


def _number(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable, **options)


def _blob(prefix: str, *, nullable: bool = True) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column(f"{prefix}_sha256", sa.String(64), nullable=nullable),
        sa.Column(f"{prefix}_size", sa.BigInteger, nullable=nullable),
        sa.Column(f"{prefix}_media_type", Text, nullable=nullable),
    )


envelopes = sa.Table(
    "envelopes",
    metadata,
    _id(primary_key=True),
    _text("channel", nullable=False),
    sa.Column("mailboxes", Json(tuple[str, ...]), nullable=False),
    _time("received_at"),
    *_blob("content", nullable=False),
    _text("dedup_key"),
    _text("peer", nullable=False),
    sa.Index(None, "dedup_key", "received_at"),
    sa.Index(None, "content_sha256"),
)

faxes = sa.Table(
    "faxes",
    metadata,
    _id(primary_key=True),
    _reference("envelope_id", "envelopes.id", index=True),
    _text("mailbox", nullable=False),
    _text("channel", nullable=False),
    _number("ordinal"),
    _state(FaxState),
    _time("received_at"),
    _text("sender_number"),
    _text("sender_tsid"),
    _text("sender_name"),
    *_blob("original"),
    _text("reason"),
    _number("announced_pages", nullable=True),
    _number("page_count", nullable=True),
    _number("pages_pending"),
    sa.Column("complete", sa.Boolean),
    _time("sent_at", nullable=True),
    _id("possible_duplicate_of"),
    sa.Index(None, "state", "id"),
    sa.Index(None, "mailbox", "id"),
    sa.Index(None, "mailbox", "state", "id"),
    sa.Index(None, "original_sha256", "received_at"),
)

pages = sa.Table(
    "pages",
    metadata,
    _reference("fax_id", "faxes.id", primary_key=True),
    _number("number", primary_key=True),
    _state(PageState),
    _state(PageKind, "kind"),
    *_blob("image"),
    sa.Column("x_dpi", sa.Double, nullable=False),
    sa.Column("y_dpi", sa.Double, nullable=False),
    *_blob("upright"),
    _text("reason"),
    sa.Index(None, "image_sha256"),
    sa.Index(None, "upright_sha256"),
)

results = sa.Table(
    "results",
    metadata,
    _reference("fax_id", "faxes.id", primary_key=True),
    _number("number", primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("content", Json, nullable=False),
)

documents = sa.Table(
    "documents",
    metadata,
    _id(primary_key=True),
    _reference("fax_id", "faxes.id"),
    _number("ordinal"),
    _text("type", nullable=False),
    sa.Column("type_confidence", sa.Double, nullable=False),
    sa.Column("pages", Json(tuple[int, ...]), nullable=False),
    _state(DocumentState),
    sa.Column("fields", Json(tuple[Field, ...]), nullable=False),
    sa.Column("issues", Json(tuple[Issue, ...]), nullable=False),
    _text("reason"),
    _number("version"),
    _state(Completeness, "completeness", nullable=True),
    sa.Index(None, "fax_id", "ordinal"),
    sa.Index(None, "state", "id"),
)

records = sa.Table(
    "records",
    metadata,
    _reference("document_id", "documents.id", primary_key=True),
    _number("version", primary_key=True),
    sa.Column("body", Json(JsonObject, keeps_order=True), nullable=False),
    _time("created_at"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    _id(primary_key=True),
    _id("document_id", nullable=False),
    _number("version"),
    _text("target", nullable=False),
    _state(DeliveryState),
    _number("attempts"),
    _time("created_at"),
    _text("reason"),
    sa.Column("is_withdrawal", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("position", sa.BigInteger),
    sa.ForeignKeyConstraint(["document_id", "version"], ["records.document_id", "records.version"]),
    sa.UniqueConstraint("document_id", "version", "target"),
    sa.Index(None, "state", "id"),
    sa.Index(None, "target", "state", "id"),
    sa.Index(None, "target", "position", unique=True),
)

attempts = sa.Table(
    "attempts",
    metadata,
    _reference("delivery_id", "deliveries.id", primary_key=True),
    _number("number", primary_key=True),
    _time("at"),
    sa.Column("seconds", sa.Double, nullable=False),
    _number("status", nullable=True),
    _text("error"),
    _text("answer"),
)

receipts = sa.Table(
    "receipts",
    metadata,
    _reference("delivery_id", "deliveries.id", primary_key=True),
    _time("at"),
    _number("status"),
    _text("receiver_id"),
    sa.Column("sent_sha256", sa.String(64), nullable=False),
    _number("page_count"),
    *_blob("answer"),
    sa.Index(None, "answer_sha256"),
)

target_states = sa.Table(
    "target_states",
    metadata,
    _text("name", nullable=False, primary_key=True),
    sa.Column("is_paused", sa.Boolean, nullable=False),
    _text("reason"),
    _number("failures"),
    _number("openings"),
    _time("shut_until", nullable=True),
    _time("since", nullable=True),
)

feeds = sa.Table(
    "feeds",
    metadata,
    _text("name", nullable=False, primary_key=True),
    sa.Column("last_position", sa.BigInteger, nullable=False),
)

reviews = sa.Table(
    "reviews",
    metadata,
    _id(primary_key=True),
    _reference("document_id", "documents.id", index=True),
    _reference("fax_id", "faxes.id", index=True),
    _text("reason", nullable=False),
    _time("created_at"),
    sa.Column("is_follow_up", sa.Boolean, nullable=False),
    _time("closed_at", nullable=True),
    _text("outcome"),
    _time("due_at", nullable=True),
    sa.Column("is_urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    _time("postponed_until", nullable=True),
    _text("note"),
    _id("handed_to"),
    sa.Index(None, "closed_at", "id"),
    sa.Index(None, "closed_at", "is_urgent", "due_at"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    _reference("document_id", "documents.id", primary_key=True),
    _id("person_id", nullable=False),
    sa.Column("steps", Json(tuple[Step, ...]), nullable=False),
    _number("revision"),
    _time("updated_at"),
)

arrangements = sa.Table(
    "arrangements",
    metadata,
    _reference("fax_id", "faxes.id", primary_key=True),
    sa.Column("content", Json(Arrangement), nullable=False),
)

search_terms = sa.Table(
    "search_terms",
    metadata,
    sa.Column("term", sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql"), primary_key=True),  # found by its beginning
    _reference("fax_id", "faxes.id", primary_key=True),
    sa.Index(None, "fax_id", "term"),
)

saved_views = sa.Table(
    "saved_views",
    metadata,
    _id(primary_key=True),
    _text("mailbox", nullable=False),
    _text("name", nullable=False),
    _text("query", nullable=False),
    sa.UniqueConstraint("mailbox", "name"),
)

label_proposals = sa.Table(
    "label_proposals",
    metadata,
    sa.Column("type", sa.String(60), primary_key=True),
    sa.Column("path", sa.String(120), primary_key=True),
    sa.Column("label", sa.String(120), primary_key=True),
    _state(ProposalState),
    _number("times"),
    _time("first_at"),
    _id("decided_by"),
)

# Who has shown a label, by the SHA-256 of the sender: what one office's own form prints is nothing for all.
label_sightings = sa.Table(
    "label_sightings",
    metadata,
    sa.Column("type", sa.String(60), primary_key=True),
    sa.Column("path", sa.String(120), primary_key=True),
    sa.Column("label", sa.String(120), primary_key=True),
    sa.Column("sender_sha256", sa.String(64), primary_key=True),
)

field_corrections = sa.Table(
    "field_corrections",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("type", sa.String(60), primary_key=True),
    sa.Column("path", sa.String(120), primary_key=True),
    _number("times"),
)

people = sa.Table(
    "people",
    metadata,
    _id(primary_key=True),
    sa.Column("login", sa.String(80), nullable=False, unique=True),
    _text("name", nullable=False),
    sa.Column("roles", Json(tuple[Role, ...]), nullable=False),
    sa.Column("mailboxes", Json(tuple[str, ...]), nullable=False),
    _time("created_at"),
    _text("password_hash"),
    _text("language", nullable=False),
    sa.Column("keys", Json(dict[str, str]), nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    _reference("person_id", "people.id", index=True),
    _time("created_at"),
    _time("seen_at"),
    _time("changed_at"),
    _time("ends_at"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    _reference("person_id", "people.id", index=True),
    _time("created_at"),
    _time("expires_at"),
    _time("used_at", nullable=True),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),  # SHA-256 of what failed: a login, or an address
    _number("failures"),
    _time("last_at"),
)

# Rows are only ever added: triggers refuse to change or remove one (see the migration).
actions = sa.Table(
    "actions",
    metadata,
    sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    _time("at"),
    _id("person_id"),
    _text("what", nullable=False),
    _id("fax_id"),
    _id("document_id"),
    sa.Column("detail", Json(JsonObject), nullable=False),
    sa.Index(None, "fax_id", "sequence"),
    sa.Index(None, "person_id", "sequence"),
    sa.Index(None, "what", "at"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    _reference("fax_id", "faxes.id"),
    _time("at"),
    _text("what", nullable=False),
    sa.Column("detail", Json(JsonObject), nullable=False),
    sa.Index(None, "fax_id", "sequence"),
)

work = sa.Table(
    "work",
    metadata,
    _id(primary_key=True),
    _state(Stage, "stage"),
    _reference("fax_id", "faxes.id", index=True),
    _state(WorkState),
    _time("due_at"),
    _time("created_at"),
    _number("page", nullable=True),
    sa.Column("delivery_id", sa.String(36), sa.ForeignKey("deliveries.id"), index=True),
    _number("attempts"),
    _number("crashes"),
    _number("expirations"),
    _number("token"),
    _time("lease_until", nullable=True),
    _text("reason"),
    _text("lease_owner"),
    _time("rung_at", default=NEVER),  # NEVER: not since it last became ready
    sa.Index(None, "state", "rung_at"),
    sa.Index(None, "state", "lease_until"),
    sa.Index(None, "state", "stage", "due_at"),
)

LEDGER_COUNTS: Final = ("announced", "decoded", "receipted", "gap", *(settlement.value for settlement in Settlement))

ledger_lines = sa.Table(
    "ledger_lines",
    metadata,
    _reference("fax_id", "faxes.id", primary_key=True),
    *(_number(name) for name in LEDGER_COUNTS),
)
sa.Index(
    "ix_ledger_lines_unbalanced", ledger_lines.c.fax_id, sqlite_where=ledger_lines.c.gap != 0, postgresql_where=ledger_lines.c.gap != 0
)

ledger_totals = sa.Table(
    "ledger_totals",
    metadata,
    _number("id", primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("faxes", *LEDGER_COUNTS)),
)

ledger_open = sa.Table("ledger_open", metadata, _reference("fax_id", "faxes.id", primary_key=True))

# Whatever is not named in one of these may be removed; a test sees to it that none is forgotten.
BLOB_COLUMNS: Final = (
    envelopes.c.content_sha256,
    faxes.c.original_sha256,
    pages.c.image_sha256,
    pages.c.upright_sha256,
    receipts.c.answer_sha256,
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    _text("owner", nullable=False),
    _time("held_until"),
)
