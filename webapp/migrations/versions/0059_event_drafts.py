"""unsent changes of events, kept for the successor"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json, Moment

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_draft",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("typed", Json, nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["association_event.id"], name=op.f("fk_event_draft_event_id_association_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "actor", name=op.f("pk_event_draft")),
    )
    op.create_index(op.f("ix_event_draft_saved_at"), "event_draft", ["saved_at"])


def downgrade() -> None:
    op.drop_table("event_draft")
