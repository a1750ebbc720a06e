"""What delivering needs: withdrawals, feeds' positions, receivers' answers, and how each target stands."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; nothing sent so far was a withdrawal."""
    op.add_column("deliveries", sa.Column("is_withdrawal", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("deliveries", sa.Column("position", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_deliveries_target_position"), "deliveries", ["target", "position"], unique=True)
    op.create_index(op.f("ix_deliveries_target_state_id"), "deliveries", ["target", "state", "id"], unique=False)
    op.add_column("attempts", sa.Column("answer", sa.Text(), nullable=True))
    op.add_column("receipts", sa.Column("answer_sha256", sa.String(length=64), nullable=True))
    op.add_column("receipts", sa.Column("answer_size", sa.BigInteger(), nullable=True))
    op.add_column("receipts", sa.Column("answer_media_type", sa.Text(), nullable=True))
    op.create_index(op.f("ix_receipts_answer_sha256"), "receipts", ["answer_sha256"], unique=False)
    op.create_table(
        "target_states",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("shut_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_target_states")),
    )
    op.create_table(
        "feeds",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_feeds")),
    )
