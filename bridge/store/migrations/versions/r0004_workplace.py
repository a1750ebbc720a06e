"""The workplace of people who review: accounts, what they do, what waits in which order, drafts and what was learnt."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add them; what waits already is due 24 hours after it came, and the log refuses to be changed."""
    _create_log()
    _create_learning()
    _create_people()
    _create_sessions()
    _create_desk()
    _create_search()
    _extend_reviews()
    _set_due_times()
    _make_append_only("actions")


def _create_log() -> None:
    op.create_table(
        "actions",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("fax_id", sa.String(length=36), nullable=True),
        sa.Column("document_id", sa.String(length=36), nullable=True),
        sa.Column("detail", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_actions")),
    )
    op.create_index(op.f("ix_actions_fax_id_sequence"), "actions", ["fax_id", "sequence"], unique=False)
    op.create_index(op.f("ix_actions_person_id_sequence"), "actions", ["person_id", "sequence"], unique=False)
    op.create_index(op.f("ix_actions_what_at"), "actions", ["what", "at"], unique=False)


def _create_learning() -> None:
    op.create_table(
        "label_proposals",
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("type", "path", "label", name=op.f("pk_label_proposals")),
    )
    op.create_table(
        "label_sightings",
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("sender_sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("type", "path", "label", "sender_sha256", name=op.f("pk_label_sightings")),
    )
    op.create_table(
        "field_corrections",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "type", "path", name=op.f("pk_field_corrections")),
    )


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", _JSON, nullable=False),
        sa.Column("mailboxes", _JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("keys", _JSON, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("login", name=op.f("uq_people_login")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failures")),
    )


def _create_sessions() -> None:
    op.create_table(
        "invitations",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)


def _create_desk() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("mailbox", "name", name=op.f("uq_saved_views_mailbox_name")),
    )
    op.create_table(
        "arrangements",
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_arrangements_fax_id")),
        sa.PrimaryKeyConstraint("fax_id", name=op.f("pk_arrangements")),
    )
    op.create_table(
        "drafts",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("steps", _JSON, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_drafts_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_drafts")),
    )


def _create_search() -> None:
    op.create_table(
        "search_terms",
        sa.Column("term", sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"), nullable=False),
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_search_terms_fax_id")),
        sa.PrimaryKeyConstraint("term", "fax_id", name=op.f("pk_search_terms")),
    )
    op.create_index(op.f("ix_search_terms_fax_id_term"), "search_terms", ["fax_id", "term"], unique=False)


def _extend_reviews() -> None:
    op.add_column("reviews", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reviews", sa.Column("is_urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reviews", sa.Column("postponed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reviews", sa.Column("note", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("handed_to", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_reviews_closed_at_is_urgent_due_at"), "reviews", ["closed_at", "is_urgent", "due_at"], unique=False)


def _set_due_times() -> None:
    faxes = sa.table("faxes", sa.column("id"), sa.column("received_at", sa.DateTime(timezone=True)))
    reviews = sa.table(
        "reviews", sa.column("id"), sa.column("fax_id"), sa.column("closed_at"), sa.column("due_at", sa.DateTime(timezone=True))
    )
    connection = op.get_bind()
    waiting = sa.select(reviews.c.id, faxes.c.received_at).join(faxes, faxes.c.id == reviews.c.fax_id).where(reviews.c.closed_at.is_(None))
    for review_id, received_at in connection.execute(waiting).all():
        connection.execute(sa.update(reviews).where(reviews.c.id == review_id).values(due_at=received_at + timedelta(hours=24)))


def _make_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
    )
