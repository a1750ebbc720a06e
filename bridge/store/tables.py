"""The tables.

Every listing, claim and sweep has its index; what belongs to a fax begins its primary key or an index with the fax.
Changes here need a revision in `migrations/versions`; a test compares both.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from bridge.domain.desk import Arrangement, ProposalState, Step
from bridge.domain.lifecycle import DeliveryState, DocumentState, FaxState, PageState, Stage, WorkState
from bridge.domain.model import Completeness, Field, Issue, JsonObject, PageKind
from bridge.domain.people import Role
from bridge.ports import Settlement
from bridge.store.column_types import Json
from bridge.store.columns import blob, id_column, metadata, number, reference, state, text, time

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

envelopes = sa.Table(
    "envelopes",
    metadata,
    id_column(primary_key=True),
    text("channel", nullable=False),
    sa.Column("mailboxes", Json(tuple[str, ...]), nullable=False),
    time("received_at"),
    *blob("content", nullable=False),
    text("dedup_key"),
    text("peer", nullable=False),
    sa.Index(None, "dedup_key", "received_at"),
    sa.Index(None, "content_sha256"),
)

faxes = sa.Table(
    "faxes",
    metadata,
    id_column(primary_key=True),
    reference("envelope_id", "envelopes.id", index=True),
    text("mailbox", nullable=False),
    text("channel", nullable=False),
    number("ordinal"),
    state(FaxState),
    time("received_at"),
    text("sender_number"),
    text("sender_tsid"),
    text("sender_name"),
    *blob("original"),
    text("reason"),
    number("announced_pages", nullable=True),
    number("page_count", nullable=True),
    number("pages_pending"),
    sa.Column("complete", sa.Boolean),
    time("sent_at", nullable=True),
    id_column("possible_duplicate_of"),
    sa.Index(None, "state", "id"),
    sa.Index(None, "mailbox", "id"),
    sa.Index(None, "mailbox", "state", "id"),
    sa.Index(None, "original_sha256", "received_at"),
)

pages = sa.Table(
    "pages",
    metadata,
    reference("fax_id", "faxes.id", primary_key=True),
    number("number", primary_key=True),
    state(PageState),
    state(PageKind, "kind"),
    *blob("image"),
    sa.Column("x_dpi", sa.Double, nullable=False),
    sa.Column("y_dpi", sa.Double, nullable=False),
    *blob("upright"),
    text("reason"),
    sa.Index(None, "image_sha256"),
    sa.Index(None, "upright_sha256"),
)

results = sa.Table(
    "results",
    metadata,
    reference("fax_id", "faxes.id", primary_key=True),
    number("number", primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("content", Json, nullable=False),
)

documents = sa.Table(
    "documents",
    metadata,
    id_column(primary_key=True),
    reference("fax_id", "faxes.id"),
    number("ordinal"),
    text("type", nullable=False),
    sa.Column("type_confidence", sa.Double, nullable=False),
    sa.Column("pages", Json(tuple[int, ...]), nullable=False),
    state(DocumentState),
    sa.Column("fields", Json(tuple[Field, ...]), nullable=False),
    sa.Column("issues", Json(tuple[Issue, ...]), nullable=False),
    text("reason"),
    number("version"),
    state(Completeness, "completeness", nullable=True),
    sa.Index(None, "fax_id", "ordinal"),
    sa.Index(None, "state", "id"),
)

records = sa.Table(
    "records",
    metadata,
    reference("document_id", "documents.id", primary_key=True),
    number("version", primary_key=True),
    sa.Column("body", Json(JsonObject, keeps_order=True), nullable=False),
    time("created_at"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    id_column(primary_key=True),
    id_column("document_id", nullable=False),
    number("version"),
    text("target", nullable=False),
    state(DeliveryState),
    number("attempts"),
    time("created_at"),
    text("reason"),
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
    reference("delivery_id", "deliveries.id", primary_key=True),
    number("number", primary_key=True),
    time("at"),
    sa.Column("seconds", sa.Double, nullable=False),
    number("status", nullable=True),
    text("error"),
    text("answer"),
)

receipts = sa.Table(
    "receipts",
    metadata,
    reference("delivery_id", "deliveries.id", primary_key=True),
    time("at"),
    number("status"),
    text("receiver_id"),
    sa.Column("sent_sha256", sa.String(64), nullable=False),
    number("page_count"),
    *blob("answer"),
    sa.Index(None, "answer_sha256"),
)

target_states = sa.Table(
    "target_states",
    metadata,
    text("name", nullable=False, primary_key=True),
    sa.Column("is_paused", sa.Boolean, nullable=False),
    text("reason"),
    number("failures"),
    number("openings"),
    time("shut_until", nullable=True),
    time("since", nullable=True),
)

feeds = sa.Table(
    "feeds",
    metadata,
    text("name", nullable=False, primary_key=True),
    sa.Column("last_position", sa.BigInteger, nullable=False),
)

reviews = sa.Table(
    "reviews",
    metadata,
    id_column(primary_key=True),
    reference("document_id", "documents.id", index=True),
    reference("fax_id", "faxes.id", index=True),
    text("reason", nullable=False),
    time("created_at"),
    sa.Column("is_follow_up", sa.Boolean, nullable=False),
    time("closed_at", nullable=True),
    text("outcome"),
    time("due_at", nullable=True),
    sa.Column("is_urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    time("postponed_until", nullable=True),
    text("note"),
    id_column("handed_to"),
    sa.Index(None, "closed_at", "id"),
    sa.Index(None, "closed_at", "is_urgent", "due_at"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    reference("document_id", "documents.id", primary_key=True),
    id_column("person_id", nullable=False),
    sa.Column("steps", Json(tuple[Step, ...]), nullable=False),
    number("revision"),
    time("updated_at"),
)

arrangements = sa.Table(
    "arrangements",
    metadata,
    reference("fax_id", "faxes.id", primary_key=True),
    sa.Column("content", Json(Arrangement), nullable=False),
)

search_terms = sa.Table(
    "search_terms",
    metadata,
    sa.Column("term", sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql"), primary_key=True),  # found by its beginning
    reference("fax_id", "faxes.id", primary_key=True),
    sa.Index(None, "fax_id", "term"),
)

saved_views = sa.Table(
    "saved_views",
    metadata,
    id_column(primary_key=True),
    text("mailbox", nullable=False),
    text("name", nullable=False),
    text("query", nullable=False),
    sa.UniqueConstraint("mailbox", "name"),
)

label_proposals = sa.Table(
    "label_proposals",
    metadata,
    sa.Column("type", sa.String(60), primary_key=True),
    sa.Column("path", sa.String(120), primary_key=True),
    sa.Column("label", sa.String(120), primary_key=True),
    state(ProposalState),
    number("times"),
    time("first_at"),
    id_column("decided_by"),
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
    number("times"),
)

people = sa.Table(
    "people",
    metadata,
    id_column(primary_key=True),
    sa.Column("login", sa.String(80), nullable=False, unique=True),
    text("name", nullable=False),
    sa.Column("roles", Json(tuple[Role, ...]), nullable=False),
    sa.Column("mailboxes", Json(tuple[str, ...]), nullable=False),
    time("created_at"),
    text("password_hash"),
    text("language", nullable=False),
    sa.Column("keys", Json(dict[str, str]), nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    reference("person_id", "people.id", index=True),
    time("created_at"),
    time("seen_at"),
    time("changed_at"),
    time("ends_at"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    reference("person_id", "people.id", index=True),
    time("created_at"),
    time("expires_at"),
    time("used_at", nullable=True),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),  # SHA-256 of what failed: a login, or an address
    number("failures"),
    time("last_at"),
)

# Rows are only ever added: triggers refuse to change or remove one (see the migration).
actions = sa.Table(
    "actions",
    metadata,
    sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    time("at"),
    id_column("person_id"),
    text("what", nullable=False),
    id_column("fax_id"),
    id_column("document_id"),
    sa.Column("detail", Json(JsonObject), nullable=False),
    sa.Index(None, "fax_id", "sequence"),
    sa.Index(None, "person_id", "sequence"),
    sa.Index(None, "what", "at"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    reference("fax_id", "faxes.id"),
    time("at"),
    text("what", nullable=False),
    sa.Column("detail", Json(JsonObject), nullable=False),
    sa.Index(None, "fax_id", "sequence"),
)

work = sa.Table(
    "work",
    metadata,
    id_column(primary_key=True),
    state(Stage, "stage"),
    reference("fax_id", "faxes.id", index=True),
    state(WorkState),
    time("due_at"),
    time("created_at"),
    number("page", nullable=True),
    sa.Column("delivery_id", sa.String(36), sa.ForeignKey("deliveries.id"), index=True),
    number("attempts"),
    number("crashes"),
    number("expirations"),
    number("token"),
    time("lease_until", nullable=True),
    text("reason"),
    text("lease_owner"),
    time("rung_at", default=NEVER),  # NEVER: not since it last became ready
    sa.Index(None, "state", "rung_at"),
    sa.Index(None, "state", "lease_until"),
    sa.Index(None, "state", "stage", "due_at"),
)

LEDGER_COUNTS: Final = ("announced", "decoded", "receipted", "gap", *(settlement.value for settlement in Settlement))

ledger_lines = sa.Table(
    "ledger_lines",
    metadata,
    reference("fax_id", "faxes.id", primary_key=True),
    *(number(name) for name in LEDGER_COUNTS),
)
sa.Index(
    "ix_ledger_lines_unbalanced", ledger_lines.c.fax_id, sqlite_where=ledger_lines.c.gap != 0, postgresql_where=ledger_lines.c.gap != 0
)

ledger_totals = sa.Table(
    "ledger_totals",
    metadata,
    number("id", primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("faxes", *LEDGER_COUNTS)),
)

ledger_open = sa.Table("ledger_open", metadata, reference("fax_id", "faxes.id", primary_key=True))

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
    text("owner", nullable=False),
    time("held_until"),
)
