"""the latest mark of the door, and who came unannounced"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models import Moment

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event_registration", sa.Column("marked_at", Moment(), nullable=True))
    op.execute(sa.text("UPDATE event_registration SET marked_at = checked_in_at"))
    op.create_table(
        "event_walk_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("arrived_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["association_event.id"], name=op.f("fk_event_walk_in_event_id_association_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_walk_in")),
    )
    op.create_index(op.f("ix_event_walk_in_event_id"), "event_walk_in", ["event_id"])


def downgrade() -> None:
    op.drop_table("event_walk_in")
    op.drop_column("event_registration", "marked_at")
