"""visitors of events, until they confirm their address"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_visitor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("first_names", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("guests", sa.String(length=300), nullable=False),
        sa.Column("diet", sa.String(length=100), nullable=False),
        sa.Column("access", sa.String(length=100), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("photo", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["association_event.id"], name=op.f("fk_event_visitor_event_id_association_event")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_event_visitor_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["event_registration.id"], name=op.f("fk_event_visitor_seat_id_event_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_visitor")),
    )
    op.create_index(op.f("ix_event_visitor_event_id"), "event_visitor", ["event_id"])
    op.create_index(op.f("ix_event_visitor_seat_id"), "event_visitor", ["seat_id"])


def downgrade() -> None:
    op.drop_table("event_visitor")
