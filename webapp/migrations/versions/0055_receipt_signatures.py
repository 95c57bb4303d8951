"""the signatures that are printed on tax receipts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signatory", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_signature")),
    )


def downgrade() -> None:
    op.drop_table("receipt_signature")
