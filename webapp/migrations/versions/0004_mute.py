"""mute"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mute",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mute")),
    )


def downgrade() -> None:
    op.drop_table("mute")
