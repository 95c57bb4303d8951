"""ways back from completed tasks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json, Moment

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "way_back",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("rows", Json, nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_way_back")),
    )
    op.create_index(op.f("ix_way_back_instance_id"), "way_back", ["instance_id"])
    op.create_index(op.f("ix_way_back_at"), "way_back", ["at"])


def downgrade() -> None:
    op.drop_table("way_back")
