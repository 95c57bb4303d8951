"""what went wrong at events, as whoever runs them told it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("told_by", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("hurt", sa.Boolean(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("insurer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("insurer_told_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["association_event.id"], name=op.f("fk_event_incident_event_id_association_event")
        ),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"], name=op.f("fk_event_incident_told_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_incident")),
    )
    op.create_index(op.f("ix_event_incident_event_id"), "event_incident", ["event_id"], unique=False)
    op.create_index(op.f("ix_event_incident_told_by"), "event_incident", ["told_by"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_event_incident_told_by"), "event_incident")
    op.drop_index(op.f("ix_event_incident_event_id"), "event_incident")
    op.drop_table("event_incident")
