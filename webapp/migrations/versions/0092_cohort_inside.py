"""what a career group settles inside itself: whom it elected, and who works with whom between sessions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.models import Moment

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cohort_election",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=9), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["seat_id"], ["cohort_seat.id"], name=op.f("fk_cohort_election_seat_id_cohort_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_election")),
    )
    op.create_index("ix_cohort_election_seat_id", "cohort_election", ["seat_id"])
    op.create_table(
        "cohort_triad",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("session_no", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["cohort_seat.id"], name=op.f("fk_cohort_triad_seat_id_cohort_seat")),
        sa.PrimaryKeyConstraint("seat_id", "session_no", name=op.f("pk_cohort_triad")),
    )


def downgrade() -> None:
    op.drop_table("cohort_triad")
    op.drop_index("ix_cohort_election_seat_id", table_name="cohort_election")
    op.drop_table("cohort_election")
