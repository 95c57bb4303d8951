"""subscriptions of other systems to events of tasks and cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json, Moment

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.Column("events", Json, nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("cursor", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_subscription")),
    )
    op.create_table(
        "told_event",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["event_subscription.id"],
            name=op.f("fk_told_event_subscription_id_event_subscription"),
        ),
        sa.PrimaryKeyConstraint("subscription_id", "at", "instance_id", "event_id", name=op.f("pk_told_event")),
    )


def downgrade() -> None:
    op.drop_table("told_event")
    op.drop_table("event_subscription")
