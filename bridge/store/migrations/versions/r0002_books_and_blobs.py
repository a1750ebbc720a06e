"""Tables for the ledger's totals, and indexes that tell whether a row refers to a blob."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTS = ("announced", "decoded", "receipted", "gap", "working", "delivered", "waiting", "filed", "rejected", "missing")


def upgrade() -> None:
    """Create them; every fax there is begins open, and is booked by and by."""
    op.create_index(op.f("ix_envelopes_content_sha256"), "envelopes", ["content_sha256"], unique=False)
    op.create_index(op.f("ix_pages_image_sha256"), "pages", ["image_sha256"], unique=False)
    op.create_index(op.f("ix_pages_upright_sha256"), "pages", ["upright_sha256"], unique=False)
    op.create_table(
        "ledger_lines",
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_ledger_lines_fax_id")),
        sa.PrimaryKeyConstraint("fax_id", name=op.f("pk_ledger_lines")),
    )
    where = sa.text("gap != 0")
    op.create_index("ix_ledger_lines_unbalanced", "ledger_lines", ["fax_id"], unique=False, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "ledger_totals",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("faxes", *COUNTS)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_totals")),
    )
    op.create_table(
        "ledger_open",
        sa.Column("fax_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_ledger_open_fax_id")),
        sa.PrimaryKeyConstraint("fax_id", name=op.f("pk_ledger_open")),
    )
    op.execute("INSERT INTO ledger_open (fax_id) SELECT id FROM faxes")
