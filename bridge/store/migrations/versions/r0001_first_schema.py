"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Create every table."""
    _create_envelopes()
    _create_leases()
    _create_faxes()
    _create_documents()
    _create_events()
    _create_pages()
    _create_results()
    _create_records()
    _create_reviews()
    _create_deliveries()
    _create_attempts()
    _create_receipts()
    _create_work()


def _create_envelopes() -> None:
    op.create_table(
        "envelopes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("mailboxes", JSON, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("content_size", sa.BigInteger(), nullable=False),
        sa.Column("content_media_type", sa.Text(), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=True),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelopes")),
    )
    op.create_index(op.f("ix_envelopes_dedup_key_received_at"), "envelopes", ["dedup_key", "received_at"], unique=False)


def _create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def _create_faxes() -> None:
    op.create_table(
        "faxes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("envelope_id", sa.String(length=36), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender_number", sa.Text(), nullable=True),
        sa.Column("sender_tsid", sa.Text(), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=True),
        sa.Column("original_sha256", sa.String(length=64), nullable=True),
        sa.Column("original_size", sa.BigInteger(), nullable=True),
        sa.Column("original_media_type", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("announced_pages", sa.Integer(), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("pages_pending", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("possible_duplicate_of", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelopes.id"], name=op.f("fk_faxes_envelope_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faxes")),
    )
    op.create_index(op.f("ix_faxes_envelope_id"), "faxes", ["envelope_id"], unique=False)
    op.create_index(op.f("ix_faxes_mailbox_id"), "faxes", ["mailbox", "id"], unique=False)
    op.create_index(op.f("ix_faxes_mailbox_state_id"), "faxes", ["mailbox", "state", "id"], unique=False)
    op.create_index(op.f("ix_faxes_original_sha256_received_at"), "faxes", ["original_sha256", "received_at"], unique=False)
    op.create_index(op.f("ix_faxes_state_id"), "faxes", ["state", "id"], unique=False)


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("type_confidence", sa.Double(), nullable=False),
        sa.Column("pages", JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("issues", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("completeness", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_documents_fax_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_fax_id_ordinal"), "documents", ["fax_id", "ordinal"], unique=False)
    op.create_index(op.f("ix_documents_state_id"), "documents", ["state", "id"], unique=False)


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_events_fax_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_fax_id_sequence"), "events", ["fax_id", "sequence"], unique=False)


def _create_pages() -> None:
    op.create_table(
        "pages",
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("image_sha256", sa.String(length=64), nullable=True),
        sa.Column("image_size", sa.BigInteger(), nullable=True),
        sa.Column("image_media_type", sa.Text(), nullable=True),
        sa.Column("x_dpi", sa.Double(), nullable=False),
        sa.Column("y_dpi", sa.Double(), nullable=False),
        sa.Column("upright_sha256", sa.String(length=64), nullable=True),
        sa.Column("upright_size", sa.BigInteger(), nullable=True),
        sa.Column("upright_media_type", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_pages_fax_id")),
        sa.PrimaryKeyConstraint("fax_id", "number", name=op.f("pk_pages")),
    )


def _create_results() -> None:
    op.create_table(
        "results",
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_results_fax_id")),
        sa.PrimaryKeyConstraint("fax_id", "number", "kind", name=op.f("pk_results")),
    )


def _create_records() -> None:
    op.create_table(
        "records",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_records_document_id")),
        sa.PrimaryKeyConstraint("document_id", "version", name=op.f("pk_records")),
    )


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_follow_up", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_reviews_document_id")),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_reviews_fax_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_closed_at_id"), "reviews", ["closed_at", "id"], unique=False)
    op.create_index(op.f("ix_reviews_document_id"), "reviews", ["document_id"], unique=False)
    op.create_index(op.f("ix_reviews_fax_id"), "reviews", ["fax_id"], unique=False)


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id", "version"], ["records.document_id", "records.version"], name=op.f("fk_deliveries_document_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("document_id", "version", "target", name=op.f("uq_deliveries_document_id_version_target")),
    )
    op.create_index(op.f("ix_deliveries_state_id"), "deliveries", ["state", "id"], unique=False)


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("delivery_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_attempts")),
    )


def _create_receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("delivery_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Text(), nullable=True),
        sa.Column("sent_sha256", sa.String(length=64), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_receipts_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_receipts")),
    )


def _create_work() -> None:
    op.create_table(
        "work",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.String(length=36), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("expirations", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_work_delivery_id")),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_work_fax_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    op.create_index(op.f("ix_work_delivery_id"), "work", ["delivery_id"], unique=False)
    op.create_index(op.f("ix_work_fax_id"), "work", ["fax_id"], unique=False)
    op.create_index(op.f("ix_work_state_lease_until"), "work", ["state", "lease_until"], unique=False)
    op.create_index(op.f("ix_work_state_rung_at"), "work", ["state", "rung_at"], unique=False)
    op.create_index(op.f("ix_work_state_stage_due_at"), "work", ["state", "stage", "due_at"], unique=False)
